/**
 * Sends packets: the first of a tick at once (latency), those that follow in the same tick together (one system call
 * for a burst of pipelined calls).
 */
import { beginPacket, endPacket, HEADER_SIZE, type PacketHeader } from './frame.ts';
import type { Transport } from './transport.ts';
import { XdrWriter } from './xdr/writer.ts';

/** A burst is not held together beyond this. */
const BURST_MAX = 65_536;
/** Memory kept for the next packets. */
const KEEP_MAX = 262_144;

export class PacketWriter {
  readonly #transport: Transport;
  #writer = new XdrWriter();
  #isBurst = false;
  #isWritable = true;
  #waiting: (() => void)[] = [];

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** False while the transport has more than enough to send. */
  get isWritable(): boolean {
    return this.#isWritable;
  }

  /** Sends one packet; `writePayload` may throw, then nothing is sent. */
  send(header: PacketHeader, writePayload: ((w: XdrWriter) => void) | null): void {
    const w = this.#writer;
    const start = beginPacket(w, header);
    try {
      writePayload?.(w);
    } catch (error) {
      w.truncate(start);
      throw error;
    }
    endPacket(w, start);
    if (!this.#isBurst) {
      this.#isBurst = true;
      queueMicrotask(this.#endBurst);
      this.#flush();
    } else if (w.length > BURST_MAX) this.#flush();
  }

  /** Sends one packet whose payload is large and not copied: it must not change until this settles. */
  sendLarge(header: PacketHeader, payload: Uint8Array): Promise<void> {
    this.#flush();
    const w = new XdrWriter(HEADER_SIZE);
    beginPacket(w, header);
    w.patchUint(0, HEADER_SIZE + payload.length);
    this.#isWritable = false;
    return this.#transport.writeParts(w.bytes, payload);
  }

  readonly #endBurst = (): void => {
    this.#isBurst = false;
    this.#flush();
  };

  #flush(): void {
    const w = this.#writer;
    if (w.length === 0) return;
    if (w.length > KEEP_MAX) {
      this.#isWritable = this.#transport.write(w.bytes);
      this.#writer = new XdrWriter();
      return;
    }
    // The transport may hold on to the bytes, the writer's memory is wanted again.
    this.#isWritable = this.#transport.write(Buffer.from(w.bytes));
    w.reset();
  }

  /** Settles when the transport is ready for more. */
  async ready(): Promise<void> {
    this.#flush();
    if (!this.#isWritable) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** The transport drained, or ended. */
  drained(): void {
    this.#isWritable = true;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
  }
}
