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
import type { CallOptions, DriverStream, StreamHole } from '../driver.ts';
import { virError, type VirError } from '../error.ts';
import { trackHandle } from '../event.ts';
import { waitFor } from './wait-for.ts';

/** VIR_NET_MESSAGE_LEGACY_PAYLOAD_MAX: every server takes packets of this size. */
const CHUNK_MAX = 262_120;

/** What a stream asks of the client. */
export interface StreamLink {
  /** What opened it, for messages: `storage_vol_upload`. */
  readonly what: string;
  sendData(bytes: Uint8Array): void;
  sendHole(length: bigint): void;
  sendFinish(): void;
  sendAbort(): void;
  /** Settles when more may be sent; rejects where the connection has ended. */
  ready(): Promise<void>;
  /** The queue grew or shrank by so many bytes. */
  queued(bytes: number): void;
  /** The stream is over; packets that still arrive for it are not wanted. */
  closed(): void;
}

type Piece = Uint8Array | StreamHole;

export class RpcStream implements DriverStream {
  readonly #link: StreamLink;
  readonly #leak: { dispose(): void };
  #queue: Piece[] = [];
  #queuedBytes = 0;
  #isAtEnd = false;
  #isOver = false;
  #failure: VirError | null = null;
  #wakeReader: (() => void) | null = null;
  #finishing: { resolve(): void; reject(error: VirError): void } | null = null;

  constructor(link: StreamLink) {
    this.#link = link;
    this.#leak = trackHandle(`stream ${link.what}`);
  }

  /** Bytes that arrived and were not read. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  async read(options?: CallOptions): Promise<Piece | null> {
    if (this.#wakeReader !== null) throw misuse(this.#link.what, 'it is being read already');
    if (this.#queue.length === 0 && this.#failure === null && !this.#isAtEnd) {
      if (this.#isOver) throw misuse(this.#link.what, 'it has been finished or aborted');
      const arrived = new Promise<void>((resolve) => (this.#wakeReader = resolve));
      try {
        await waitFor(arrived, `reading the stream of ${this.#link.what}`, options);
      } finally {
        this.#wakeReader = null;
      }
    }
    return this.#next();
  }

  #next(): Piece | null {
    const piece = this.#queue.shift();
    if (piece !== undefined) {
      this.#count(-sizeOf(piece));
      return piece;
    }
    if (this.#failure !== null) throw this.#failure;
    if (this.#isAtEnd) return null;
    throw misuse(this.#link.what, 'it has been finished or aborted');
  }

  async write(data: Uint8Array, options?: CallOptions): Promise<void> {
    for (let at = 0; at < data.length; at += CHUNK_MAX) {
      this.#checkOpen();
      this.#link.sendData(data.subarray(at, at + CHUNK_MAX));
      await waitFor(this.#link.ready(), `writing to the stream of ${this.#link.what}`, options);
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
    this.#queue = [];
    this.#finishing?.reject(misuse(this.#link.what, 'it was aborted'));
  }

  /** Data of the far side; no bytes mean its end. The memory is the stream's from now on. */
  receiveData(bytes: Uint8Array): void {
    if (bytes.length === 0) this.#isAtEnd = true;
    else this.#push(bytes);
    this.#wakeReader?.();
  }

  receiveHole(length: bigint): void {
    this.#push({ hole: length });
    this.#wakeReader?.();
  }

  /** The far side has finished. */
  receiveFinish(): void {
    if (this.#isOver) return;
    this.#isAtEnd = true;
    this.#end();
    if (this.#finishing === null) return;
    this.#queue = [];
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
    this.#link.queued(-this.#queuedBytes);
    this.#link.closed();
    this.#wakeReader?.();
  }

  #push(piece: Piece): void {
    this.#queue.push(piece);
    this.#count(sizeOf(piece));
  }

  #count(bytes: number): void {
    this.#queuedBytes += bytes;
    if (!this.#isOver) this.#link.queued(bytes);
  }

  #checkOpen(): void {
    if (this.#failure !== null) throw this.#failure;
    if (this.#isOver) throw misuse(this.#link.what, 'it has been finished or aborted');
  }
}

/** A piece's share of the queue; a hole is small but not free. */
function sizeOf(piece: Piece): number {
  return 'hole' in piece ? 64 : piece.length;
}

function misuse(what: string, why: string): VirError {
  return virError('VIR_ERR_OPERATION_INVALID', 'VIR_FROM_STREAMS', `The stream of ${what} cannot be used: ${why}.`);
}
