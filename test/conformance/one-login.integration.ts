/**
 * One authentication for everything: connection, two screens, a serial console and an upload, counted in the log of the
 * SSH server. The guests' screens listen where only that server leads.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect as connectSocket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Connection, connect, type Domain } from '../../drivers/index.ts';
import type { BinaryChannel } from '../../main/ipc/link.ts';
import { buildGuestImage, guestPrograms, guestXml } from '../rig/guest.ts';
import { type HeadlessHost, startHeadlessHost } from '../rig/headless-host.ts';
import { waitUntil } from '../rig/process.ts';
import { remoteHostPrograms, type RemoteHost, startRemoteHost } from '../rig/remote-host.ts';
import { notRunBecause } from '../rig/requirements.ts';

const problem = notRunBecause([...remoteHostPrograms, ...guestPrograms], { root: true });

/** As the daemon sees it; on this machine there is nothing. libvirt takes no path in its own folder, qemu/. */
const screenSocket = '/var/lib/libvirt/screen.sock';
const poolFolder = '/var/lib/libvirt/images';
/** What a VNC server says first, and the client's answer to it, upon which it offers its security types. */
const greeting = 'RFB 003.008\n';
const imageBytes = 8 << 20;

/** Reads until `length` bytes came. */
async function read(stream: Duplex, length: number): Promise<Buffer> {
  let all = Buffer.alloc(0);
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    all = Buffer.concat([all, chunk as Buffer]);
    if (all.length >= length) return all;
  }
  throw new Error(`it ended after ${all.length} bytes of ${length}`);
}

/** A window's end of a console: keeps what it is sent, and takes all at once. */
class Window implements BinaryChannel {
  readonly bufferedAmount = 0;
  text = '';
  #input: (data: Uint8Array) => void = () => undefined;
  #goAway: () => void = () => undefined;

  send(data: Uint8Array): void {
    this.text += Buffer.from(data).toString('latin1');
  }
  type(text: string): void {
    this.#input(Buffer.from(text));
  }
  leave(): void {
    this.#goAway();
  }
  onData(receive: (data: Uint8Array) => void): void {
    this.#input = receive;
  }
  onDrain(): void {}
  onClose(closed: () => void): void {
    this.#goAway = closed;
  }
  close(): void {}
}

/** Opens a guest's console as a window does. */
async function openWindow({ host, guests }: HeadlessHost, guest: string, consoleId: string): Promise<Window> {
  const { key } = [...guests.values()].find(({ name }) => name === guest)!;
  const { ticket } = await host.services.consoles.open(key, consoleId, { force: false });
  const window = new Window();
  host.attachConsole(ticket, window);
  return window;
}

/** Uploads as a browser does, and settles once the job has ended, with its error. */
async function uploadAsBrowser({ host }: HeadlessHost, poolKey: string, name: string, data: Buffer): Promise<unknown> {
  const volume = { name, format: 'raw' as const };
  const file = { kind: 'browser' as const, sizeBytes: data.length };
  const { ticket } = await host.services.storage.upload(poolKey, volume, file);
  const ended = Promise.withResolvers<unknown>();
  host.transfers.redeem(ticket!, {
    sizeBytes: data.length,
    async *pieces() {
      for (let at = 0; at < data.length; at += 65_536) yield data.subarray(at, at + 65_536);
    },
    end: (error) => ended.resolve(error),
  });
  return ended.promise;
}

async function startGuests({ libvirtd }: RemoteHost): Promise<void> {
  const image = await buildGuestImage(libvirtd.dir);
  const onPort = guestXml('on-port', image);
  const onSocket = guestXml('on-socket', image).replace(
    /<graphics.*\/>/,
    `<graphics type='vnc' socket='${screenSocket}'/>`,
  );
  for (const [name, xml] of Object.entries({ onPort, onSocket })) {
    const file = join(libvirtd.dir, `${name}.xml`);
    await writeFile(file, xml);
    await libvirtd.virsh('create', file);
  }
  await libvirtd.virsh('pool-create-as', 'images', 'dir', '--target', poolFolder);
}

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

