/**
 * For tests: the server's end of a connection. Answers calls by procedure, echoing their serials, and can hold answers
 * back, reorder them, split what it sends into pieces, send anything at all, and hang up. Not part of what is shipped.
 */
import { createServer, type Server, type Socket } from 'node:net';
import { VirError } from '../../error.ts';
import { beginPacket, endPacket, FrameParser, HEADER_SIZE, PacketStatus, PacketType, readHeader } from '../frame.ts';
import type { PacketHeader } from '../frame.ts';
import { writeNetMessageError } from '../generated/message.gen.ts';
import { KEEPALIVE_PROGRAM, KEEPALIVE_VERSION, procedures } from '../generated/procedures.gen.ts';
import { toNetMessageError } from '../message-error.ts';
import { ProcedureIndex, type Procedure } from '../procedure.ts';
import type { Transport, TransportHandlers } from '../transport.ts';
import { XdrReader } from '../xdr/reader.ts';
import { XdrWriter } from '../xdr/writer.ts';

/** A packet the client sent. */
export interface ReceivedPacket extends PacketHeader {
  name: string;
  payload: Buffer;
  /** Decoded arguments of a call. */
  args: unknown;
}

/** Answers a call; a VirError it throws or returns becomes the error reply, `silent` none at all. */
type Handler = (args: never, packet: ReceivedPacket) => unknown;

export const silent = Symbol('silent');
const index = new ProcedureIndex(Object.values(procedures));

export class FakePeer {
  readonly received: ReceivedPacket[] = [];
  readonly #handlers = new Map<Procedure, Handler>();
  readonly #parser = new FrameParser((bytes, start, end) => this.#receive(Buffer.from(bytes.subarray(start, end))));
  readonly #waiting: { name: string; resolve(packet: ReceivedPacket): void }[] = [];
  #held: Buffer[] | null = null;
  /** Sends bytes to the client; set by whoever connects the peer. */
  send: (bytes: Buffer) => void = () => undefined;
  hangUp: (error?: Error) => void = () => undefined;
  /** Sends in pieces of so many bytes. */
  pieceSize = Infinity;

  on<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    handler: (args: Args, packet: ReceivedPacket) => Ret | VirError | typeof silent,
  ): this {
    this.#handlers.set(procedure as Procedure, handler as Handler);
    return this;
  }

  /** Names of the calls received so far. */
  get calls(): string[] {
    return this.received.filter(({ type }) => type === PacketType.call).map(({ name }) => name);
  }

  /** The next packet for the procedure `name` that is not there yet. */
  next(name: string): Promise<ReceivedPacket> {
    return new Promise((resolve) => this.#waiting.push({ name, resolve }));
  }

  push(bytes: Buffer): void {
    this.#parser.push(bytes);
  }

  /** Keeps what is to be sent until `release`. */
  hold(): void {
    this.#held = [];
  }

  /** Sends what was held back, in the order that `reorder` makes of it. */
  release(reorder: (packets: Buffer[]) => Buffer[] = (packets) => packets): void {
    const packets = reorder(this.#held ?? []);
    this.#held = null;
    for (const packet of packets) this.#deliver(packet);
  }

  reply<Ret>(procedure: Procedure<unknown, Ret>, serial: number, ret: Ret): void {
    this.packet(procedure, PacketType.reply, serial, PacketStatus.ok, (w) => procedure.writeRet(w, ret));
  }

  /** An error, as a REPLY or as a STREAM packet. */
  fail(procedure: Procedure, serial: number, error: VirError, type: number = PacketType.reply): void {
    this.packet(procedure, type, serial, PacketStatus.error, (w) => writeNetMessageError(w, toNetMessageError(error)));
  }

  /** An event; the daemon's carry serial 1. */
  event<Args>(procedure: Procedure<Args, unknown>, message: Args): void {
    this.packet(procedure, PacketType.message, 1, PacketStatus.ok, (w) => procedure.writeArgs(w, message));
  }

  ping(): void {
    const keepalive = { program: KEEPALIVE_PROGRAM, version: KEEPALIVE_VERSION, number: 1 };
    this.packet(keepalive, PacketType.message, 0, PacketStatus.ok);
  }

  packet(
    { program, version, number }: { program: number; version: number; number: number },
    type: number,
    serial: number,
    status: number,
    writePayload: (w: XdrWriter) => void = () => undefined,
  ): void {
    const w = new XdrWriter();
    const start = beginPacket(w, { program, version, procedure: number, type, serial, status });
    writePayload(w);
    endPacket(w, start);
    this.raw(w.bytes);
  }

  /** Any bytes. */
  raw(bytes: Buffer): void {
    if (this.#held === null) this.#deliver(bytes);
    else this.#held.push(bytes);
  }

  #deliver(bytes: Buffer): void {
    for (let at = 0; at < bytes.length; at += this.pieceSize) {
      this.send(Buffer.from(bytes.subarray(at, at + this.pieceSize)));
    }
  }

  #receive(bytes: Buffer): void {
    const header = readHeader(bytes, 0);
    const procedure = index.find(header.program, header.version, header.procedure);
    const payload = bytes.subarray(HEADER_SIZE);
    const isCall = header.type === PacketType.call;
    const args = isCall ? procedure?.readArgs(new XdrReader(payload)) : undefined;
    const packet: ReceivedPacket = { ...header, name: procedure?.name ?? '?', payload, args };
    this.received.push(packet);
    const waiting = this.#waiting.findIndex(({ name }) => name === packet.name);
    if (waiting >= 0) this.#waiting.splice(waiting, 1)[0]!.resolve(packet);
    if (isCall && procedure !== undefined) this.#answer(procedure, packet);
  }

  #answer(procedure: Procedure, packet: ReceivedPacket): void {
    const handler = this.#handlers.get(procedure);
    if (handler === undefined) return;
    let answer: unknown;
    try {
      answer = handler(packet.args as never, packet);
    } catch (error) {
      answer = error;
    }
    if (answer === silent) return;
    if (answer instanceof VirError) this.fail(procedure, packet.serial, answer);
    else this.reply(procedure, packet.serial, answer);
  }
}

