import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { imageCapacityOf, imageFormatOf } from '../contract/index.ts';
import { FileGrants, grantMs } from './file-grants.ts';
import { openFileSink, openFileSource } from './local-file.ts';
import { TransferProgress } from './transfer-progress.ts';
import { ticketMs, TransferTickets } from './transfer-tickets.ts';
import type { TransferSource } from './transfer-ends.ts';
import { blockBytes, zeroRuns } from './zero-runs.ts';

const never = new AbortController().signal;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-files-'));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true });
});

describe('zeroRuns', () => {
  it('takes whole blocks of zeroes out, neighbours together', () => {
    const zero = Buffer.alloc(blockBytes);
    const one = Buffer.alloc(blockBytes, 1);
    const last = Buffer.alloc(blockBytes);
    last[blockBytes - 1] = 1;
    const runs = [...zeroRuns(Buffer.concat([zero, zero, one, last, zero, Buffer.alloc(10)]))];
    expect(runs.map((run) => ('zeroes' in run ? run.zeroes : -run.data.length))).toEqual([
      2 * blockBytes,
      -2 * blockBytes,
      blockBytes + 10,
    ]);
    expect([...zeroRuns(new Uint8Array(0))]).toEqual([]);
  });
});

describe('TransferProgress', () => {
  it('tells bytes, share and the rate of the last seconds, a few times a second', () => {
    let now = 0;
    const reports: unknown[] = [];
    const progress = new TransferProgress({ report: (changes) => reports.push(changes) }, 10_000, () => now);
    for (let n = 0; n < 100; n++) {
      now += 100;
      progress.add(n < 50 ? 10 : 100);
    }
    expect(reports.length).toBeLessThan(40);
    expect(reports[0]).toEqual({ bytes: { done: 0, total: 10_000 }, bytesPerSecond: null, progress: 0 });
    // 10 ms an hour ago do not count: a hundred bytes every tenth of a second.
    expect(reports.at(-1)).toMatchObject({
      bytes: { done: 5400, total: 10_000 },
      bytesPerSecond: 1000,
      progress: 0.54,
    });
  });
});

describe('imageFormatOf', () => {
  it('tells a qcow2 image and its capacity by the header', () => {
    const header = Buffer.alloc(32);
    header.write('QFI\xfb', 'latin1');
    header.writeUInt32BE(3, 4);
    header.writeBigUInt64BE(1n << 34n, 24);
    expect([imageFormatOf(header), imageCapacityOf(header, 200_000)]).toEqual(['qcow2', 2 ** 34]);
    expect(imageCapacityOf(header.subarray(0, 20), 200_000)).toBeNull();
    header.writeBigUInt64BE((1n << 64n) - 1n, 24);
    expect(imageCapacityOf(header, 200_000)).toBeNull();
    expect([imageFormatOf(Buffer.from('QF')), imageCapacityOf(Buffer.from('QF'), 2)]).toEqual(['raw', 2]);
  });
});

describe('FileGrants', () => {
  it('gives a file for its token once, for the use it was chosen for, within an hour', () => {
    vi.useFakeTimers();
    const grants = new FileGrants();
    const token = grants.grant('/home/me/disk.img', 'read');
    expect(token).toMatch(/^[\w-]{22}$/);
    expect(grants.take(token, 'read')).toBe('/home/me/disk.img');
    expect(() => grants.take(token, 'read')).toThrow('Choose it again');
    expect(() => grants.take(grants.grant('/a', 'read'), 'write')).toThrow('not valid');
    const late = grants.grant('/a', 'read');
    vi.advanceTimersByTime(grantMs + 1);
    expect(() => grants.take(late, 'read')).toThrow('not valid');
  });
});

describe('TransferTickets', () => {
  const source: TransferSource = { sizeBytes: 5, pieces: () => (async function* () {})(), end: () => {} };

  it('hands over what the browser brought, once', async () => {
    const tickets = new TransferTickets();
    const { ticket, opened } = tickets.expectSource(5);
    const waiting = opened(never);
    expect(tickets.find(ticket)).toEqual({ kind: 'upload', sizeBytes: 5 });
    tickets.redeem(ticket, source);
    expect(await waiting).toBe(source);
    expect(tickets.find(ticket)).toBeNull();
    expect(() => tickets.redeem(ticket, source)).toThrow('used');
  });

  it('gives up after 30 seconds, and when the job is cancelled', async () => {
    vi.useFakeTimers();
    const tickets = new TransferTickets();
    const first = tickets.expectSink('disk');
    const late = first.opened(never);
    late.catch(() => {});
    await vi.advanceTimersByTimeAsync(ticketMs);
    await expect(late).rejects.toMatchObject({ code: 'timeout' });
    expect(tickets.find(first.ticket)).toBeNull();
    const second = tickets.expectSink('disk');
    const controller = new AbortController();
    const cancelled = second.opened(controller.signal);
    controller.abort();
    await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
    expect(tickets.find(second.ticket)).toBeNull();
  });
});

describe('local files', () => {
  it('reads a file in pieces, and says when it became shorter meanwhile', async () => {
    const path = join(folder, 'disk.img');
    await writeFile(path, Buffer.alloc(3_000_000, 5));
    const source = await openFileSource(path);
    const pieces: Uint8Array[] = [];
    for await (const piece of source.pieces(never)) pieces.push(piece);
    expect([source.sizeBytes, Buffer.concat(pieces).equals(Buffer.alloc(3_000_000, 5))]).toEqual([3_000_000, true]);
    await writeFile(path, 'short');
    await expect(source.pieces(never)[Symbol.asyncIterator]().next()).resolves.toMatchObject({ done: false });
    const rest = source.pieces(never)[Symbol.asyncIterator]();
    await rest.next();
    await expect(rest.next()).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('shorter') as string,
    });
    source.end(null);
    await expect(openFileSource(folder)).rejects.toMatchObject({ code: 'invalid-argument' });
  });

  it('gives a download its name only when it is complete, with holes kept', async () => {
    const path = join(folder, 'disk.img');
    await writeFile(path, 'the one before');
    const sink = await openFileSink(path);
    await sink.begin(null);
    await sink.write(Buffer.from('begin'));
    await sink.writeHole(8_000_000);
    expect(await readFile(path, 'utf8')).toBe('the one before');
    await sink.finish();
    const { size, blocks } = await stat(path);
    expect([size, blocks * 512 < 100_000]).toEqual([8_000_005, true]);
    expect(await readdir(folder)).toEqual(['disk.img']);
  });

  it('leaves nothing of a download that failed', async () => {
    const sink = await openFileSink(join(folder, 'disk.img'));
    await sink.write(Buffer.from('begin'));
    await sink.abort(new Error('lost'));
    expect(await readdir(folder)).toEqual([]);
  });
});
