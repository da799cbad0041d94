/** The open streams of a connection, by the serial of the call that opened them. */
import { type VirError, virError } from '../error.ts';
import { undecodable } from './client-errors.ts';
import { PacketStatus, PacketType, type PacketHeader } from './frame.ts';
import { readNetStreamHole, writeNetStreamHole } from './generated/message.gen.ts';
import { STREAM_MAX } from './inbound-limiter.ts';
import { readVirError } from './message-error.ts';
import type { Procedure } from './procedure.ts';
import { RpcStream } from './stream.ts';
import { malformed } from './xdr/errors.ts';
import type { XdrReader } from './xdr/reader.ts';
import type { XdrWriter } from './xdr/writer.ts';

/** From this size on it costs less to wait for the kernel than to copy. */
const LARGE = 16_384;

/** What a stream has of the call that opens it. */
type Opening = Pick<Procedure, 'program' | 'version' | 'number' | 'name' | 'stream'>;

/** Sends one packet of a procedure. */
export type SendPacket = (
  procedure: { program: number; version: number; number: number },
  type: number,
  serial: number,
  status: number,
  writePayload: ((w: XdrWriter) => void) | null,
) => void;

/** What the streams need of their connection. */
export interface StreamsLink {
  send: SendPacket;
  /** Sends a data packet without copying; settles when the bytes are needed no more. */
  sendLarge: (header: PacketHeader, bytes: Uint8Array) => Promise<void>;
  ready(): Promise<void>;
  /** Unread bytes grew or shrank. */
  queued(bytes: number): void;
  /** Bulk data is waited for. */
  waits(): void;
}

export class OpenStreams {
  readonly #link: StreamsLink;
  readonly #streams = new Map<number, RpcStream>();

  constructor(link: StreamsLink) {
    this.#link = link;
  }

  /** Somebody waits for bulk data of one of them. */
  get areWaitedFor(): boolean {
    for (const stream of this.#streams.values()) if (stream.isWaitedFor) return true;
    return false;
  }

  has(serial: number): boolean {
    return this.#streams.has(serial);
  }

  /** The stream that the call `serial` opens. */
  open(procedure: Opening, serial: number): RpcStream {
    const send = (type: number, status: number, writePayload: ((w: XdrWriter) => void) | null): void =>
      this.#link.send(procedure, type, serial, status, writePayload);
    const dataHeader = {
      program: procedure.program,
      version: procedure.version,
      procedure: procedure.number,
      type: PacketType.stream,
      serial,
      status: PacketStatus.continue,
    };
    const stream = new RpcStream({
      what: procedure.name,
      isBulk: procedure.stream === 'down',
      sendData: (bytes) => {
        if (bytes.length >= LARGE) return this.#link.sendLarge(dataHeader, bytes);
        send(PacketType.stream, PacketStatus.continue, (w) => w.raw(bytes));
        return this.#link.ready();
      },
      sendHole: (length) =>
        send(PacketType.streamHole, PacketStatus.continue, (w) => writeNetStreamHole(w, { length, flags: 0 })),
      sendFinish: () => send(PacketType.stream, PacketStatus.ok, null),
      sendAbort: () => send(PacketType.stream, PacketStatus.error, null),
      ready: () => this.#link.ready(),
      queued: (bytes) => this.#link.queued(bytes),
      waits: () => this.#link.waits(),
      closed: () => this.#streams.delete(serial),
    });
    this.#streams.set(serial, stream);
    return stream;
  }

  /** A packet of type STREAM or STREAM_HOLE; false where it belongs to no open stream. */
  receive(header: PacketHeader, r: XdrReader): boolean {
    const stream = this.#streams.get(header.serial);
    if (stream === undefined) return false;
    if (header.type === PacketType.streamHole) stream.receiveHole(readHole(r));
    else if (header.status === PacketStatus.continue) stream.receiveData(r.rest());
    else if (header.status === PacketStatus.ok) stream.receiveFinish();
    else this.fail(header.serial, r);
    this.#checkUnread(stream, header);
    return true;
  }

  /** Memory for a packet of data that is under way; null where it carries something else. */
  place(header: PacketHeader, size: number): Uint8Array | null {
    // No bytes are the end of the data, wherever the packet was cut.
    const isData = header.type === PacketType.stream && header.status === PacketStatus.continue && size > 0;
    return isData ? (this.#streams.get(header.serial)?.place(size) ?? null) : null;
  }

  /** The packet is there; false where its stream has ended meanwhile. */
  placed(header: PacketHeader, size: number): boolean {
    const stream = this.#streams.get(header.serial);
    if (stream === undefined) return false;
    stream.receivePlaced(size);
    this.#checkUnread(stream, header);
    return true;
  }

  /** The server's error, in a STREAM or a REPLY packet; false where it belongs to no open stream. */
  fail(serial: number, r: XdrReader): boolean {
    const stream = this.#streams.get(serial);
    stream?.fail(readError(r));
    return stream !== undefined;
  }

  failAll(error: VirError): void {
    for (const stream of this.#streams.values()) stream.fail(error);
  }

  #checkUnread(stream: RpcStream, header: PacketHeader): void {
    if (stream.queuedBytes > STREAM_MAX) this.#giveUp(stream, header);
  }

  #giveUp(stream: RpcStream, { program, version, procedure, serial }: PacketHeader): void {
    this.#link.send({ program, version, number: procedure }, PacketType.stream, serial, PacketStatus.error, null);
    const message = `The stream was aborted: ${STREAM_MAX} bytes of it had arrived and were not read.`;
    stream.fail(virError('VIR_ERR_OPERATION_FAILED', 'VIR_FROM_STREAMS', message));
  }
}

function readHole(r: XdrReader): bigint {
  const { length } = readNetStreamHole(r);
  if (length < 0n) throw malformed(`a hole of ${length} bytes`);
  return length;
}

function readError(r: XdrReader): VirError {
  try {
    return readVirError(r);
  } catch (error) {
    return undecodable('a stream', error);
  }
}
