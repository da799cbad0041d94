/**
 * Reads a socket into memory that is used again, or that the handlers have for the rest of a packet: what arrives is
 * copied once, by the kernel, or by TLS as it is decrypted.
 */
import type { OnReadOpts } from 'node:net';
import type { TransportHandlers } from '../../rpc/transport.ts';

/** One read's worth. */
const READ_SIZE = 65_536;

export class SocketReader {
  /** For the socket's options. */
  readonly onread: OnReadOpts;
  /** Told what comes before `start`. */
  onEarly: ((chunk: Buffer) => void) | null = null;
  #handlers: TransportHandlers | null = null;

  constructor() {
    const shared = Buffer.allocUnsafeSlow(READ_SIZE);
    this.onread = {
      buffer: () => this.#handlers?.memory() ?? shared,
      callback: (count, buffer) => {
        const chunk = buffer.subarray(0, count) as Buffer;
        if (this.#handlers === null) this.onEarly?.(chunk);
        else this.#handlers.onData(chunk);
        return true;
      },
    };
  }

  start(handlers: TransportHandlers): void {
    this.#handlers = handlers;
  }
}
