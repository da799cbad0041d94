/**
 * Packets: the length word, the header, and the cutting of a byte stream into packets. Knows no procedure.
 *
 *   +--------+---------+---------+-----------+------+--------+--------+---------------- - -
 *   | length | program | version | procedure | type | serial | status | payload
 *   +--------+---------+---------+-----------+------+--------+--------+---------------- - -
 *    4 bytes each, big endian; length counts itself
 */
import { malformed } from './xdr/errors.ts';
import type { XdrWriter } from './xdr/writer.ts';

/** Length word and header: the smallest packet. */
export const HEADER_SIZE = 28;
/** The largest packet: VIR_NET_MESSAGE_MAX and the length word. */
export const PACKET_MAX = 33_554_432 + 4;
/** Up to this size a packet's memory is taken at once; a larger one's grows with what has arrived. */
const EAGER_SIZE = 1_048_576;

export const PacketType = {
  call: 0,
  reply: 1,
  message: 2,
  stream: 3,
  callWithFds: 4,
  replyWithFds: 5,
  streamHole: 6,
} as const;

export const PacketStatus = { ok: 0, error: 1, continue: 2 } as const;

export interface PacketHeader {
  program: number;
  version: number;
  procedure: number;
  /** One of PacketType, or unknown. */
  type: number;
  serial: number;
  /** One of PacketStatus, or unknown. */
  status: number;
}

/** Header of the packet that begins at `start`. */
export function readHeader(bytes: Buffer, start: number): PacketHeader {
  return {
    program: bytes.readUInt32BE(start + 4),
    version: bytes.readUInt32BE(start + 8),
    procedure: bytes.readInt32BE(start + 12),
    type: bytes.readInt32BE(start + 16),
    serial: bytes.readUInt32BE(start + 20),
    status: bytes.readInt32BE(start + 24),
  };
}

/** Begins a packet; answers where it began, for `endPacket`. */
export function beginPacket(w: XdrWriter, header: PacketHeader): number {
  const start = w.length;
  w.uint(0);
  w.uint(header.program);
  w.uint(header.version);
  w.int(header.procedure);
  w.int(header.type);
  w.uint(header.serial);
  w.int(header.status);
  return start;
}

/** Fills in the length of the packet that began at `start`. */
export function endPacket(w: XdrWriter, start: number): void {
  w.patchUint(start, w.length - start);
}

/**
 * Receives one packet: `bytes[start, end)` from its length word on. The memory is reused as soon as it returns, unless
 * it is `isOwn`: then it is the packet's alone and may be kept.
 */
export type PacketSink = (bytes: Buffer, start: number, end: number, isOwn: boolean) => void;

/** Cuts what arrives, in pieces of any size, into packets; whole ones are handed on without copying. */
export class FrameParser {
  readonly #sink: PacketSink;
  /** The packet under way; its length word comes first. Null between packets. */
  #partial: Buffer | null = null;
  #filled = 0;
  /** Length of the packet under way; 0 while its length word is incomplete. */
  #length = 0;

  constructor(sink: PacketSink) {
    this.#sink = sink;
  }

  /** True in the middle of a packet. */
  get isMidPacket(): boolean {
    return this.#partial !== null;
  }

  /** Takes the next bytes. Throws VIR_ERR_RPC for an impossible length; the parser must not be used after that. */
  push(chunk: Buffer): void {
    let at = this.#partial === null ? 0 : this.#continue(chunk);
    while (at < chunk.length) {
      const left = chunk.length - at;
      const length = left < 4 ? 0 : checkLength(chunk.readUInt32BE(at));
      if (length === 0 || length > left) return this.#begin(chunk, at, length);
      this.#sink(chunk, at, at + length, false);
      at += length;
    }
  }

  #begin(chunk: Buffer, at: number, length: number): void {
    const size = length === 0 ? HEADER_SIZE : Math.min(length, EAGER_SIZE);
    this.#partial = Buffer.allocUnsafeSlow(Math.max(size, chunk.length - at));
    this.#length = length;
    this.#filled = chunk.copy(this.#partial, 0, at);
  }

  /** Adds to the packet under way; answers how much of the chunk that took. */
  #continue(chunk: Buffer): number {
    let at = 0;
    if (this.#length === 0) {
      at = this.#take(chunk, 0, 4);
      if (this.#filled < 4) return at;
      this.#length = checkLength(this.#partial!.readUInt32BE(0));
    }
    at += this.#take(chunk, at, this.#length);
    if (this.#filled < this.#length) return at;
    const packet = this.#partial!;
    this.#partial = null;
    this.#sink(packet, 0, this.#length, true);
    return at;
  }

  /** Copies from the chunk until `wanted` bytes of the packet are there; answers how many it copied. */
  #take(chunk: Buffer, at: number, wanted: number): number {
    const count = Math.min(wanted - this.#filled, chunk.length - at);
    this.#ensure(this.#filled + count, wanted);
    chunk.copy(this.#partial!, this.#filled, at, at + count);
    this.#filled += count;
    return count;
  }

  /** Makes room for `needed` bytes, doubling so that a packet of `wanted` bytes is copied a few times at most. */
  #ensure(needed: number, wanted: number): void {
    const partial = this.#partial!;
    if (needed <= partial.length) return;
    const size = Math.min(wanted, Math.max(needed, partial.length * 2, Math.min(wanted, EAGER_SIZE)));
    const larger = Buffer.allocUnsafeSlow(size);
    partial.copy(larger, 0, 0, this.#filled);
    this.#partial = larger;
  }
}

function checkLength(length: number): number {
  if (length < HEADER_SIZE) throw malformed(`a packet of ${length} bytes is shorter than its header`);
  if (length > PACKET_MAX) throw malformed(`a packet of ${length} bytes exceeds the limit of ${PACKET_MAX}`);
  return length;
}