/** The client's end, in memory: what either side sends arrives in a later turn of the event loop. */
export class MemoryTransport implements Transport {
  readonly peer = 'the fake peer';
  readonly isLocal = true;
  readonly isNear = true;
  readonly isEncrypted = false;
  #handlers: TransportHandlers | null = null;
  #inbox: Buffer[] = [];
  readonly #blocked: (() => void)[] = [];
  #isClosed = false;
  isPaused = false;
  /** What `write` answers. */
  isWritable = true;

  constructor(peer: FakePeer) {
    this.#other = peer;
    peer.send = (bytes) => this.#arrive(bytes);
    peer.hangUp = (error) => setImmediate(() => !this.#isClosed && this.#handlers?.onEnd(error ?? null));
  }

  readonly #other: FakePeer;

  get isClosed(): boolean {
    return this.#isClosed;
  }

  start(handlers: TransportHandlers): void {
    this.#handlers = handlers;
  }

  write(bytes: Buffer): boolean {
    setImmediate(() => this.#other.push(bytes));
    return this.isWritable;
  }

  async writeParts(head: Buffer, body: Uint8Array): Promise<void> {
    const isTaken = this.write(Buffer.concat([head, body]));
    if (!isTaken) await new Promise<void>((resolve) => this.#blocked.push(resolve));
  }

  drain(): void {
    this.isWritable = true;
    for (const resolve of this.#blocked.splice(0)) resolve();
    this.#handlers?.onDrain();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
    setImmediate(() => this.#flush());
  }

  close(): void {
    this.#isClosed = true;
  }

  #arrive(bytes: Buffer): void {
    this.#inbox.push(bytes);
    setImmediate(() => this.#flush());
  }

  #flush(): void {
    let taken = 0;
    while (taken < this.#inbox.length && !this.isPaused && !this.#isClosed) {
      this.#handlers?.onData(this.#inbox[taken++]!);
    }
    this.#inbox.splice(0, taken);
  }
}

/** Listens on a socket file; every connection gets the peer that `makePeer` makes for it. */
export async function listen(
  path: string,
  makePeer: (socket: Socket) => FakePeer,
): Promise<AsyncDisposable & { server: Server }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const peer = makePeer(socket);
    peer.send = (bytes) => void socket.write(bytes);
    peer.hangUp = () => void socket.destroy();
    socket.on('data', (bytes) => peer.push(bytes));
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    server,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
