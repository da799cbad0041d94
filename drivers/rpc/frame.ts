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

/** Where less than this is left of a packet it is copied: a read into its own memory would end at its end. */
const WORTHWHILE = 16_384;
/** What stands between two large packets of a stream, and the header of the second, usually fits. */
const GAP_SIZE = 4096;

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

/** Receives one packet: `bytes[start, end)` from its length word on. The memory is reused as soon as it returns. */
export type PacketSink = (bytes: Buffer, start: number, end: number) => void;

/** Has memory of its own for the payload of some large packets, which is then read where it is to stay. */
export interface PayloadPlacer {
  /** Exactly `size` bytes for the payload; null where it is to be handed on like any other. */
  place(header: PacketHeader, size: number): Uint8Array | null;
  /** The payload is there. */
  placed(header: PacketHeader, size: number): void;
}

/**
 * Cuts what arrives, in pieces of any size, into packets; whole ones are handed on without copying.
 *
 *   between packets --(part of a header)--> header --> payload --> between packets
 */
export class FrameParser {
  readonly #sink: PacketSink;
  readonly #placer: PayloadPlacer | null;
  /** The packet under way, or its payload where that is placed. Null between packets. */
  #partial: Buffer | null = null;
  /** Which byte of the packet the first one of `#partial` is. */
  #base = 0;
  /** Bytes of the packet that are there. */
  #filled = 0;
  /** Length of the packet under way; 0 while its header is incomplete. */
  #length = 0;
  /** Of the packet under way, where its payload is placed. */
  #header: PacketHeader | null = null;
  #gap: Buffer | null = null;
  #isStreaming = false;

  constructor(sink: PacketSink, placer: PayloadPlacer | null = null) {
    this.#sink = sink;
    this.#placer = placer;
  }

  /** True in the middle of a packet. */
  get isMidPacket(): boolean {
    return this.#partial !== null;
  }

  /**
   * Where the next bytes are best put for the next `push`: the rest of a large packet where it belongs, and what stands
   * between two of them in little memory, so that little of the second is copied. Null: anywhere.
   */
  memory(): Buffer | null {
    const left = this.#length - this.#filled;
    if (this.#length > 0 && left >= WORTHWHILE) {
      this.#ensure(this.#filled + WORTHWHILE);
      return this.#partial!.subarray(this.#filled - this.#base, this.#length - this.#base);
    }
    return this.#isStreaming ? (this.#gap ??= Buffer.allocUnsafeSlow(GAP_SIZE)) : null;
  }

  /** Takes the next bytes. Throws VIR_ERR_RPC for an impossible length; the parser must not be used after that. */
  push(chunk: Buffer): void {
    let at = this.#partial === null ? 0 : this.#continue(chunk, 0);
    while (at < chunk.length) {
      const left = chunk.length - at;
      const length = left < 4 ? 0 : checkLength(chunk.readUInt32BE(at));
      if (length === 0 || length > left) return this.#begin(chunk, at);
      this.#sink(chunk, at, at + length);
      at += length;
    }
    // Many small packets in a row: no gap.
    if (this.#partial === null && chunk.length >= GAP_SIZE) this.#isStreaming = false;
  }

  #begin(chunk: Buffer, at: number): void {
    this.#partial = Buffer.allocUnsafe(HEADER_SIZE);
    this.#base = 0;
    this.#filled = 0;
    this.#length = 0;
    this.#continue(chunk, at);
  }

  /** Adds to the packet under way from `chunk[at]` on; answers how far that went. */
  #continue(chunk: Buffer, at: number): number {
    if (this.#length === 0) {
      at = this.#take(chunk, at, 4);
      if (this.#filled < 4) return at;
      const length = checkLength(this.#partial!.readUInt32BE(0));
      at = this.#take(chunk, at, HEADER_SIZE);
      if (this.#filled < HEADER_SIZE) return at;
      this.#length = length;
      this.#place();
    }
    at = this.#take(chunk, at, this.#length);
    if (this.#filled === this.#length) this.#finish();
    return at;
  }

  #place(): void {
    const size = this.#length - HEADER_SIZE;
    if (this.#placer === null || size > EAGER_SIZE) return;
    const header = readHeader(this.#partial!, 0);
    const memory = this.#placer.place(header, size);
    if (memory === null) return;
    this.#header = header;
    this.#partial = Buffer.from(memory.buffer, memory.byteOffset, size);
    this.#base = HEADER_SIZE;
  }

  #finish(): void {
    const [packet, header, length] = [this.#partial!, this.#header, this.#length];
    this.#partial = null;
    this.#header = null;
    this.#length = 0;
    this.#filled = 0;
    this.#isStreaming = header !== null;
    if (header === null) this.#sink(packet, 0, length);
    else this.#placer!.placed(header, length - HEADER_SIZE);
  }

  /** Takes from `chunk[at]` on until `wanted` bytes of the packet are there; answers how far that went. */
  #take(chunk: Buffer, at: number, wanted: number): number {
    const count = Math.max(0, Math.min(wanted - this.#filled, chunk.length - at));
    this.#ensure(this.#filled + count);
    const to = this.#filled - this.#base;
    if (!this.#isInPlace(chunk, at, to)) chunk.copy(this.#partial!, to, at, at + count);
    this.#filled += count;
    return at + count;
  }

  /** The bytes were put where they belong, by way of `memory`. */
  #isInPlace(chunk: Buffer, at: number, to: number): boolean {
    const partial = this.#partial!;
    return chunk.buffer === partial.buffer && chunk.byteOffset + at === partial.byteOffset + to;
  }

  /** Makes room for `needed` bytes, doubling so that a long packet is copied a few times at most. */
  #ensure(needed: number): void {
    const partial = this.#partial!;
    if (needed <= this.#base + partial.length) return;
    const size = Math.min(this.#length, Math.max(needed, partial.length * 2, EAGER_SIZE));
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
