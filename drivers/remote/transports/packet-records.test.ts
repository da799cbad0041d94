/** One packet, one write, and the next only after it. */
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { PacketRecords } from './packet-records.ts';

function packet(length: number): Buffer {
  const bytes = Buffer.alloc(length, length & 0xff);
  bytes.writeUInt32BE(length);
  return bytes;
}

/** Takes a write when told to; like a TLS socket it takes all that waits at once. */
class SlowSink extends Writable {
  readonly taken: number[] = [];
  #done: (() => void) | null = null;
  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    this.taken.push(chunk.length);
    this.#done = callback;
  }
  override _writev(chunks: { chunk: Buffer }[], callback: () => void): void {
    this.taken.push(chunks.reduce((sum, { chunk }) => sum + chunk.length, 0));
    this.#done = callback;
  }
  async finishWrite(): Promise<void> {
    this.#done?.();
    await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('PacketRecords', () => {
  it('keeps packets apart that were written together', async () => {
    const sink = new SlowSink();
    const records = new PacketRecords(sink, () => undefined);
    expect(records.write(Buffer.concat([packet(28), packet(40), packet(60)]))).toBe(true);
    records.write(packet(100));
    for (let i = 0; i < 4; i++) await sink.finishWrite();
    expect(sink.taken).toEqual([28, 40, 60, 100]);
  });

  it('keeps a packet of two parts in its turn, and tells when they are needed no more', async () => {
    const sink = new SlowSink();
    const records = new PacketRecords(sink, () => undefined);
    let isDone = false;
    records.write(packet(28));
    const done = records.writeParts(Buffer.alloc(28), Buffer.alloc(1000)).then(() => (isDone = true));
    records.write(packet(40));
    await sink.finishWrite();
    expect([sink.taken, isDone]).toEqual([[28, 1028], false]);
    await sink.finishWrite();
    await done;
    await sink.finishWrite();
    expect(sink.taken).toEqual([28, 1028, 40]);
  });

  it('lets go of parts where the stream ends', async () => {
    const sink = new SlowSink().on('error', () => undefined);
    const records = new PacketRecords(sink, () => undefined);
    const parts = [1, 2].map(() => records.writeParts(Buffer.alloc(28), Buffer.alloc(1000)));
    sink.destroy(new Error('cut'));
    await sink.finishWrite();
    await Promise.all(parts);
    expect(sink.taken).toEqual([1028]);
  });

  it('asks to wait, and tells when it may go on', async () => {
    const sink = new SlowSink();
    let drained = 0;
    const records = new PacketRecords(sink, () => drained++);
    expect(records.write(packet(900_000))).toBe(true);
    expect(records.write(packet(900_000))).toBe(false);
    await sink.finishWrite();
    expect([records.write(packet(28)), drained]).toEqual([false, 0]);
    await sink.finishWrite();
    await sink.finishWrite();
    expect(drained).toBe(1);
    expect(records.write(packet(28))).toBe(true);
  });
});
