/**
 * What a stream has received and nobody has read. Data lies in blocks of memory, so that packets are read where they
 * stay, and those that follow one another are one piece: a slow reader gets few large pieces instead of many. A block
 * whose pieces were all given back is used again, the one used last first: it is still in the processor's cache.
 *
 *   new --> current --full--> with readers --all given back--> spare --> current
 *             '---- all given back: from its beginning again ----'
 */
import type { StreamHole } from '../driver.ts';

/** Whole packets of libvirtd's (262,120 bytes and 24 in turn) fill it. */
const BLOCK_SIZE = 1_048_576;
/** Blocks that are kept for another use, and those that are watched for it: what a slow reader makes wait lies in fewer. */
const KEPT_MAX = 8;
/** A whole packet of at most this size is worth another copy, to join what lies before it. */
const JOINED_MAX = 4096;

/** Half a block: arrays of 64 KiB, which are still born among the young. */
const LITTER_COUNT = 8;
const LITTER_LENGTH = 8192;

export type Piece = Uint8Array | StreamHole;

interface Block {
  memory: Uint8Array;
  /** Where the next data goes. */
  end: number;
  /** Of what lies in it, bytes that were given back. */
  released: number;
}

export class StreamQueue {
  #pieces: Piece[] = [];
  #current: Block | null = null;
  /** Blocks with readers that give pieces back; the garbage collector has all others. Oldest first. */
  #lent: Block[] = [];
  #spare: Block[] = [];
  #areReleased = false;
  #bytes = 0;

  /** What the pieces weigh. */
  get bytes(): number {
    return this.#bytes;
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0;
  }

  /** Nothing will be added to the first piece. */
  get hasWholePiece(): boolean {
    const [first, second] = this.#pieces;
    return second !== undefined || (first !== undefined && 'hole' in first);
  }

  addHole(length: bigint): void {
    this.#push({ hole: length });
  }

  /** The memory is the queue's from now on. */
  addData(data: Uint8Array): void {
    const block = this.#current;
    if (block === null || data.length > Math.min(roomOf(block), JOINED_MAX)) return this.#push(data);
    block.memory.set(data, block.end);
    this.placed(data.length);
  }

  /** Memory for data that is under way. */
  place(size: number): Uint8Array {
    let block = this.#current;
    if (block !== null && block.released === block.end) restart(block);
    if (block === null || roomOf(block) < size) block = this.#nextBlock(size);
    return block.memory.subarray(block.end, block.end + size);
  }

  /** So much of what `place` gave is filled. */
  placed(size: number): void {
    const block = this.#current!;
    const { buffer, byteOffset } = block.memory;
    const start = byteOffset + block.end;
    block.end += size;
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

  /** A piece that was taken, or a part of one, is not needed any more. */
  release(piece: Uint8Array): void {
    this.#areReleased = true;
    if (this.#current?.memory.buffer === piece.buffer) this.#current.released += piece.length;
    const at = this.#lent.findIndex(({ memory }) => memory.buffer === piece.buffer);
    const block = this.#lent[at];
    if (block === undefined) return;
    block.released += piece.length;
    if (block.released < block.end) return;
    this.#lent.splice(at, 1);
    if (block.memory.length === BLOCK_SIZE && this.#spare.length < KEPT_MAX) this.#spare.push(block);
  }

  clear(): void {
    this.#pieces = [];
    this.#bytes = 0;
    this.#current = null;
    this.#lent = [];
    this.#spare = [];
  }

  /** The current block is left to its pieces. */
  #nextBlock(size: number): Block {
    if (this.#current !== null && this.#areReleased) this.#lent.push(this.#current);
    if (this.#lent.length > KEPT_MAX) this.#lent.shift();
    const spare = size <= BLOCK_SIZE ? this.#spare.pop() : undefined;
    const block = spare ?? { memory: allocateBlock(Math.max(size, BLOCK_SIZE)), end: 0, released: 0 };
    restart(block);
    this.#current = block;
    return block;
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

function restart(block: Block): void {
  block.end = 0;
  block.released = 0;
}

function roomOf({ memory, end }: Block): number {
  return memory.length - end;
}

function endsAt(piece: Piece, buffer: ArrayBufferLike, at: number): piece is Uint8Array {
  return piece instanceof Uint8Array && piece.buffer === buffer && piece.byteOffset + piece.length === at;
}

/** A hole is small but not free. */
function weightOf(piece: Piece): number {
  return 'hole' in piece ? 64 : piece.length;
}
