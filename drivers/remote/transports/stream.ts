/** A transport over any byte stream of Node's: TLS, a program's standard input and output, a channel of an SSH login. */
import type { Duplex } from 'node:stream';
import { VirError } from '../../error.ts';
import type { Transport, TransportHandlers } from '../../rpc/transport.ts';
import { PacketRecords } from './packet-records.ts';
import { writeParts } from './parts.ts';
import type { SocketReader } from './socket-reader.ts';

export interface StreamTransportOptions {
  peer: string;
  isLocal: boolean;
  isNear: boolean;
  isEncrypted: boolean;
  /** Reads the stream, where it is a socket that was made with it. */
  reader?: SocketReader | undefined;
  /** The stream is TLS: one packet per record. */
  hasRecords?: boolean | undefined;
}

export class StreamTransport implements Transport {
  readonly peer: string;
  readonly isLocal: boolean;
  readonly isNear: boolean;
  readonly isEncrypted: boolean;
  /** Why the stream ended, where whoever carried it said so: a VirError. */
  failure: VirError | null = null;
  /** Whether anything came from the far side. */
  hasReceived = false;
  readonly #stream: Duplex;
  readonly #reader: SocketReader | null;
  readonly #sink: { write(bytes: Buffer): boolean };
  #handlers: TransportHandlers | null = null;
  /** Set when it is known how the stream ended; told as soon as somebody listens. */
  #end: { error: Error | null } | null = null;
  #isClosed = false;

  constructor(stream: Duplex, { peer, isLocal, isNear, isEncrypted, reader, hasRecords }: StreamTransportOptions) {
    this.peer = peer;
    this.isLocal = isLocal;
    this.isNear = isNear;
    this.isEncrypted = isEncrypted;
    this.#stream = stream;
    this.#reader = reader ?? null;
    this.#sink = hasRecords === true ? new PacketRecords(stream, () => this.#handlers?.onDrain()) : stream;
    stream.on('error', (error) => this.#onOver(error));
    stream.on('end', () => this.#onOver(null));
    stream.on('close', () => this.#onOver(null));
  }

  start(handlers: TransportHandlers): void {
    this.#handlers = handlers;
    if (this.#sink === this.#stream) this.#stream.on('drain', () => handlers.onDrain());
    const onData = (chunk: Buffer): void => {
      this.hasReceived = true;
      if (!this.#isClosed) handlers.onData(chunk);
    };
    if (this.#reader === null) this.#stream.on('data', onData);
    else this.#reader.start({ ...handlers, onData });
    if (this.#end !== null) queueMicrotask(() => this.#tellEnd());
  }

  write(bytes: Buffer): boolean {
    return this.#isClosed || this.#end !== null || this.#sink.write(bytes);
  }

  writeParts(head: Buffer, body: Uint8Array): Promise<void> {
    if (this.#isClosed || this.#end !== null) return Promise.resolve();
    return this.#sink === this.#stream
      ? writeParts(this.#stream, head, body)
      : (this.#sink as PacketRecords).writeParts(head, body);
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
