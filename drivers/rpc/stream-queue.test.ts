import { describe, expect, it } from 'vitest';
import { StreamQueue } from './stream-queue.ts';

/** Receives data as the parser does: into memory of the queue. */
function receive(queue: StreamQueue, bytes: Uint8Array): void {
  queue.place(bytes.length).set(bytes);
  queue.placed(bytes.length);
}

const piece = (length: number, fill: number): Uint8Array => new Uint8Array(length).fill(fill);

describe('StreamQueue', () => {
  it('makes one piece of what follows one another, small whole packets too', () => {
    const queue = new StreamQueue();
    receive(queue, piece(262_120, 1));
    queue.addData(piece(24, 2));
    receive(queue, piece(262_120, 3));
    expect(queue.bytes).toBe(524_264);
    const taken = queue.take() as Uint8Array;
    expect([taken.length, taken[262_119], taken[262_143], taken[262_144]]).toEqual([524_264, 1, 2, 3]);
    expect([queue.isEmpty, queue.bytes]).toEqual([true, 0]);
  });

  it('never changes a piece that was taken', () => {
    const queue = new StreamQueue();
    receive(queue, piece(600_000, 1));
    const first = queue.take() as Uint8Array;
    receive(queue, piece(400_000, 2));
    receive(queue, piece(500_000, 3));
    const rest = [queue.take(), queue.take()] as Uint8Array[];
    expect([first, ...rest].map((bytes) => [bytes.length, new Set(bytes)])).toEqual([
      [600_000, new Set([1])],
      [400_000, new Set([2])],
      [500_000, new Set([3])],
    ]);
  });

  it('receives into the memory of pieces that were given back, and into no other', () => {
    const queue = new StreamQueue();
    const memories = new Set<ArrayBufferLike>();
    const kept: Uint8Array[] = [];
    for (let n = 0; n < 200; n++) {
      receive(queue, piece(262_120, n));
      queue.addData(piece(24, n));
      const taken = queue.take() as Uint8Array;
      memories.add(taken.buffer);
      // Two readers that are a piece behind, and one that keeps what it got.
      if (n === 50) kept.push(taken);
      else queue.release(taken.subarray(0, 100_000));
      if (n !== 50) queue.release(taken.subarray(100_000));
    }
    expect(memories.size).toBeLessThan(4);
    expect(kept.map((bytes) => [bytes.length, new Set(bytes)])).toEqual([[262_144, new Set([50])]]);
  });

  it('goes round in a few blocks where a reader is behind', () => {
    const queue = new StreamQueue();
    const memories = new Set<ArrayBufferLike>();
    const behind: { bytes: Uint8Array; fill: number }[] = [];
    for (let n = 0; n < 200; n++) {
      receive(queue, piece(400_000, n));
      behind.push({ bytes: queue.take() as Uint8Array, fill: n });
      if (behind.length < 5) continue;
      const { bytes, fill } = behind.shift()!;
      expect([bytes.length, bytes[0], bytes[399_999]]).toEqual([400_000, fill, fill]);
      memories.add(bytes.buffer);
      queue.release(bytes);
    }
    expect(memories.size).toBeLessThan(8);
  });

  it('keeps its order where only some pieces are given back', () => {
    const queue = new StreamQueue();
    const kept: { bytes: Uint8Array; fill: number }[] = [];
    for (let n = 0; n < 100; n++) {
      receive(queue, piece(300_000, n));
      const bytes = queue.take() as Uint8Array;
      if (n % 3 === 0) queue.release(bytes);
      else kept.push({ bytes, fill: n });
    }
    for (const { bytes, fill } of kept) expect(new Set(bytes)).toEqual(new Set([fill]));
    queue.release(piece(5, 1));
  });

  it('keeps holes and data in their order', () => {
    const queue = new StreamQueue();
    receive(queue, piece(100_000, 1));
    queue.addHole(5n);
    receive(queue, piece(100_000, 2));
    queue.addData(piece(5000, 3));
    const lengths = Array.from({ length: 4 }, () => queue.take()).map((taken) =>
      taken !== undefined && 'hole' in taken ? taken.hole : taken?.length,
    );
    expect(lengths).toEqual([100_000, 5n, 100_000, 5000]);
    expect(queue.take()).toBeUndefined();
  });

  it('has room for a packet larger than its blocks', () => {
    const queue = new StreamQueue();
    receive(queue, piece(3_000_000, 1));
    expect((queue.take() as Uint8Array).length).toBe(3_000_000);
  });
});
