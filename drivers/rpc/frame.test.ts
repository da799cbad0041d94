import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrameParser, PACKET_MAX } from './frame.ts';

function packetOf(length: number, fill: number): Buffer {
  const packet = Buffer.alloc(length, fill);
  packet.writeUInt32BE(length);
  return packet;
}

/** The packets that come out of pieces. */
function parse(pieces: Buffer[]): Buffer[] {
  const packets: Buffer[] = [];
  const parser = new FrameParser((bytes, start, end) => packets.push(Buffer.from(bytes.subarray(start, end))));
  for (const piece of pieces) parser.push(piece);
  expect(parser.isMidPacket).toBe(false);
  return packets;
}

function cut(bytes: Buffer, sizes: number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return [...pieces, bytes.subarray(at)];
}

describe('FrameParser', () => {
  it('finds the same packets however the bytes are cut', () => {
    const packets = [packetOf(28, 1), packetOf(1000, 2), packetOf(29, 3), packetOf(28, 4)];
    const bytes = Buffer.concat(packets);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 40 }), (sizes) => {
        expect(parse(cut(bytes, sizes))).toEqual(packets);
      }),
    );
    expect(parse([...bytes].map((byte) => Buffer.of(byte)))).toEqual(packets);
  });

  it('puts together a packet larger than what is taken at once', () => {
    const packet = packetOf(3_000_001, 7);
    const isWhole = (packets: Buffer[]): boolean => packets.length === 1 && packets[0]!.equals(packet);
    expect(isWhole(parse(cut(packet, [2, 500_000, 1_500_000])))).toBe(true);
    expect(
      parse(
        cut(
          packet,
          Array.from({ length: 50 }, () => 60_000),
        ),
      ),
    ).toEqual([packet]);
  });

  it('hands a whole packet on in the memory it came in', () => {
    const chunk = packetOf(28, 0);
    new FrameParser((bytes) => expect(bytes).toBe(chunk)).push(chunk);
  });

  it('puts payloads where they are placed, however the bytes are cut', () => {
    const packets = [packetOf(100_000, 1), packetOf(52, 2), packetOf(70_000, 3), packetOf(90_000, 4), packetOf(28, 5)];
    const bytes = Buffer.concat(packets);
    for (const size of [1, 27, 29, 4000, 65_536, 100_052, 400_000]) {
      const seen: Buffer[] = [];
      let memory = Buffer.alloc(0);
      const parser = new FrameParser((chunk, start, end) => seen.push(Buffer.from(chunk.subarray(start, end))), {
        place: (header, length) => (length > 80_000 ? (memory = Buffer.alloc(length)) : null),
        placed: (_, length) => {
          expect(length).toBe(memory.length);
          seen.push(memory);
        },
      });
      // As a socket that puts what it reads where the parser wants it.
      for (let at = 0; at < bytes.length;) {
        const room = parser.memory() ?? Buffer.alloc(65_536);
        const chunk = room.subarray(0, bytes.copy(room, 0, at, Math.min(at + size, at + room.length)));
        parser.push(chunk);
        at += chunk.length;
      }
      // Of a packet that came whole nothing is placed.
      const content = (packet: Buffer): Buffer => (packet.length > 80_000 ? packet.subarray(28) : packet);
      const strip = (packet: Buffer): Buffer => (packet.readUInt32BE(0) === packet.length ? content(packet) : packet);
      expect(seen.map(strip).map((packet, at) => packet.equals(content(packets[at]!)))).toEqual([
        true,
        true,
        true,
        true,
        true,
      ]);
    }
  });

  it('copies nothing of what was put where it belongs', () => {
    const memory = Buffer.alloc(199_972);
    const parser = new FrameParser(() => undefined, { place: () => memory, placed: () => undefined });
    parser.push(packetOf(200_000, 1).subarray(0, 1028));
    const room = parser.memory()!;
    expect([room.buffer === memory.buffer, room.byteOffset, room.length]).toEqual([
      true,
      memory.byteOffset + 1000,
      198_972,
    ]);
  });

  it.each([0, 4, 8, 27])('refuses a length of %i, shorter than the header', (length) => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(length);
    expect(() => new FrameParser(() => undefined).push(word)).toThrow('shorter than its header');
  });

  it.each([PACKET_MAX + 1, 40_000_000, 0xffff_ffff])('refuses a length of %i on sight of it', (length) => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(length);
    expect(() => new FrameParser(() => undefined).push(word)).toThrow(`exceeds the limit of ${PACKET_MAX}`);
    const parser = new FrameParser(() => undefined);
    parser.push(word.subarray(0, 3));
    expect(() => parser.push(word.subarray(3))).toThrow(`exceeds the limit of ${PACKET_MAX}`);
  });

  it('takes no memory for a large packet before its bytes arrive', () => {
    const word = Buffer.alloc(4);
    word.writeUInt32BE(PACKET_MAX);
    const before = process.memoryUsage().arrayBuffers;
    const parsers = Array.from({ length: 40 }, () => new FrameParser(() => undefined));
    for (const parser of parsers) parser.push(word);
    const taken = process.memoryUsage().arrayBuffers - before;
    expect(parsers.every(({ isMidPacket }) => isMidPacket)).toBe(true);
    expect(taken).toBeLessThan(40 * 2_000_000);
  });
});
