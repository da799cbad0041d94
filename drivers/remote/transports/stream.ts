/** A transport over any byte stream of Node's: TLS, a program's standard input and output, a channel of an SSH login. */
import type { Duplex } from 'node:stream';
import type { Transport, TransportHandlers } from '../../rpc/transport.ts';
import { PacketRecords } from './packet-records.ts';

export interface StreamTransportOptions {
  peer: string;
  isLocal: boolean;
  isEncrypted: boolean;
  /** The stream is TLS: one packet per record. */
  hasRecords?: boolean | undefined;
  /**
   * Asked once the stream is over: why, where whoever carried it knows more than the stream does (a program's exit
   * code and last words). Null: nothing more to say.
   */
  explainEnd?: (() => Promise<Error | null>) | undefined;
}

export class StreamTransport implements Transport {
  readonly peer: string;
  readonly isLocal: boolean;
  readonly isEncrypted: boolean;
  /** What `explainEnd` said. */
  failure: Error | null = null;
  /** Whether anything came from the far side. */
  hasReceived = false;
  readonly #stream: Duplex;
  readonly #sink: { write(bytes: Buffer): boolean };
  readonly #explainEnd: (() => Promise<Error | null>) | undefined;
  #handlers: TransportHandlers | null = null;
  #isOver = false;
  /** Set when it is known how the stream ended; told as soon as somebody listens. */
  #end: { error: Error | null } | null = null;
  #isClosed = false;

  constructor(stream: Duplex, { peer, isLocal, isEncrypted, hasRecords, explainEnd }: StreamTransportOptions) {
    this.peer = peer;
    this.isLocal = isLocal;
    this.isEncrypted = isEncrypted;
    this.#stream = stream;
    this.#sink = hasRecords === true ? new PacketRecords(stream, () => this.#handlers?.onDrain()) : stream;
    this.#explainEnd = explainEnd;
    stream.on('error', (error) => void this.#onOver(error));
    stream.on('end', () => void this.#onOver(null));
    stream.on('close', () => void this.#onOver(null));
  }

  start(handlers: TransportHandlers): void {
    this.#handlers = handlers;
    if (this.#sink === this.#stream) this.#stream.on('drain', () => handlers.onDrain());
    this.#stream.on('data', (chunk: Buffer) => {
      this.hasReceived = true;
      if (!this.#isClosed) handlers.onData(chunk);
    });
    if (this.#end !== null) queueMicrotask(() => this.#tellEnd());
  }

  write(bytes: Buffer): boolean {
    return this.#isClosed || this.#isOver || this.#sink.write(bytes);
  }

  pause(): void {
    this.#stream.pause();
  }

  resume(): void {
    this.#stream.resume();
  }

  close(): void {
    this.#isClosed = true;
    this.#stream.destroy();
  }

  async #onOver(error: Error | null): Promise<void> {
    if (this.#isOver || this.#isClosed) return;
    this.#isOver = true;
    if (this.#explainEnd !== undefined) this.failure = await this.#explainEnd();
    this.#end = { error: this.failure ?? error };
    this.#tellEnd();
  }

  #tellEnd(): void {
    if (this.#isClosed || this.#handlers === null || this.#end === null) return;
    this.close();
    this.#handlers.onEnd(this.#end.error);
  }
}
