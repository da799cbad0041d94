/**
 * The link to a host is cut in the middle of calls, streams and consoles, over TCP and both kinds of SSH: what is short
 * goes by without loss, what is long is noticed, and nothing is said to be done that was not. HOSTLER_LONG=1 cuts for
 * 1, 10 and 60 s with the product's keepalive.
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../drivers/connect.ts';
import type { Connection } from '../../drivers/connection.ts';
import { VirError } from '../../drivers/error.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { waitFor } from '../../drivers/rpc/wait-for.ts';
import type { StorageVol } from '../../drivers/storage-vol.ts';
import type { Stream } from '../../drivers/stream.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { deadAfterMs, isLong, linkPrograms, startLinkedHost, times, wayNames, type LinkedHost } from './link.ts';

const problem = notRunBecause(linkPrograms, { root: true });
/** A busy machine notices later. */
const noticeMs = deadAfterMs * 3 + 10_000;
const testMs = 60_000 + noticeMs + (isLong ? 120_000 : 0);

const MiB = 1_048_576;
const content = randomBytes(2 * MiB);

async function open(uri: string): Promise<Connection> {
  const connection = await connect(uri, { timeoutMs: 30_000 });
  connection.setKeepAlive(times.keepAlive.intervalSeconds, times.keepAlive.count);
  return connection;
}

async function createVolume(connection: Connection, name: string): Promise<StorageVol> {
  const pool = await connection.storagePoolLookupByName('link');
  const xml = `<volume><name>${name}</name><capacity unit='B'>${content.length}</capacity></volume>`;
  return pool.storageVolCreateXML(xml);
}

async function upload(connection: Connection, volume: StorageVol): Promise<void> {
  const stream = connection.newStream();
  await volume.upload(stream, 0, content.length);
  const pieces = Array.from({ length: 64 }, (_, at) =>
    content.subarray((at * content.length) / 64, ((at + 1) * content.length) / 64),
  );
  await stream.sendAll(pieces);
  await stream.finish();
}

async function download(connection: Connection, volume: StorageVol): Promise<Buffer> {
  const stream = connection.newStream();
  const pieces: Uint8Array[] = [];
  await volume.download(stream, 0, 0);
  await stream.recvAll((_, piece) => void pieces.push(piece));
  await stream.finish();
  return Buffer.concat(pieces);
}

/** Reads until `wanted` was said. */
async function readUntil(console: Stream, wanted: RegExp): Promise<string> {
  let text = '';
  while (!wanted.test(text)) {
    const piece = await console.recv();
    if (piece.length === 0) throw new Error(`The console ended after: ${text}`);
    text += Buffer.from(piece).toString('latin1');
  }
  return text;
}

async function openConsole(connection: Connection, guest: string): Promise<Stream> {
  const console = connection.newStream();
  await (await connection.domainLookupByName(guest)).openConsole(null, console);
  await console.send(Buffer.from('\r'));
  await readUntil(console, /guest# /);
  return console;
}

async function failureOf(promise: Promise<unknown>): Promise<VirError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof VirError)) throw error;
  return error;
}

