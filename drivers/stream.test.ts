import { describe, expect, it } from 'vitest';

import type { DriverStream, StreamHole } from './driver.ts';
import { VIR_STREAM_RECV_STOP_AT_HOLE } from './enums.gen.ts';
import { failOnLeaks } from './fail-on-leaks.ts';
import { fakeConnection } from './fake-session.ts';
import type { Stream } from './stream.ts';
import { StorageVol } from './storage-vol.ts';

failOnLeaks();

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

interface Rig {
  stream: Stream;
  vol: StorageVol;
  /** What the driver's stream was asked to do. */
  log: unknown[];
  close: () => Promise<void>;
}

/** An open stream whose driver gives these pieces and then the end. */
async function open(pieces: (Uint8Array | StreamHole)[] = []): Promise<Rig> {
  const log: unknown[] = [];
  const driver: DriverStream = {
    read: async () => pieces.shift() ?? null,
    write: async (data) => void log.push(['write', ...data]),
    writeHole: async (length) => void log.push(['hole', length]),
    finish: async () => void log.push('finish'),
    abort: async () => void log.push('abort'),
    release: (piece) => void log.push(['release', ...piece]),
  };
  const { connection } = fakeConnection({
    storageVolUpload: async (args) => {
      log.push(args);
      return driver;
    },
  });
  const vol = new StorageVol(connection.core, { pool: 'p', name: 'v', key: '/v' });
  const stream = connection.newStream();
  await vol.upload(stream, 5, 10n);
  log.length = 0;
  return { stream, vol, log, close: () => connection.close() };
}

