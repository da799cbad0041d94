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
  /** Told what comes before `start`, where somebody wants it. */
  onEarly: ((chunk: Buffer) => void) | null = null;
  #handlers: TransportHandlers | null = null;
  /** What came before `start` and nobody was told: little, nobody talks before he is asked. */
  #early: Buffer[] = [];

  constructor() {
    const shared = Buffer.allocUnsafeSlow(READ_SIZE);
    this.onread = {
      buffer: () => this.#handlers?.memory() ?? shared,
      callback: (count, buffer) => {
        const chunk = buffer.subarray(0, count) as Buffer;
        if (this.#handlers !== null) this.#handlers.onData(chunk);
        else if (this.onEarly !== null) this.onEarly(chunk);
        else this.#early.push(Buffer.from(chunk));
        return true;
      },
    };
  }

  start(handlers: TransportHandlers): void {
    const early = this.#early.splice(0);
    if (early.length > 0) queueMicrotask(() => handlers.onData(Buffer.concat(early)));
    this.#handlers = handlers;
  }
}
