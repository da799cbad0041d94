/**
 * A byte stream inside the connection: it belongs to the call that opened it and shares its serial.
 *
 *   open --(CONTINUE, no bytes)--> at end --finish--> closed        data, holes: STREAM CONTINUE, STREAM_HOLE
 *     |---------- finish: STREAM OK, answered OK ----> closed       failure: STREAM ERROR, or REPLY ERROR at finish
 *     |---------- abort: STREAM ERROR ---------------> closed       late packets of a closed stream are ignored
 *
 * What arrives waits in a queue until it is read. All streams of a connection share one socket with its calls, so the
 * sender can only be held back by not reading that socket: see `InboundLimiter` for when that happens.
 */
import type { CallOptions, DriverStream } from '../driver.ts';
import { virError, type VirError } from '../error.ts';
import { trackHandle } from '../event.ts';
import { type Piece, StreamQueue } from './stream-queue.ts';
import { Turn } from './turn.ts';
import { waitFor } from './wait-for.ts';

/**
 * Data of a packet, as libvirt's own clients send it; servers take 16 MiB since 2013. libvirtd reads one packet while it
 * writes the one before to the file: with larger ones either waits for the other, and sleeps.
 */
const CHUNK_MAX = 262_120;
/**
 * A reader of bulk data is woken for so much at least: what libvirtd reads from a file at a time, and sends as a packet of
 * 262,120 bytes and one of 24.
 */
const BATCH_SIZE = 262_144;
/** So long after it began to wait a reader gets less than a batch. */
const BATCH_MS = 10;

/** What a stream asks of the client. */
export interface StreamLink {
  /** What opened it, for messages: `storage_vol_upload`. */
  readonly what: string;
  /** Its data is the content of something, as fast as it can: nobody waits for a few bytes of it. */
  readonly isBulk: boolean;
  /** Settles when `bytes` are needed no more and more may be sent; does not reject. */
  sendData(bytes: Uint8Array): Promise<void>;
  sendHole(length: bigint): void;
  sendFinish(): void;
  sendAbort(): void;
  /** Settles when more may be sent; rejects where the connection has ended. */
  ready(): Promise<void>;
  /** The queue grew or shrank by so many bytes. */
  queued(bytes: number): void;
  /** Somebody with nothing else to do waits for bulk data. */
  waits(): void;
  /** The stream is over; packets that still arrive for it are not wanted. */
  closed(): void;
}

export class RpcStream implements DriverStream {
  readonly #link: StreamLink;
  readonly #leak: { dispose(): void };
  readonly #queue = new StreamQueue();
  #isAtEnd = false;
  #isOver = false;
  #failure: VirError | null = null;
  #wakeReader: (() => void) | null = null;
  /** In which the reader was handed its last piece of bulk data. */
  readonly #turn = new Turn();
  /** A reader waits who works in this thread, and so has nothing else to do. */
  #isIdle = false;
  /** Runs while a reader waits and there is less than a batch. */
  #batchTimer: NodeJS.Timeout | undefined;
  #finishing: { resolve(): void; reject(error: VirError): void } | null = null;

  constructor(link: StreamLink) {
    this.#link = link;
    this.#leak = trackHandle(`stream ${link.what}`);
  }

  /** Bytes that arrived and were not read. */
  get queuedBytes(): number {
    return this.#queue.bytes;
  }

  /** Somebody with nothing else to do waits for bulk data. */
  get isWaitedFor(): boolean {
    return this.#isIdle;
  }

