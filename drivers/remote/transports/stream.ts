/** A transport over any byte stream of Node's: TLS, a program's standard input and output, a channel of an SSH login. */
import type { Duplex } from 'node:stream';
import { VirError } from '../../error.ts';
import type { Transport, TransportHandlers } from '../../rpc/transport.ts';
import { PacketRecords } from './packet-records.ts';

export interface StreamTransportOptions {
  peer: string;
  isLocal: boolean;
  isEncrypted: boolean;
  /** The stream is TLS: one packet per record. */
  hasRecords?: boolean | undefined;
}

export class StreamTransport implements Transport {
  readonly peer: string;
  readonly isLocal: boolean;
  readonly isEncrypted: boolean;
  /** Why the stream ended, where whoever carried it said so: a VirError. */
  failure: VirError | null = null;
  /** Whether anything came from the far side. */
  hasReceived = false;
  readonly #stream: Duplex;
  readonly #sink: { write(bytes: Buffer): boolean };
  #handlers: TransportHandlers | null = null;
  /** Set when it is known how the stream ended; told as soon as somebody listens. */
  #end: { error: Error | null } | null = null;
  #isClosed = false;

  constructor(stream: Duplex, { peer, isLocal, isEncrypted, hasRecords }: StreamTransportOptions) {
    this.peer = peer;
    this.isLocal = isLocal;
    this.isEncrypted = isEncrypted;
    this.#stream = stream;
    this.#sink = hasRecords === true ? new PacketRecords(stream, () => this.#handlers?.onDrain()) : stream;
    stream.on('error', (error) => this.#onOver(error));
    stream.on('end', () => this.#onOver(null));
    stream.on('close', () => this.#onOver(null));
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
    return this.#isClosed || this.#end !== null || this.#sink.write(bytes);
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

  #onOver(error: Error | null): void {
    if (this.#end !== null || this.#isClosed) return;
    if (error instanceof VirError) this.failure = error;
    this.#end = { error };
    this.#tellEnd();
  }

  #tellEnd(): void {
    if (this.#isClosed || this.#handlers === null || this.#end === null) return;
    this.close();
    this.#handlers.onEnd(this.#end.error);
  }
}
