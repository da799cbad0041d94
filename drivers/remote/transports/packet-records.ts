/**
 * Writes each packet in TLS records of its own. libvirtd looks for a next packet only when its socket has something to
 * read: one that came inside a record with the packet before lies in its TLS library unseen, until something else
 * arrives (seen with 9.0.0: five seconds, its keepalive). Node joins what is written while a write is under way, so each
 * packet waits for the one before.
 */
import type { Writable } from 'node:stream';
import { writeParts } from './parts.ts';

/** Beyond this the writer is asked to wait. */
const HIGH_WATER = 1_048_576;

interface Packet {
  size: number;
  write(written: () => void): void;
}

export class PacketRecords {
  readonly #stream: Writable;
  readonly #onDrain: () => void;
  readonly #queue: Packet[] = [];
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
      const packet = bytes.subarray(at, end);
      this.#add({ size: packet.length, write: (written) => void this.#stream.write(packet, written) });
      at = end;
    }
    this.#needsDrain ||= this.#queued > HIGH_WATER;
    return !this.#needsDrain;
  }

  /** Takes a packet of two parts; settles when they are needed no more. */
  writeParts(head: Buffer, body: Uint8Array): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const write = (written: () => void): void => {
      resolve(writeParts(this.#stream, head, body).then(written));
    };
    this.#add({ size: head.length + body.length, write });
    return promise;
  }

  #add(packet: Packet): void {
    this.#queue.push(packet);
    this.#queued += packet.size;
    this.#next();
  }

  #next(): void {
    if (this.#isWriting) return;
    const packet = this.#queue.shift();
    if (packet === undefined) return this.#drained();
    this.#isWriting = true;
    packet.write(() => {
      this.#isWriting = false;
      this.#queued -= packet.size;
      this.#next();
    });
  }

  #drained(): void {
    if (!this.#needsDrain) return;
    this.#needsDrain = false;
    this.#onDrain();
  }
}