describe.skipIf(problem !== null)(`one log-in${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  let remote: RemoteHost;
  let folder: string;
  let vncPort: number;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-one-login-'));
    remote = await startRemoteHost();
    await startGuests(remote);
    const [, port] = /type='vnc' port='(\d+)'/.exec(await remote.libvirtd.virsh('dumpxml', 'on-port'))!;
    vncPort = Number(port);
  });
  afterAll(async () => {
    await remote.stop();
    await rm(folder, { recursive: true });
  });

  it('has screens that this machine does not reach by itself', async () => {
    const failure = (target: { path: string } | { host: string; port: number }): Promise<string> =>
      new Promise((resolve) => {
        const socket = connectSocket(target);
        socket.once('connect', () => (socket.destroy(), resolve('connected')));
        socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? ''));
      });
    expect(await failure({ host: '127.0.0.1', port: vncPort })).toBe('ECONNREFUSED');
    expect(await failure({ path: screenSocket })).toBe('ENOENT');
  });

  describe.each(['ssh', 'libssh2'] as const)('%s', (transport) => {
    it('carries two screens, a serial console and an upload through the driver core', async () => {
      const before = remote.server.logins();
      await using connection = await connect(remote.systemUri(transport));
      const tunnel = connection.tunnel!;
      const screens = [await tunnel.openTcp('127.0.0.1', vncPort), await tunnel.openUnix(screenSocket)];
      for (const screen of screens) expect((await read(screen, greeting.length)).toString()).toBe(greeting);
      for (const screen of screens) screen.write(greeting);
      // One security type, which is none.
      for (const screen of screens) expect([...(await read(screen, 2))]).toEqual([1, 1]);
      await talkToSerial(connection, await connection.domainLookupByName('on-port'));
      expect(await uploadAndLook(connection, `core-${transport}.img`)).toBe(true);
      for (const screen of screens) screen.destroy();
      expect(remote.server.logins() - before).toBe(1);
    });
  });

  it.each(['ssh', 'libssh2'] as const)('is all that a host needs for its windows (%s)', async (transport) => {
    const before = remote.server.logins();
    await using headless = await startHeadlessHost();
    const id = await headless.connect(remote.systemUri(transport));
    await headless.completeTable(2, 30_000);
    const screens = [await openWindow(headless, 'on-port', 'vnc:0'), await openWindow(headless, 'on-socket', 'vnc:0')];
    const serial = await openWindow(headless, 'on-socket', 'serial:0');
    await waitUntil('the screens greet', () => screens.every(({ text }) => text === greeting), 10_000);
    for (const screen of screens) screen.type(greeting);
    const offered = `${greeting}\x01\x01`;
    await waitUntil('the screens offer a security type', () => screens.every(({ text }) => text === offered), 10_000);
    const asking = setInterval(() => serial.type('\n'), 500);
    await waitUntil('the guest prompts', () => serial.text.includes('guest# '), 60_000).finally(() =>
      clearInterval(asking),
    );
    serial.type('echo $((6*7))\n');
    await waitUntil('the guest answers', () => serial.text.includes('\r\n42\r\n'), 10_000);
    const data = randomBytes(imageBytes);
    const pool = await poolKeyOf(headless, id);
    expect(await uploadAsBrowser(headless, pool, `host-${transport}.img`, data)).toBeNull();
    expect(await hashOf(`host-${transport}.img`)).toBe(sha256(data));
    for (const window of [...screens, serial]) window.leave();
    expect(remote.server.logins() - before).toBe(1);
  });

  const hashOf = async (volume: string): Promise<string> =>
    sha256(await readFile(join(remote.libvirtd.dir, 'lib/images', volume)));

  /** Settles once the host knows the pool. */
  async function poolKeyOf({ host }: HeadlessHost, connectionId: string): Promise<string> {
    const uuid = await remote.libvirtd.virsh('pool-uuid', 'images');
    const key = `${connectionId}/${uuid.trim()}`;
    const { promise, resolve } = Promise.withResolvers<void>();
    const unlisten = host.services.inventory.onDidChange((message) => {
      const rows = message.kind === 'snapshot' ? message.storagePools : (message.storagePools?.upsert ?? []);
      if (rows.some((row) => row.key === key)) resolve();
    });
    await promise.finally(unlisten);
    return key;
  }

  async function talkToSerial(connection: Connection, domain: Domain): Promise<void> {
    const stream = connection.newStream();
    await domain.openConsole(null, stream);
    let text = '';
    const readUntil = async (wanted: RegExp): Promise<void> => {
      while (!wanted.test(text)) text += Buffer.from(await stream.recv()).toString();
    };
    // While the guest boots nobody is there to answer.
    const asking = setInterval(() => void stream.send(Buffer.from('\n')), 500);
    await readUntil(/guest# /).finally(() => clearInterval(asking));
    await stream.send(Buffer.from('echo $((6*7))\n'));
    await readUntil(/\r\n42\r\n/);
    await stream.abort();
  }

  /** Whether the host has what was sent. */
  async function uploadAndLook(connection: Connection, name: string): Promise<boolean> {
    const data = randomBytes(imageBytes);
    const pool = await connection.storagePoolLookupByName('images');
    const volume = await pool.createXML(`<volume><name>${name}</name><capacity>${imageBytes}</capacity></volume>`);
    const stream = connection.newStream();
    await volume.upload(stream);
    await stream.sendAll([data]);
    await stream.finish();
    return (await hashOf(name)) === sha256(data);
  }
});