  async read(options?: CallOptions): Promise<Piece | null> {
    if (this.#wakeReader !== null) throw misuse(this.#link.what, 'it is being read already');
    if (!this.#hasEnough && this.#failure === null && !this.#isAtEnd) {
      if (this.#isOver) throw misuse(this.#link.what, 'it has been finished or aborted');
      const arrived = new Promise<void>((resolve) => (this.#wakeReader = resolve));
      if (!this.#queue.isEmpty) this.#startBatch();
      try {
        this.#isIdle = this.#turn.isOn;
        if (this.#isIdle) this.#link.waits();
        await waitFor(arrived, `reading the stream of ${this.#link.what}`, options);
      } finally {
        this.#isIdle = false;
        this.#wakeReader = null;
        clearTimeout(this.#batchTimer);
        this.#batchTimer = undefined;
      }
    }
    return this.#next();
  }

  get #hasEnough(): boolean {
    if (!this.#link.isBulk) return !this.#queue.isEmpty;
    return this.#queue.bytes >= BATCH_SIZE || this.#queue.hasWholePiece;
  }

  #startBatch(): void {
    this.#batchTimer ??= setTimeout(() => this.#wakeReader?.(), BATCH_MS);
  }

  release(piece: Uint8Array): void {
    this.#queue.release(piece);
  }

  #next(): Piece | null {
    const before = this.#queue.bytes;
    const piece = this.#queue.take();
    if (piece !== undefined) {
      this.#tellQueued(before);
      if (this.#link.isBulk) this.#turn.begin();
      return piece;
    }
    if (this.#failure !== null) throw this.#failure;
    if (this.#isAtEnd) return null;
    throw misuse(this.#link.what, 'it has been finished or aborted');
  }

  async write(data: Uint8Array, options?: CallOptions): Promise<void> {
    for (let at = 0; at < data.length; at += CHUNK_MAX) {
      this.#checkOpen();
      const sent = this.#link.sendData(data.subarray(at, at + CHUNK_MAX));
      await waitFor(sent, `writing to the stream of ${this.#link.what}`, options);
    }
  }

  async writeHole(length: bigint, options?: CallOptions): Promise<void> {
    this.#checkOpen();
    if (length < 0n) throw misuse(this.#link.what, `a hole of ${length} bytes cannot be written`);
    this.#link.sendHole(length);
    await waitFor(this.#link.ready(), `writing to the stream of ${this.#link.what}`, options);
  }

  async finish(options?: CallOptions): Promise<void> {
    if (this.#isOver && this.#failure === null) return;
    this.#checkOpen();
    if (this.#finishing !== null) throw misuse(this.#link.what, 'it is being finished already');
    const answered = new Promise<void>((resolve, reject) => (this.#finishing = { resolve, reject }));
    this.#link.sendFinish();
    await waitFor(answered, `finishing the stream of ${this.#link.what}`, options);
  }

  async abort(): Promise<void> {
    if (this.#isOver) return;
    this.#link.sendAbort();
    this.#end();
    this.#queue.clear();
    this.#finishing?.reject(misuse(this.#link.what, 'it was aborted'));
  }

  /** Data of the far side; no bytes mean its end. The memory is the stream's from now on. */
  receiveData(bytes: Uint8Array): void {
    if (bytes.length === 0) {
      this.#isAtEnd = true;
      this.#wakeReader?.();
    } else this.#receive(() => this.#queue.addData(bytes));
  }

  receiveHole(length: bigint): void {
    this.#receive(() => this.#queue.addHole(length));
  }

  /** Memory for data of the far side that is under way. */
  place(size: number): Uint8Array {
    return this.#queue.place(size);
  }

  /** The data is there. */
  receivePlaced(size: number): void {
    this.#receive(() => this.#queue.placed(size));
  }

  /** The far side has finished. */
  receiveFinish(): void {
    if (this.#isOver) return;
    this.#isAtEnd = true;
    this.#end();
    if (this.#finishing === null) return;
    this.#queue.clear();
    this.#finishing.resolve();
  }

  /** The far side, or the connection, failed. What arrived before can still be read. */
  fail(error: VirError): void {
    if (this.#isOver) return;
    this.#failure = error;
    this.#end();
    this.#finishing?.reject(error);
  }

  #end(): void {
    this.#isOver = true;
    this.#leak.dispose();
    // What is left can still be read, but nobody is held back for it.
    this.#link.queued(-this.#queue.bytes);
    this.#link.closed();
    this.#wakeReader?.();
  }

  #receive(add: () => void): void {
    const before = this.#queue.bytes;
    add();
    this.#tellQueued(before);
    if (this.#wakeReader === null) return;
    if (this.#hasEnough) this.#wakeReader();
    else this.#startBatch();
  }

  #tellQueued(before: number): void {
    if (!this.#isOver) this.#link.queued(this.#queue.bytes - before);
  }

  #checkOpen(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isOver) throw misuse(this.#link.what, 'it has been finished or aborted');
  }
}

function misuse(what: string, why: string): VirError {
  return virError('VIR_ERR_OPERATION_INVALID', 'VIR_FROM_STREAMS', `The stream of ${what} cannot be used: ${why}.`);
}
