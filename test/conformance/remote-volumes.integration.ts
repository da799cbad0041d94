/**
 * Volumes up and down through every transport, against a real libvirtd: the same bytes, memory that stays flat, holes
 * that stay holes, and failures in the middle that leave the connection as it was. `npm run bench volume` has the figures.
 */
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { connect as connectSocket, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import {
  type Connection,
  connect,
  VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM,
  VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM,
} from '../../drivers/index.ts';
import { libvirtdPrograms } from '../rig/libvirtd.ts';
import { run, waitUntil } from '../rig/process.ts';
import { listeningLibvirtd, type ListeningLibvirtd } from '../rig/listening-libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { sshPrograms } from '../rig/ssh.ts';
import { createDirPool, createVolume, fillContent, MiB, sha256 } from './volumes.ts';

const problem = notRunBecause([...libvirtdPrograms, ...sshPrograms, 'nsenter', 'pgrep'], { root: true });
const SIZE = 64 * MiB;
const LARGE = 512 * MiB;
const expected = sha256();
for (let at = 0; at < SIZE; at += MiB) expected.update(fillContent(Buffer.alloc(MiB), at));
const digest = expected.digest('hex');

/** A relay to a socket that counts what passes it. */
async function countingRelay(
  path: string,
  target: string,
): Promise<{ sent: number; received: number } & AsyncDisposable> {
  const server = createServer((near) => {
    const far = connectSocket(target);
    near.on('data', (data) => (counts.sent += data.length)).pipe(far);
    far.on('data', (data) => (counts.received += data.length)).pipe(near);
    for (const socket of [near, far]) socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  const counts = { sent: 0, received: 0 };
  return Object.assign(counts, {
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  });
}

describe.skipIf(problem !== null)(`volumes${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  failOnLeaks();
  let host: ListeningLibvirtd;
  let pool: string;

  /** A connection with its pool, closed at the end. */
  const open = async (uri = host.uris.unix): Promise<Connection> => connect(uri);

  beforeAll(async () => {
    host = await listeningLibvirtd();
    // Other suites look whether an SSH log-in has left a folder.
    vi.stubEnv('TMPDIR', host.dir);
    pool = join(host.libvirtd.dir, 'lib/images/pool');
    const connection = await open();
    await createDirPool(connection, 'pool', pool);
    await connection.close();
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await host[Symbol.asyncDispose]();
  });

  it.each(['unix', 'tls', 'ssh', 'libssh'] as const)('arrive whole over %s', async (way) => {
    const connection = await open(host.uris[way]);
    const volume = await createVolume(await connection.storagePoolLookupByName('pool'), `v-${way}`, SIZE / MiB);
    const upload = connection.newStream();
    await volume.upload(upload);
    // The same memory for every piece, as a reader of a file has it.
    const memory = Buffer.alloc(300_000);
    let at = 0;
    await upload.sendAll((_, size) => {
      const piece = fillContent(memory.subarray(0, Math.min(size, memory.length, SIZE - at)), at);
      at += piece.length;
      return piece;
    });
    await upload.finish();
    expect(
      sha256()
        .update(await readFile(await volume.getPath()))
        .digest('hex'),
    ).toBe(digest);

    const byPiece = sha256();
    const download = connection.newStream();
    await volume.download(download, 0n, 0n);
    for (;;) {
      const piece = await download.recv(100_000);
      if (piece.length === 0) break;
      byPiece.update(piece);
    }
    await download.finish();
    expect(byPiece.digest('hex')).toBe(digest);

    const bySink = sha256();
    const again = connection.newStream();
    await volume.download(again);
    await again.recvAll((_, data) => void bySink.update(data));
    await again.finish();
    expect(bySink.digest('hex')).toBe(digest);
    await volume.delete();
    await connection.close();
  });

  it('take the same memory however large they are', async () => {
    const connection = await open();
    const volume = await createVolume(await connection.storagePoolLookupByName('pool'), 'large', LARGE / MiB);
    const rssBefore = process.memoryUsage.rss();
    let rss = rssBefore;
    const look = (): void => void (rss = Math.max(rss, process.memoryUsage.rss()));
    const upload = connection.newStream();
    await volume.upload(upload);
    const piece = Buffer.alloc(MiB, 1);
    for (let at = 0; at < LARGE; at += MiB) {
      await upload.send(piece);
      look();
    }
    await upload.finish();
    expect(rss - rssBefore).toBeLessThan(LARGE / 8);
    const download = connection.newStream();
    await volume.download(download);
    let length = 0;
    await download.recvAll((_, data) => {
      length += data.length;
      look();
    });
    await download.finish();
    expect(length).toBe(LARGE);
    // Pieces wait for the garbage collection.
    expect(rss - rssBefore).toBeLessThan(LARGE / 3);
    await volume.delete();
    await connection.close();
  });

  it('hold the server back while nobody reads, and the reader gets all', async () => {
    const relay = await countingRelay(join(host.dir, 'slow.sock'), host.libvirtd.sockets.readWrite);
    const connection = await open(`qemu+unix:///system?socket=${host.dir}/slow.sock`);
    const volume = await createVolume(await connection.storagePoolLookupByName('pool'), 'slow', SIZE / MiB);
    const stream = connection.newStream();
    await volume.download(stream);
    await stream.recv(1);
    await delay(300);
    // 4 MiB of its own, and what the sockets and the relay hold.
    expect(relay.received).toBeLessThan(SIZE / 2);
    expect(await connection.getHostname()).not.toBe('');
    let length = 1;
    await stream.recvAll((_, data) => void (length += data.length));
    await stream.finish();
    expect(length).toBe(SIZE);
    await volume.delete();
    await connection.close();
    await relay[Symbol.asyncDispose]();
  });

  it('keep their holes both ways, and only data is transferred', async () => {
    const relay = await countingRelay(join(host.dir, 'count.sock'), host.libvirtd.sockets.readWrite);
    const connection = await open(`qemu+unix:///system?socket=${host.dir}/count.sock`);
    const volume = await createVolume(await connection.storagePoolLookupByName('pool'), 'sparse', 10_240);
    const capacity = 10_240n * BigInt(MiB);
    // 8 MiB of data at the start, in the middle and at the end.
    const starts = [0n, capacity / 2n, capacity - BigInt(8 * MiB)];
    const parts = starts.flatMap((start, index) => {
      const end = start + BigInt(8 * MiB);
      const hole = (starts[index + 1] ?? capacity) - end;
      return [{ inData: true, length: BigInt(8 * MiB) }, ...(hole > 0n ? [{ inData: false, length: hole }] : [])];
    });
    const upload = connection.newStream();
    await volume.upload(upload, 0n, 0n, VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM);
    await upload.sparseSendAll(
      (_, size) => fillContent(Buffer.alloc(size), 0),
      () => parts.shift() ?? { inData: true, length: 0 },
      () => undefined,
    );
    await upload.finish();
    expect(relay.sent).toBeGreaterThan(24 * MiB);
    expect(relay.sent).toBeLessThan(25 * MiB);
    const info = await stat(await volume.getPath());
    expect([BigInt(info.size), info.blocks * 512]).toEqual([capacity, expect.closeTo(24 * MiB, -6)]);

    const seen: [string, bigint][] = [];
    const add = (kind: string, length: bigint): void => {
      const last = seen.at(-1);
      if (last?.[0] === kind) last[1] += length;
      else seen.push([kind, length]);
    };
    const download = connection.newStream();
    await volume.download(download, 0n, 0n, VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM);
    await download.sparseRecvAll(
      (_, data) => add('data', BigInt(data.length)),
      (_, length) => add('hole', length),
    );
    await download.finish();
    const data = ['data', BigInt(8 * MiB)];
    expect(seen).toEqual([
      data,
      ['hole', starts[1]! - BigInt(8 * MiB)],
      data,
      ['hole', starts[2]! - starts[1]! - BigInt(8 * MiB)],
      data,
    ]);
    expect(relay.received).toBeLessThan(25 * MiB);
    await volume.delete();
    await connection.close();
    await relay[Symbol.asyncDispose]();
  });

  it('are left alone by an abort in the middle, and the connection goes on', async () => {
    const connection = await open();
    const volume = await createVolume(await connection.storagePoolLookupByName('pool'), 'aborted', SIZE / MiB);
    const upload = connection.newStream();
    await volume.upload(upload);
    await upload.send(Buffer.alloc(3 * MiB));
    await upload.abort();
    const download = connection.newStream();
    await volume.download(download);
    await download.recv();
    await download.abort();
    expect((await volume.getInfo()).capacity).toBe(BigInt(SIZE));
    await volume.delete();
    await connection.close();
  });

  it('fail with the server’s reason where the disk is full, and the connection goes on', async () => {
    const full = join(host.libvirtd.dir, 'lib/images/full');
    const connection = await open();
    const fullPool = await createDirPool(connection, 'full', full);
    // A file system of 8 MiB, in the daemon's view of the machine only.
    const pid = (await run('pgrep', ['-f', `libvirtd -f ${host.libvirtd.dir}`])).trim().split('\n').at(-1)!;
    await run('nsenter', ['-t', pid, '-m', 'mount', '-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', full]);
    const volume = await createVolume(fullPool, 'v', 32);
    const upload = connection.newStream();
    await volume.upload(upload);
    const failed = (async () => {
      await upload.sendAll(Array.from({ length: 32 }, () => Buffer.alloc(MiB, 1)));
      await upload.finish();
    })();
    await expect(failed).rejects.toThrow('No space left on device');
    expect(await connection.getHostname()).not.toBe('');
    await volume.delete();
    await fullPool.destroy();
    await connection.close();
  });

  it('end where they end now when they shrink meanwhile', async () => {
    const connection = await open();
    const volume = await createVolume(await connection.storagePoolLookupByName('pool'), 'shrinking', SIZE / MiB);
    await writeFile(await volume.getPath(), Buffer.alloc(SIZE, 1));
    const download = connection.newStream();
    await volume.download(download);
    let length = (await download.recv(1)).length;
    await truncate(await volume.getPath(), MiB);
    await download.recvAll((_, data) => void (length += data.length));
    await download.finish();
    expect(length).toBeLessThan(SIZE);
    await waitUntil('the connection answers', async () => (await connection.getHostname()) !== '', 5000);
    await volume.delete();
    await connection.close();
  });
});
