/** The content of one volume, kept in memory: only blocks that were written take room. */
import { testError } from './errors.ts';

const blockBytes = 64 * 1024;

/** What all volumes of one node may hold together. */
export class DataBudget {
  readonly limitBytes: number;
  #usedBytes = 0;

  constructor(limitBytes = 256 * 1024 * 1024) {
    this.limitBytes = limitBytes;
  }

  get usedBytes(): number {
    return this.#usedBytes;
  }

  take(bytes: number): void {
    if (this.#usedBytes + bytes > this.limitBytes) {
      throw testError(
        'VIR_ERR_OPERATION_FAILED',
        `the test driver keeps volume contents in memory and holds at most ${this.limitBytes} bytes; ` +
          'delete a volume or write less',
      );
    }
    this.#usedBytes += bytes;
  }

  release(bytes: number): void {
    this.#usedBytes -= bytes;
  }
}

/** A piece of a volume: bytes, or a run of zeroes that was never written. */
export type Piece = { data: Uint8Array } | { hole: number };

/** Sparse bytes with an end; offsets and lengths are numbers, which is exact up to 8 PiB. */
export class SparseData {
  #length: number;
  readonly #blocks = new Map<number, Uint8Array>();
  readonly #budget: DataBudget;

  constructor(length: number, budget: DataBudget) {
    this.#length = length;
    this.#budget = budget;
  }

  get length(): number {
    return this.#length;
  }

  /** Bytes that are really kept. */
  get allocated(): number {
    return this.#blocks.size * blockBytes;
  }

  write(offset: number, bytes: Uint8Array): void {
    if (offset + bytes.length > this.#length) throw pastEnd(offset + bytes.length, this.#length);
    for (let done = 0; done < bytes.length;) {
      const at = offset + done;
      const start = at % blockBytes;
      const part = bytes.subarray(done, done + Math.min(blockBytes - start, bytes.length - done));
      this.#block((at - start) / blockBytes).set(part, start);
      done += part.length;
    }
  }

  /** Makes a range read as zeroes; whole blocks are given back. */
  punch(offset: number, length: number): void {
    if (offset + length > this.#length) throw pastEnd(offset + length, this.#length);
    const end = offset + length;
    for (const [index, block] of this.#blocks) {
      const from = Math.max(offset - index * blockBytes, 0);
      const to = Math.min(end - index * blockBytes, blockBytes);
      if (from >= to) continue;
      if (from === 0 && to === blockBytes) this.#drop(index);
      else block.fill(0, from, to);
    }
  }

  /** The piece that begins at `offset`, at most `limit` long; null at the end. */
  pieceAt(offset: number, limit: number): Piece | null {
    const left = Math.min(limit, this.#length - offset);
    if (left <= 0) return null;
    const start = offset % blockBytes;
    const index = (offset - start) / blockBytes;
    const block = this.#blocks.get(index);
    if (block) return { data: block.slice(start, start + Math.min(left, blockBytes - start)) };
    return { hole: Math.min(this.#nextBlockAfter(index) * blockBytes, offset + left) - offset };
  }

  /** Exactly the bytes of a range, zeroes included. Only for ranges that may be allocated. */
  read(offset: number, length: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(length, this.#length - offset)));
    for (let done = 0; done < bytes.length;) {
      const piece = this.pieceAt(offset + done, bytes.length - done)!;
      if ('data' in piece) bytes.set(piece.data, done);
      done += 'data' in piece ? piece.data.length : piece.hole;
    }
    return bytes;
  }

  resize(length: number): void {
    if (length < this.#length) {
      const shortened = this.#length;
      this.punch(length, shortened - length);
    }
    this.#length = length;
  }

  copyFrom(source: SparseData): void {
    for (const [index, block] of source.#blocks) {
      const room = this.#length - index * blockBytes;
      if (room > 0) this.write(index * blockBytes, block.subarray(0, Math.min(room, blockBytes)));
    }
  }

  /** Forgets everything; the object is empty afterwards. */
  clear(): void {
    this.#budget.release(this.allocated);
    this.#blocks.clear();
  }

  /** A look over the blocks that are there: the holes between them may be terabytes. */
  #nextBlockAfter(index: number): number {
    let next = Infinity;
    for (const other of this.#blocks.keys()) if (other > index && other < next) next = other;
    return next;
  }

  #block(index: number): Uint8Array {
    let block = this.#blocks.get(index);
    if (!block) {
      this.#budget.take(blockBytes);
      block = new Uint8Array(blockBytes);
      this.#blocks.set(index, block);
    }
    return block;
  }

  #drop(index: number): void {
    if (this.#blocks.delete(index)) this.#budget.release(blockBytes);
  }
}

function pastEnd(wanted: number, length: number): Error {
  return testError(
    'VIR_ERR_OPERATION_FAILED',
    `cannot write up to byte ${wanted} of a volume of ${length} bytes; resize the volume first`,
  );
}