describe('a stream', () => {
  it('is opened by a call, once, on its own connection', async () => {
    const { stream, vol, close } = await open();
    await expect(vol.upload(stream)).rejects.toThrow('virStorageVolUpload needs a new stream');
    const other = fakeConnection();
    await expect(vol.upload(other.connection.newStream())).rejects.toThrow('got a stream of another connection');
    await expect(other.connection.newStream().send(bytes(1))).rejects.toThrow('virStreamSend: the stream is not open');
    await stream.abort();
    await Promise.all([close(), other.connection.close()]);
  });

  it('can be used after the call that was to open it failed', async () => {
    const { connection } = fakeConnection();
    const vol = new StorageVol(connection.core, { pool: 'p', name: 'v', key: '/v' });
    const stream = connection.newStream();
    await expect(vol.upload(stream)).rejects.toThrow('virStorageVolUpload');
    await expect(vol.download(stream)).rejects.toThrow('virStorageVolDownload');
    await connection.close();
  });

  it('sends, and ends in order', async () => {
    const { stream, log, close } = await open();
    await expect(stream.send(bytes(1, 2))).resolves.toBe(2);
    await stream.sendHole(4096);
    await stream.finish();
    await stream.abort();
    await expect(stream.send(bytes(1))).rejects.toThrow('virStreamSend: the stream has ended');
    expect(log).toEqual([['write', 1, 2], ['hole', 4096n], 'finish']);
    await close();
  });

  it('gives pieces of the size asked for, and empty ones at the end', async () => {
    const { stream, close } = await open([bytes(1, 2, 3), bytes(), bytes(4)]);
    expect([
      await stream.recv(2),
      await stream.recv(2),
      await stream.recv(),
      await stream.recv(),
      await stream.recv(),
    ]).toEqual([bytes(1, 2), bytes(3), bytes(4), bytes(), bytes()]);
    await stream.finish();
    await close();
  });

  it('turns holes into zeroes without making them longer than a piece', async () => {
    const { stream, close } = await open([{ hole: 2n ** 62n }]);
    expect(await stream.recv(3)).toEqual(bytes(0, 0, 0));
    await expect(stream.recvHole()).resolves.toBe(2n ** 62n - 3n);
    expect(await stream.recv()).toEqual(bytes());
    await stream.abort();
    await close();
  });

  it('stops at holes when asked to', async () => {
    const { stream, close } = await open([bytes(1), { hole: 5n }]);
    expect(await stream.recv(9, VIR_STREAM_RECV_STOP_AT_HOLE)).toEqual(bytes(1));
    expect(await stream.recv(9, VIR_STREAM_RECV_STOP_AT_HOLE)).toBeNull();
    expect([await stream.recvHole(), await stream.recvHole()]).toEqual([5n, 0n]);
    await stream.abort();
    await close();
  });

  it('sends all of a function or an iterable', async () => {
    const { stream, log, close } = await open();
    const pieces = [bytes(1), bytes(2)];
    await stream.sendAll(() => pieces.shift() ?? null);
    await stream.sendAll([bytes(3)]);
    expect(log).toEqual([
      ['write', 1],
      ['write', 2],
      ['write', 3],
    ]);
    await stream.finish();
    await close();
  });

  it('is aborted when the source or the sink throws', async () => {
    const failing = (): never => {
      throw new RangeError('disk full');
    };
    const sending = await open();
    await expect(sending.stream.sendAll(failing)).rejects.toThrow('disk full');
    const receiving = await open([bytes(1)]);
    await expect(receiving.stream.recvAll(failing)).rejects.toThrow('disk full');
    expect([sending.log, receiving.log]).toEqual([['abort'], ['abort']]);
    await Promise.all([sending.close(), receiving.close()]);
  });

  it('hands data and holes to their own sinks', async () => {
    const { stream, close } = await open([bytes(1, 2), { hole: 9n }, bytes(3)]);
    const got: unknown[] = [];
    await stream.sparseRecvAll(
      (_, data) => void got.push([...data]),
      (_, length) => void got.push(length),
    );
    expect(got).toEqual([[1, 2], 9n, [3]]);
    await stream.finish();
    await close();
  });

  it('gives the memory of a piece back when it is told to, and the piece was used', async () => {
    const { stream, log, close } = await open([bytes(1, 2, 3), { hole: 9n }, bytes(4), bytes(5)]);
    expect(await stream.recv(2, 0, { reuse: true })).toEqual(bytes(1, 2));
    expect(log).toEqual([]);
    await stream.sparseRecvAll(
      (_, data) => void log.push(...data),
      (_, length) => void log.push(length),
      { reuse: true },
    );
    expect(log).toEqual([['release', 1, 2], 3, ['release', 3], 9n, 4, ['release', 4], 5, ['release', 5]]);
    await stream.finish();
    const { stream: other, log: kept, close: closeOther } = await open([bytes(1), bytes(2)]);
    await other.recvAll(() => undefined);
    await other.finish();
    expect(kept).toEqual(['finish']);
    await Promise.all([close(), closeOther()]);
  });

  it('sends a source with holes', async () => {
    const { stream, log, close } = await open();
    const parts: { inData: boolean; length: number }[] = [
      { inData: true, length: 2 },
      { inData: false, length: 7 },
    ];
    const skipped: bigint[] = [];
    await stream.sparseSendAll(
      (_, size) => new Uint8Array(size).fill(1),
      () => parts.shift() ?? { inData: true, length: 0 },
      (_, length) => void skipped.push(length),
    );
    expect([log, skipped]).toEqual([
      [
        ['write', 1, 1],
        ['hole', 7n],
      ],
      [7n],
    ]);
    await stream.finish();
    await close();
  });

  it('can be iterated: to the end it is finished, left early it is aborted', async () => {
    const whole = await open([bytes(1), bytes(2)]);
    const got: number[] = [];
    for await (const piece of whole.stream) got.push(...piece);
    const part = await open([bytes(1), bytes(2)]);
    for await (const piece of part.stream) {
      got.push(...piece);
      break;
    }
    expect([got, whole.log, part.log]).toEqual([[1, 2, 1], ['finish'], ['abort']]);
    await Promise.all([whole.close(), part.close()]);
  });
});
