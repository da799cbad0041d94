/**
 * Writes each packet in TLS records of its own. libvirtd looks for a next packet only when its socket has something to
 * read: one that came inside a record with the packet before lies in its TLS library unseen, until something else
 * arrives (seen with 9.0.0: five seconds, its keepalive). Node joins what is written while a write is under way, so each
 * packet waits for the one before.
 */
import type { Writable } from 'node:stream';

/** Beyond this the writer is asked to wait. */
const HIGH_WATER = 1_048_576;

export class PacketRecords {
  readonly #stream: Writable;
  readonly #onDrain: () => void;
  readonly #queue: Buffer[] = [];
  #queued = 0;
  #isWriting = false;
  #needsDrain = false;

  constructor(stream: Writable, onDrain: () => void) {
    this.#stream = stream;
    this.#onDrain = onDrain;
  }

  /** Takes whole packets. False: enough is waiting, go on after `onDrain`. */
  write(bytes: Buffer): boolean {
    for (let at = 0; at < bytes.length;) {
      const end = at + bytes.readUInt32BE(at);
      this.#queue.push(bytes.subarray(at, end));
      at = end;
    }
    this.#queued += bytes.length;
    this.#next();
    this.#needsDrain ||= this.#queued > HIGH_WATER;
    return !this.#needsDrain;
  }

  #next(): void {
    if (this.#isWriting) return;
    const packet = this.#queue.shift();
    if (packet === undefined) return this.#drained();
    this.#isWriting = true;
    this.#stream.write(packet, () => {
      this.#isWriting = false;
      this.#queued -= packet.length;
      this.#next();
    });
  }

  #drained(): void {
    if (!this.#needsDrain) return;
    this.#needsDrain = false;
    this.#onDrain();
  }
}
