/**
 * virStream: bytes to or from a volume, a console or a screen. A stream is made empty, then handed to the call that
 * opens it (`vol.upload(stream, ...)`), then sent to or received from, then finished or aborted.
 *
 *   new --upload/download/openConsole/screenshot--> open --finish/abort--> ended
 */
import { type Int64, invalidArgument, toHyper } from './arguments.ts';
import type { ConnectionCore } from './core.ts';
import type { Connection } from './connection.ts';
import type { CallOptions, DriverStream } from './driver.ts';
import { VIR_STREAM_RECV_STOP_AT_HOLE } from './enums.gen.ts';
import { type VirError, virError } from './error.ts';
import { type Disposable, trackHandle } from './event.ts';

/** How many bytes a piece has at most, unless told otherwise; libvirt's own pieces are a quarter of it. */
const pieceSize = 1_048_576;

export interface RecvOptions extends CallOptions {
  /** A piece is good until the next one is asked for, or its sink has settled: the stream receives into its memory again, which is faster. */
  reuse?: boolean;
}

/** Gives the next piece of at most `size` bytes, whose memory it may use again for the one after; null or an empty one at the end. */
export type StreamSource = (stream: Stream, size: number) => MaybePromise<Uint8Array | null>;
/** Takes the next piece. */
export type StreamSink = (stream: Stream, data: Uint8Array) => MaybePromise<void>;
/** Takes or skips a run of zeroes, in bytes. */
export type StreamHoleHandler = (stream: Stream, length: bigint) => MaybePromise<void>;
/** Says whether the source stands in data, and how many bytes of data or of hole follow. 0 bytes: the end. */
export type StreamInData = (stream: Stream) => MaybePromise<{ inData: boolean; length: Int64 }>;

type MaybePromise<T> = T | Promise<T>;

export class Stream {
  readonly #core: ConnectionCore;
  readonly #flags: number;
  #driver: DriverStream | null = null;
  /** Set from the call that opens it on, so that it is not opened twice. */
  #isTaken = false;
  #isEnded = false;
  #tracked: Disposable | null = null;
  /** What was read and not asked for yet: the rest of a piece, or of a hole. */
  #pending: Uint8Array | { hole: bigint } | null = null;
  #isAtEnd = false;
  /** What was received last, where its memory is wanted back. */
  #lent: Uint8Array | null = null;

  /** Use `connection.newStream`. */
  constructor(core: ConnectionCore, flags: number) {
    this.#core = core;
    this.#flags = flags;
  }

  /** As given to `newStream`. */
  get flags(): number {
    return this.#flags;
  }

  /** The connection the stream belongs to. */
  getConnect(): Connection {
    return this.#core.connection;
  }

  /**
   * Sends all of `data`, which must not change until it settles: when the far side is ready for more. Fails with the far side's error if it gave up.
   * (virStreamSend)
   */
  async send(data: Uint8Array, options?: CallOptions): Promise<number> {
    await this.#open('virStreamSend').write(data, options);
    return data.length;
  }

  /** Sends a run of zeroes without their bytes; needs the call's sparse flag. `flags`: 0. (virStreamSendHole) */
  async sendHole(length: Int64, flags = 0, options?: CallOptions): Promise<void> {
    if (flags !== 0) throw invalidArgument(`virStreamSendHole takes no flags, and got ${flags}`);
    await this.#open('virStreamSendHole').writeHole(toHyper(length, 'length'), options);
  }

  /**
   * The next piece, at most `size` bytes; an empty one at the end. Holes of a sparse stream come as zeroes, except with
   * the flag VIR_STREAM_RECV_STOP_AT_HOLE: then null says that a hole is next (`recvHole`).
   * (virStreamRecv, virStreamRecvFlags)
   */
  async recv(size?: number, flags?: 0, options?: RecvOptions): Promise<Uint8Array>;
  async recv(size: number, flags: number, options?: RecvOptions): Promise<Uint8Array | null>;
  async recv(size = pieceSize, flags = 0, options?: RecvOptions): Promise<Uint8Array | null> {
    if (!Number.isSafeInteger(size) || size < 1) throw invalidArgument(`a piece of ${size} bytes cannot be received`);
    this.#takeBack();
    const piece = await this.#next('virStreamRecv', options);
    if (piece === null) return new Uint8Array(0);
    if (piece instanceof Uint8Array) {
      const data = this.#takeData(piece, size);
      if (options?.reuse === true) this.#lent = data;
      return data;
    }
    return (flags & VIR_STREAM_RECV_STOP_AT_HOLE) === 0 ? this.#takeZeroes(piece.hole, size) : null;
  }

  /**
   * Length in bytes of the hole the stream stands at, which is then behind; 0 in data. `flags`: 0.
   * (virStreamRecvHole)
   */
  async recvHole(flags = 0, options?: CallOptions): Promise<bigint> {
    if (flags !== 0) throw invalidArgument(`virStreamRecvHole takes no flags, and got ${flags}`);
    const piece = await this.#next('virStreamRecvHole', options);
    if (piece === null || piece instanceof Uint8Array) return 0n;
    this.#pending = null;
    return piece.hole;
  }

