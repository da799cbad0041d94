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
