/**
 * What a stream has received and nobody has read. Data lies in blocks of memory, so that packets are read where they
 * stay, and those that follow one another are one piece: a slow reader gets few large pieces instead of many.
 */
import type { StreamHole } from '../driver.ts';

/** Whole packets of libvirtd's (262,120 bytes and 24 in turn) fill it. */
const BLOCK_SIZE = 1_048_576;
/** A whole packet of at most this size is worth another copy, to join what lies before it. */
const JOINED_MAX = 4096;

/** Half a block: arrays of 64 KiB, which are still born among the young. */
const LITTER_COUNT = 8;
const LITTER_LENGTH = 8192;

export type Piece = Uint8Array | StreamHole;

export class StreamQueue {
  #pieces: Piece[] = [];
  #block: Uint8Array | null = null;
  /** Where the next data goes. */
  #end = 0;
  #bytes = 0;

  /** What the pieces weigh. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  addHole(length: bigint): void {
    this.#push({ hole: length });
  }

  /** The memory is the queue's from now on. */
  addData(data: Uint8Array): void {
    const room = (this.#block?.length ?? 0) - this.#end;
    if (data.length > Math.min(room, JOINED_MAX)) return this.#push(data);
    this.#block!.set(data, this.#end);
    this.placed(data.length);
  }

  /** Memory for data that is under way. */
  place(size: number): Uint8Array {
    if (this.#block === null || this.#block.length - this.#end < size) {
      this.#block = allocateBlock(Math.max(size, BLOCK_SIZE));
      this.#end = 0;
    }
    return this.#block.subarray(this.#end, this.#end + size);
  }

  /** So much of what `place` gave is filled. */
  placed(size: number): void {
    const { buffer, byteOffset } = this.#block!;
    const start = byteOffset + this.#end;
    this.#end += size;
    const last = this.#pieces.at(-1);
    if (last === undefined || !endsAt(last, buffer, start)) {
      return this.#push(new Uint8Array(buffer, start, size));
    }
    this.#bytes += size;
    this.#pieces[this.#pieces.length - 1] = new Uint8Array(buffer, last.byteOffset, last.length + size);
  }

  take(): Piece | undefined {
    const piece = this.#pieces.shift();
    if (piece !== undefined) this.#bytes -= weightOf(piece);
    return piece;
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#block = null;
    this.#end = 0;
  }

  #push(piece: Piece): void {
    this.#pieces.push(piece);
    this.#bytes += weightOf(piece);
  }
}

/** What the last block was accompanied by, so that no compiler leaves it out. */
let litter: unknown[] = [];

/**
 * A block is freed by the garbage collector, when nobody has a piece of it any more. For memory outside of its heap alone
 * V8 collects the whole heap, 15 ms each 35 MiB: a third of the time of a download. Short-lived objects on the heap make
 * it collect the young ones instead, which frees the blocks as well and takes 1 ms.
 */
function allocateBlock(size: number): Uint8Array {
  litter = Array.from({ length: LITTER_COUNT }, () => Array<number>(LITTER_LENGTH).fill(0));
  litter.length = 0;
  return Buffer.allocUnsafeSlow(size);
}

function endsAt(piece: Piece, buffer: ArrayBufferLike, at: number): piece is Uint8Array {
  return piece instanceof Uint8Array && piece.buffer === buffer && piece.byteOffset + piece.length === at;
}

/** A hole is small but not free. */
function weightOf(piece: Piece): number {
  return 'hole' in piece ? 64 : piece.length;
}
