/** The byte streams of the test driver: an echoing console, and sources and sinks over bytes kept in memory. */
import type { CallOptions, DriverStream, StreamHole } from '../driver.ts';
import { testError } from './errors.ts';
import type { SparseData } from './sparse-data.ts';

/** What libvirtd reads at a time; clients see downloads in pieces of this size. */
const pieceBytes = 262_120;
/** Typed bytes that may wait to be read before the writer is held back. */
const consoleWindowBytes = 64 * 1024;

function ended(): Error {
  return testError('VIR_ERR_INVALID_STREAM', 'the stream has ended; open a new one');
}

function wrongWay(what: string): Error {
  return testError('VIR_ERR_OPERATION_INVALID', `this stream cannot be ${what}`);
}

/** Waits for `wait`, or for the caller's signal. */
async function orAborted<T>(wait: Promise<T>, options: CallOptions | undefined): Promise<T> {
  const signal = options?.signal;
  if (!signal) return wait;
  signal.throwIfAborted();
  let onAbort!: () => void;
  const aborted = new Promise<never>((_resolve, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([wait, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** A stream of bytes from the driver: a screenshot. */
export class BytesSource implements DriverStream {
  #bytes: Uint8Array | null;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async read(): Promise<Uint8Array | null> {
    if (!this.#bytes) throw ended();
    const piece = this.#bytes.subarray(this.#offset, this.#offset + pieceBytes);
    this.#offset += piece.length;
    return piece.length === 0 ? null : piece;
  }

  async write(): Promise<void> {
    throw wrongWay('written');
  }

  async writeHole(): Promise<void> {
    throw wrongWay('written');
  }

  async finish(): Promise<void> {
    if (!this.#bytes) throw ended();
    this.#bytes = null;
  }

  async abort(): Promise<void> {
    this.#bytes = null;
  }
}

/** Reads a range of a volume; holes are told apart only where the caller asked for a sparse stream. */
export class VolumeSource implements DriverStream {
  readonly #data: SparseData;
  readonly #isSparse: boolean;
  #offset: number;
  readonly #end: number;
  readonly #onDone: () => void;
  #isOpen = true;

  /** `length` 0 reads to the end; `onDone` is told once. */
  constructor(
    data: SparseData,
    offset: number,
    length: number,
    isSparse: boolean,
    onDone: () => void = () => undefined,
  ) {
    this.#onDone = onDone;
    this.#data = data;
    this.#offset = offset;
    this.#end = length === 0 ? data.length : Math.min(data.length, offset + length);
    this.#isSparse = isSparse;
  }

  async read(): Promise<Uint8Array | StreamHole | null> {
    if (!this.#isOpen) throw ended();
    const left = this.#end - this.#offset;
    if (left <= 0) return null;
    const piece = this.#data.pieceAt(this.#offset, this.#isSparse ? left : Math.min(left, pieceBytes));
    if (!piece) return null;
    if (!this.#isSparse) return this.#advance(this.#data.read(this.#offset, Math.min(left, pieceBytes)));
    if ('data' in piece) return this.#advance(piece.data);
    this.#offset += piece.hole;
    return { hole: BigInt(piece.hole) };
  }

  #advance(bytes: Uint8Array): Uint8Array {
    this.#offset += bytes.length;
    return bytes;
  }

  async write(): Promise<void> {
    throw wrongWay('written');
  }

  async writeHole(): Promise<void> {
    throw wrongWay('written');
  }

  async finish(): Promise<void> {
    if (!this.#isOpen) throw ended();
    this.#close();
  }

  async abort(): Promise<void> {
    if (this.#isOpen) this.#close();
  }

  #close(): void {
    this.#isOpen = false;
    this.#onDone();
  }
}

/** Writes a range of a volume; `onDone` is told how it ended. */
export class VolumeSink implements DriverStream {
  readonly #data: SparseData;
  readonly #isSparse: boolean;
  readonly #onDone: () => void;
  #offset: number;
  readonly #end: number;
  #isOpen = true;

  constructor(data: SparseData, offset: number, length: number, isSparse: boolean, onDone: () => void) {
    this.#data = data;
    this.#offset = offset;
    this.#end = length === 0 ? data.length : offset + length;
    this.#isSparse = isSparse;
    this.#onDone = onDone;
  }

  async read(): Promise<null> {
    throw wrongWay('read');
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#isOpen) throw ended();
    this.#checkRoom(bytes.length);
    this.#data.write(this.#offset, bytes);
    this.#offset += bytes.length;
  }

  async writeHole(length: bigint): Promise<void> {
    if (!this.#isOpen) throw ended();
    if (!this.#isSparse) throw wrongWay('given holes; open it with the sparse flag');
    this.#checkRoom(Number(length));
    this.#data.punch(this.#offset, Number(length));
    this.#offset += Number(length);
  }

  async finish(): Promise<void> {
    if (!this.#isOpen) throw ended();
    this.#close();
  }

  async abort(): Promise<void> {
    if (this.#isOpen) this.#close();
  }

  #checkRoom(bytes: number): void {
    if (this.#offset + bytes <= this.#end) return;
    throw testError(
      'VIR_ERR_OPERATION_FAILED',
      `the upload goes past byte ${this.#end}, which is where its range ends; ask for a longer range or resize the volume`,
    );
  }

  #close(): void {
    this.#isOpen = false;
    this.#onDone();
  }
}

/**
 * A guest's console: greets with the guest's name, then sends back what is typed, Enter as a new line with a prompt.
 * Writing is held back while more than `consoleWindowBytes` wait to be read.
 */
export class EchoConsole implements DriverStream {
  readonly #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  #state: 'open' | 'ended' | 'closed' = 'open';
  #wake: (() => void)[] = [];
  readonly #onClose: () => void;
  readonly #prompt: string;

  constructor(name: string, device: string, onClose: () => void) {
    this.#onClose = onClose;
    this.#prompt = `${name} login: `;
    this.#put(Buffer.from(`\r\nHostler test guest ${name} ${device}\r\n\r\n${this.#prompt}`));
  }

  async read(options?: CallOptions): Promise<Uint8Array | null> {
    for (;;) {
      if (this.#state === 'closed') throw ended();
      const bytes = this.#queue.shift();
      if (bytes) {
        this.#queuedBytes -= bytes.length;
        this.#wakeAll();
        return bytes;
      }
      if (this.#state === 'ended') return null;
      await this.#changed(options);
    }
  }

  async write(data: Uint8Array, options?: CallOptions): Promise<void> {
    while (this.#state === 'open' && this.#queuedBytes >= consoleWindowBytes) await this.#changed(options);
    if (this.#state !== 'open') throw ended();
    this.#put(this.#echo(data));
  }

  async writeHole(): Promise<void> {
    throw wrongWay('given holes');
  }

  async finish(): Promise<void> {
    if (this.#state === 'closed') throw ended();
    this.#close();
  }

  async abort(): Promise<void> {
    if (this.#state !== 'closed') this.#close();
  }

  /** The guest went away: what is queued can still be read, then the end. */
  end(): void {
    if (this.#state === 'open') this.#state = 'ended';
    this.#wakeAll();
  }

  #echo(data: Uint8Array): Uint8Array {
    if (!data.includes(0x0d)) return data.slice();
    return Buffer.from(Buffer.from(data).toString('latin1').replaceAll('\r', `\r\n${this.#prompt}`), 'latin1');
  }

  #put(bytes: Uint8Array): void {
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
    this.#wakeAll();
  }

  #close(): void {
    this.#state = 'closed';
    this.#queue.length = 0;
    this.#wakeAll();
    this.#onClose();
  }

  #changed(options: CallOptions | undefined): Promise<void> {
    return orAborted(new Promise<void>((resolve) => this.#wake.push(resolve)), options);
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const wake of waiting) wake();
  }
}
