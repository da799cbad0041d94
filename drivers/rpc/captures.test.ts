/** Every recorded packet of a real libvirtd (9.0.0) decodes, and encodes back to the same bytes. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { beginPacket, endPacket, HEADER_SIZE, PacketStatus, PacketType, readHeader } from './frame.ts';
import {
  readNetMessageError,
  readNetStreamHole,
  writeNetMessageError,
  writeNetStreamHole,
} from './generated/message.gen.ts';
import { procedures } from './generated/procedures.gen.ts';
import { ProcedureIndex } from './procedure.ts';
import { XdrReader } from './xdr/reader.ts';
import { XdrWriter } from './xdr/writer.ts';

interface CapturedPacket {
  dir: 'C>S' | 'S>C';
  procedure: string;
  type: string;
  hex: string;
}

const shared = process.env['HOSTLER_SHARED'] ?? join(import.meta.dirname, '../../../shared');
const folder = join(shared, 'protocol/captures');
const isPresent = existsSync(folder);
const index = new ProcedureIndex(Object.values(procedures));

if (!isPresent) {
  process.stderr.write(`Not run: recorded packets are not at ${folder}; set HOSTLER_SHARED to their folder.\n`);
}

/** Decodes a whole packet and encodes what came out. */
function reencode(packet: Buffer): Buffer {
  const header = readHeader(packet, 0);
  const procedure = index.find(header.program, header.version, header.procedure);
  if (procedure === undefined) throw new Error(`unknown procedure ${header.procedure} of ${header.program}`);
  const r = new XdrReader(packet, HEADER_SIZE);
  const w = new XdrWriter();
  const start = beginPacket(w, header);
  const withFds = header.type === PacketType.callWithFds || header.type === PacketType.replyWithFds;
  if (withFds) w.uint(r.uint());
  const isStream = header.type === PacketType.stream;
  if (header.type === PacketType.streamHole) writeNetStreamHole(w, readNetStreamHole(r));
  else if (isStream && header.status !== PacketStatus.error) w.raw(r.rest());
  else if (header.status === PacketStatus.error) {
    if (r.left > 0) writeNetMessageError(w, readNetMessageError(r));
  } else if (header.type === PacketType.reply || header.type === PacketType.replyWithFds) {
    procedure.writeRet(w, procedure.readRet(r));
  } else procedure.writeArgs(w, procedure.readArgs(r));
  r.end();
  endPacket(w, start);
  return w.bytes;
}

describe.runIf(isPresent)('packets recorded from libvirtd', () => {
  const files = isPresent ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')) : [];

  it.each(files)('%s', (file) => {
    const lines = readFileSync(join(folder, file), 'utf8').trim().split('\n');
    for (const line of lines) {
      const captured = JSON.parse(line) as CapturedPacket;
      expect(reencode(Buffer.from(captured.hex, 'hex')).toString('hex')).toBe(captured.hex);
    }
  });

  it('are all there', () => {
    const count = files.reduce(
      (sum, file) => sum + readFileSync(join(folder, file), 'utf8').trim().split('\n').length,
      0,
    );
    expect(count).toBe(721);
  });
});
