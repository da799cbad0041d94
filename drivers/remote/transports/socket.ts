/** The unix and tcp transports: a plain socket, to a file on this machine or to a port of any. */
import { connect, type Socket } from 'node:net';
import type { Transport, TransportHandlers } from '../../rpc/transport.ts';
import { isLoopback } from './loopback.ts';
import { writeParts } from './parts.ts';
import { SocketReader } from './socket-reader.ts';

/** Where to: a socket file, or a port. */
export type SocketTarget = { path: string } | { host: string; port: number };

/**
 * Connects a socket. Rejects with the system's error (ENOENT, EACCES, ECONNREFUSED, ...), which the caller
 * explains; with the signal's reason where it is aborted first.
 */
export function openSocketTransport(target: SocketTarget, signal: AbortSignal | undefined): Promise<Transport> {
  return new Promise((resolve, reject) => {
    const transport = new SocketTransport(
      target,
      () => finish(() => resolve(transport)),
      (error) => finish(() => reject(error)),
    );
    const onAbort = (): void =>
      finish(() => {
        transport.close();
        reject(signal!.reason as Error);
      });
    const finish = (settle: () => void): void => {
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

class SocketTransport implements Transport {
  readonly peer: string;
  readonly isLocal: boolean;
  readonly isEncrypted = false;
  readonly #socket: Socket;
  readonly #reader = new SocketReader();
  #handlers: TransportHandlers | null = null;
  #isClosed = false;

  constructor(target: SocketTarget, onOpen: () => void, onFailure: (error: Error) => void) {
    this.peer = 'path' in target ? target.path : formatAddress(target);
    this.isLocal = 'path' in target;
    this.#socket = connect({ ...target, noDelay: true, onread: this.#reader.onread });
    this.#socket.once('connect', onOpen);
    this.#socket.on('error', (error) => (this.#handlers === null ? onFailure(error) : this.#end(error)));
    this.#socket.on('end', () => this.#end(null));
    this.#socket.on('close', () => this.#end(null));
    this.#socket.on('drain', () => this.#handlers?.onDrain());
  }

  get isNear(): boolean {
    return this.isLocal || isLoopback(this.#socket.remoteAddress);
  }

  start(handlers: TransportHandlers): void {
    this.#handlers = handlers;
    this.#reader.start(handlers);
    // Ended between `connect` and here.
    if (this.#isClosed) queueMicrotask(() => handlers.onEnd(null));
  }

  write(bytes: Buffer): boolean {
    return this.#isClosed || this.#socket.write(bytes);
  }

  writeParts(head: Buffer, body: Uint8Array): Promise<void> {
    return writeParts(this.#socket, head, body);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.destroy();
  }

  #end(error: Error | null): void {
    if (this.#isClosed) return;
    this.close();
    this.#handlers?.onEnd(error);
  }
}

/** `host:port`, with an IPv6 address in brackets. */
export function formatAddress({ host, port }: { host: string; port: number }): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