describe.skipIf(problem !== null)(`a link${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  failOnLeaks();
  let host: LinkedHost;
  let vncPort: number;

  beforeAll(async () => {
    host = await startLinkedHost();
    vncPort = 5900 + Number((await host.libvirtd.virsh('vncdisplay', host.guest)).trim().split(':')[1]);
    const connection = await open(host.libvirtd.systemUri);
    const console = await openConsole(connection, host.guest);
    await console.abort();
    await connection.close();
  }, 180_000);
  afterEach(async () => {
    for (const way of wayNames) {
      host.proxy(way).set({ bytesPerSecond: null });
      await host.proxy(way).restore();
    }
  });
  afterAll(() => host.stop());

  describe.each(wayNames)('by %s', (way) => {
    it.each(times.shortMs)(
      'that is cut for %i ms loses nothing and delays everything',
      { timeout: testMs },
      async (cutMs) => {
        const proxy = host.proxy(way);
        const connection = await open(host.uri(way));
        const volume = await createVolume(connection, `${way}-short-${cutMs}`);
        const console = await openConsole(connection, host.guest);
        proxy.set({ bytesPerSecond: 4 * MiB });
        await console.send(
          Buffer.from('for i in $(seq 1 2000); do echo "line $i"; done; echo end of $((1+1)) lines\r'),
        );
        const lines = readUntil(console, /end of 2 lines/);
        const uploaded = upload(connection, volume);
        const cut = delay(200).then(async () => {
          proxy.cut();
          const calls = Promise.all(Array.from({ length: 50 }, () => connection.getHostname()));
          await delay(cutMs);
          await proxy.restore();
          return calls;
        });
        expect(new Set(await cut).size).toBe(1);
        await uploaded;
        const seen = [...(await lines).matchAll(/line (\d+)\r/g)].map(([, number]) => Number(number));
        expect(seen).toEqual(Array.from({ length: 2000 }, (_, at) => at + 1));
        expect((await readFile(join(host.pool, `${way}-short-${cutMs}`))).equals(content)).toBe(true);
        const downloaded = download(connection, volume);
        await delay(200);
        proxy.cut();
        await delay(cutMs);
        await proxy.restore();
        expect((await downloaded).equals(content)).toBe(true);
        proxy.set({ bytesPerSecond: null });
        await console.abort();
        await connection.close();
      },
    );

    it(
      'that is cut for long is noticed: everything under way fails and says what may have been done',
      { timeout: testMs },
      async () => {
        const proxy = host.proxy(way);
        const connection = await open(host.uri(way));
        const volume = await createVolume(connection, `${way}-long`);
        await upload(connection, volume);
        const target = await createVolume(connection, `${way}-long-target`);
        const console = await openConsole(connection, host.guest);
        const ended = new Promise<string>((resolve) => connection.onDidClose(({ reason }) => resolve(reason)));
        const domain = await connection.domainLookupByName(host.guest);
        proxy.set({ bytesPerSecond: 2 * MiB });
        const transfers = [failureOf(upload(connection, target)), failureOf(download(connection, volume))];
        await delay(100);
        proxy.cut();
        const startedMs = performance.now();
        const [read, change, output] = [domain.getInfo(), domain.suspend(), readUntil(console, /never said/)].map(
          failureOf,
        );
        expect(await ended).toBe('keepalive');
        const tookMs = performance.now() - startedMs;
        expect(tookMs).toBeGreaterThan(deadAfterMs / 2);
        expect(tookMs).toBeLessThan(noticeMs);
        expect(await change).toMatchObject({ linkLost: true, maybeDone: true });
        expect(await read).toMatchObject({ linkLost: true, maybeDone: false });
        expect(await output).toMatchObject({ linkLost: true });
        await console.abort();
        for (const transfer of transfers) expect(await transfer).toMatchObject({ linkLost: true });
        // Nothing was sent of what is asked from now on.
        expect(await failureOf(domain.resume())).toMatchObject({ linkLost: true, maybeDone: false });
        await delay(Math.max(0, times.longMs - (performance.now() - startedMs)));
        proxy.set({ bytesPerSecond: null });
        await proxy.restore();
        await connection.close();
        await using again = await open(host.uri(way));
        expect((await again.domainLookupByName(host.guest)).getName()).toBe(host.guest);
      },
    );

    it(
      'that dies while nothing happens is noticed, and gone for ever is no reason to hang',
      { timeout: testMs },
      async () => {
        const proxy = host.proxy(way);
        const [idle, other] = await Promise.all([open(host.uri(way)), open(host.uri(way))]);
        const ended = new Promise<string>((resolve) => idle.onDidClose(({ reason }) => resolve(reason)));
        proxy.cut();
        // The user leaves before anybody noticed: one short goodbye into the void.
        const startedMs = performance.now();
        await other.close();
        expect(performance.now() - startedMs).toBeLessThan(10_000);
        expect(await ended).toBe('keepalive');
        await idle.close();
        expect(await failureOf(connect(host.uri(way), { timeoutMs: 500 }))).toMatchObject({
          codeName: 'VIR_ERR_OPERATION_TIMEOUT',
        });
        await proxy.restore();
      },
    );

    it('that is reset fails what is under way at once', { timeout: testMs }, async () => {
      const connection = await open(host.uri(way));
      const console = await openConsole(connection, host.guest);
      const ended = new Promise<string>((resolve) => connection.onDidClose(({ reason }) => resolve(reason)));
      const output = failureOf(readUntil(console, /never said/));
      host.proxy(way).reset();
      expect(await output).toMatchObject({ linkLost: true });
      expect(['error', 'eof']).toContain(await ended);
      await console.abort();
      await connection.close();
    });
  });

  it.each(['ssh', 'libssh'] as const)(
    'by %s carries a screen through a short cut, and ends it after a long one',
    { timeout: testMs },
    async (way) => {
      const proxy = host.proxy(way);
      const connection = await open(host.uri(way));
      const screen = await connection.tunnel!.openTcp('127.0.0.1', vncPort);
      const next = async (): Promise<string> => ((await once(screen, 'data')) as [Buffer])[0].toString('latin1');
      expect(await next()).toBe('RFB 003.008\n');
      proxy.cut();
      screen.write('RFB 003.008\n');
      const security = next();
      await delay(times.shortMs[0]!);
      await proxy.restore();
      // One kind of security, and that is none.
      expect(await security).toBe('\u0001\u0001');
      proxy.cut();
      screen.on('error', () => undefined);
      const over = new Promise<void>((resolve) => screen.once('end', resolve).once('close', resolve));
      await waitFor(over, 'the screen’s end', { timeoutMs: noticeMs });
      await proxy.restore();
      await connection.close();
    },
  );
});