  /**
   * Sends everything `source` gives: a function asked for piece after piece, or anything that can be iterated. Aborts
   * the stream if the source throws; else `finish` is still to be called. (virStreamSendAll)
   */
  async sendAll(
    source: StreamSource | AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: CallOptions,
  ): Promise<void> {
    await this.#orAbort(async () => {
      const pieces = typeof source === 'function' ? this.#pieces(source) : source;
      for await (const piece of pieces) await this.send(piece, options);
    });
  }

  /** Hands every piece to `sink` until the end; aborts the stream if the sink throws. (virStreamRecvAll) */
  async recvAll(sink: StreamSink, options?: RecvOptions): Promise<void> {
    await this.#orAbort(async () => {
      for (;;) {
        const piece = await this.recv(pieceSize, 0, options);
        if (piece.length === 0) return;
        await sink(this, piece);
      }
    });
  }

  /**
   * Sends a source with holes: `inData` says what is next, `source` gives data, `skip` moves the source past a hole.
   * Needs the call's sparse flag. (virStreamSparseSendAll)
   */
  async sparseSendAll(
    source: StreamSource,
    inData: StreamInData,
    skip: StreamHoleHandler,
    options?: CallOptions,
  ): Promise<void> {
    await this.#orAbort(async () => {
      for (;;) {
        const next = await inData(this);
        const length = toHyper(next.length, 'length');
        if (length <= 0n) return;
        if (next.inData) await this.#sendData(source, length, options);
        else {
          await this.sendHole(length, 0, options);
          await skip(this, length);
        }
      }
    });
  }

  /** As `recvAll`, with the holes handed to `holeSink`. (virStreamSparseRecvAll) */
  async sparseRecvAll(sink: StreamSink, holeSink: StreamHoleHandler, options?: RecvOptions): Promise<void> {
    await this.#orAbort(async () => {
      for (;;) {
        const piece = await this.recv(pieceSize, VIR_STREAM_RECV_STOP_AT_HOLE, options);
        if (piece === null) await holeSink(this, await this.recvHole(0, options));
        else if (piece.length > 0) await sink(this, piece);
        else return;
      }
    });
  }

  /** Ends in order: settles when everything sent has arrived, fails with the far side's error. (virStreamFinish) */
  async finish(options?: CallOptions): Promise<void> {
    const driver = this.#open('virStreamFinish');
    this.#end();
    await driver.finish(options);
  }

  /** Ends at once and drops what is under way. Does nothing where the stream has ended. (virStreamAbort) */
  async abort(): Promise<void> {
    const driver = this.#driver;
    if (driver === null || this.#isEnded) return;
    this.#end();
    await driver.abort();
  }

  /** The pieces until the end; leaving the loop early aborts the stream, reaching the end finishes it. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        const piece = await this.recv();
        if (piece.length === 0) break;
        yield piece;
      }
      await this.finish();
    } finally {
      await this.abort();
    }
  }

  /** Aborts what was not finished, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.abort();
  }

  /** Not for applications: opens the stream by a call of its connection. A stream can be opened once. */
  async attach(core: ConnectionCore, api: string, open: () => Promise<DriverStream>): Promise<void> {
    if (core !== this.#core) throw invalidArgument(`${api} got a stream of another connection`);
    if (this.#isTaken) throw invalidState(`${api} needs a new stream, and this one was used before`);
    this.#isTaken = true;
    try {
      this.#driver = await open();
      this.#tracked = trackHandle('stream');
    } catch (error) {
      this.#isTaken = false;
      throw error;
    }
  }

  #open(api: string): DriverStream {
    if (this.#driver === null) {
      throw invalidState(`${api}: the stream is not open; hand it to a call that opens it first`);
    }
    if (this.#isEnded) throw invalidState(`${api}: the stream has ended`);
    return this.#driver;
  }

  #end(): void {
    this.#isEnded = true;
    this.#pending = null;
    this.#tracked?.dispose();
  }

  /** The piece to take from next; it stays pending until something was taken. */
  async #next(api: string, options?: CallOptions): Promise<Uint8Array | { hole: bigint } | null> {
    const driver = this.#open(api);
    while (this.#pending === null && !this.#isAtEnd) {
      const piece = await driver.read(options);
      if (piece === null) {
        this.#isAtEnd = true;
        return null;
      }
      const isEmpty = piece instanceof Uint8Array ? piece.length === 0 : piece.hole <= 0n;
      if (!isEmpty) this.#pending = piece;
    }
    return this.#pending;
  }

  #takeBack(): void {
    if (this.#lent !== null) this.#driver?.release?.(this.#lent);
    this.#lent = null;
  }

  #takeData(piece: Uint8Array, size: number): Uint8Array {
    this.#pending = piece.length > size ? piece.subarray(size) : null;
    return piece.length > size ? piece.subarray(0, size) : piece;
  }

  /** The far side says how long a hole is, so only a piece of it is ever allocated. */
  #takeZeroes(hole: bigint, size: number): Uint8Array {
    const length = hole > BigInt(size) ? size : Number(hole);
    this.#pending = hole > BigInt(length) ? { hole: hole - BigInt(length) } : null;
    return new Uint8Array(length);
  }

  async *#pieces(source: StreamSource): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      const piece = await source(this, pieceSize);
      if (piece === null || piece.length === 0) return;
      yield piece;
    }
  }

  async #sendData(source: StreamSource, length: bigint, options?: CallOptions): Promise<void> {
    for (let left = length; left > 0n;) {
      const wanted = left > BigInt(pieceSize) ? pieceSize : Number(left);
      const piece = await source(this, wanted);
      if (piece === null || piece.length === 0 || piece.length > wanted) {
        throw invalidArgument(
          `the source gave ${piece?.length ?? 0} bytes where at most ${wanted} of data were announced`,
        );
      }
      await this.send(piece, options);
      left -= BigInt(piece.length);
    }
  }

  async #orAbort(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      await this.abort();
      throw error;
    }
  }
}

function invalidState(message: string): VirError {
  return virError('VIR_ERR_OPERATION_INVALID', 'VIR_FROM_STREAMS', message);
}
