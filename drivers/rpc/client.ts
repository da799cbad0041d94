/**
 * libvirt's RPC, client side: calls are pipelined and matched by serial, replies come in any order, events by type.
 * Knows neither URIs nor XML, and not what a procedure means.
 *
 *   call() -> packet -> transport        transport -> packets -> reply: waiter | message: event, keepalive | stream
 *
 * A call that its caller gives up keeps its serial until the reply comes, which is then dropped.
 * When the connection ends every waiting call is rejected with VIR_ERR_RPC and `maybeDone`.
 */
import type { CallOptions, DriverStream } from '../driver.ts';
import { type VirError, virError } from '../error.ts';
import { Emitter, type Event } from '../event.ts';
import { interpret, lost, notConnected, unanswered, undecodable } from './client-errors.ts';
import { FrameParser, HEADER_SIZE, PacketStatus, PacketType, readHeader, type PacketHeader } from './frame.ts';
import { KEEPALIVE_PROGRAM, KEEPALIVE_VERSION, procedures } from './generated/procedures.gen.ts';
import { InboundLimiter } from './inbound-limiter.ts';
import { Keepalive } from './keepalive.ts';
import { readVirError } from './message-error.ts';
import { PacketWriter } from './packet-writer.ts';
import { ProcedureIndex, type Procedure } from './procedure.ts';
import { OpenStreams, type SendPacket } from './open-streams.ts';
import { SlowCalls, slowProcedures } from './slow-calls.ts';
import type { Transport } from './transport.ts';
import { aborted } from './wait-for.ts';
import { bound, nothingToRelease, type Waiter } from './waiter.ts';
import { Wakefulness } from './wakefulness.ts';
import { malformed } from './xdr/errors.ts';
import { XdrReader } from './xdr/reader.ts';

/** Why a connection ended. */
export type EndReason = 'client' | 'eof' | 'error' | 'keepalive';

export interface RpcCallOptions<Ret> extends CallOptions {
  /** Called with the result as soon as its packet is read, before any packet behind it. */
  onReply?: (ret: Ret) => void;
}

export interface RpcEvent {
  procedure: Procedure;
  message: unknown;
  /** Bytes of its packet. */
  size: number;
}

/** Packets that were read and not used, by cause. None of them is fatal. */
export interface RpcCounters {
  unknownEvents: number;
  malformedEvents: number;
  strayPackets: number;
}

const index = new ProcedureIndex(Object.values(procedures));

export class RpcClient {
  readonly #transport: Transport;
  readonly #parser: FrameParser;
  readonly #packets: PacketWriter;
  readonly #waiters = new Map<number, Waiter>();
  readonly #streams: OpenStreams;
  readonly #keepalive = new Keepalive({ ping: () => this.#ping(), dead: () => this.#die() });
  readonly #limiter: InboundLimiter;
  readonly #slowCalls = new SlowCalls();
  readonly #wakefulness = new Wakefulness(() => this.#streams.areWaitedFor);
  readonly #onEvent = new Emitter<RpcEvent>();
  readonly #onEnd = new Emitter<{ reason: EndReason; error: VirError }>();
  readonly counters: RpcCounters = { unknownEvents: 0, malformedEvents: 0, strayPackets: 0 };
  #serial = 0;
  #received = 0;
  /** A PONG that waits until the peer takes what was sent before: one who never does gets no queue of them. */
  #owesPong = false;
  #ping = (): void => this.#sendKeepalive(1);
  #ended: { reason: EndReason; error: VirError } | null = null;
  /** Until the first good packet nothing says that a libvirt server is at the other end. */
  #isProven = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    this.#packets = new PacketWriter(transport);
    this.#limiter = new InboundLimiter({
      pause: () => transport.pause(),
      resume: () => transport.resume(),
      hasCalls: () => this.#waiters.size > 0,
    });
    this.#streams = new OpenStreams({
      send: this.#send,
      sendLarge: (header, bytes) => this.#packets.sendLarge(header, bytes).then(() => this.#onDrain()),
      ready: () => this.#packets.ready(),
      queued: (bytes) => this.#limiter.queued(bytes),
      waits: () => this.#stayAwake(),
    });
    this.#parser = new FrameParser((bytes, start, end) => this.#receive(bytes, start, end), {
      place: (header, size) => (this.#ended === null ? this.#streams.place(header, size) : null),
      placed: (header, size) => this.#onPlaced(header, size),
    });
    transport.start({
      onData: (chunk) => this.#onData(chunk),
      memory: () => this.#parser.memory(),
      onDrain: () => this.#onDrain(),
      onEnd: (error) => this.#onTransportEnd(error),
    });
  }

  /** Messages of the server that are no keepalive, decoded. */
  get onDidReceiveEvent(): Event<RpcEvent> {
    return this.#onEvent.event;
  }

  /** Told once. `error` says what happened in the words a user should read. */
  get onDidEnd(): Event<{ reason: EndReason; error: VirError }> {
    return this.#onEnd.event;
  }

  get isAlive(): boolean {
    return this.#ended === null;
  }

  /** Calls whose reply has not come. */
  get waitingCalls(): number {
    return this.#waiters.size;
  }

  /** Calls a procedure. Rejects with the server's error, or with why there is no answer. */
  call<Args, Ret>(procedure: Procedure<Args, Ret>, args: Args, options?: RpcCallOptions<Ret>): Promise<Ret> {
    return this.callAndConvert(procedure, args, options, null);
  }

  /** `call`, with the result converted on its way: saves the hop of a `then` on every call. */
  callAndConvert<Args, Ret, Result>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options: RpcCallOptions<Ret> | undefined,
    convert: ((ret: Ret) => Result) | null,
  ): Promise<Result> {
    const isSlow = slowProcedures.has(procedure.name);
    if (isSlow && !this.#slowCalls.tryEnter()) return this.#callInTurn(procedure, args, options, convert);
    return this.#callNow(procedure, args, options, convert, isSlow);
  }

  #callNow<Args, Ret, Result>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options: RpcCallOptions<Ret> | undefined,
    convert: ((ret: Ret) => Result) | null,
    isSlow: boolean,
  ): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const settle = convert === null ? resolve : (ret: Ret): void => resolve(convert(ret));
      let waiter: Waiter | null = null;
      try {
        waiter = this.#start(procedure, args, options, settle as (value: unknown) => void, reject, false);
      } finally {
        if (isSlow && waiter === null) this.#slowCalls.leave();
      }
      if (isSlow && waiter !== null) waiter.onDone = () => this.#slowCalls.leave();
    });
  }

  /** A slow call when its turn has come; waiting counts for its deadline. */
  async #callInTurn<Args, Ret, Result>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options: RpcCallOptions<Ret> | undefined,
    convert: ((ret: Ret) => Result) | null,
  ): Promise<Result> {
    const startedMs = performance.now();
    await this.#slowCalls.enter(procedure.name, options);
    const { timeoutMs } = options ?? {};
    const left = timeoutMs === undefined ? {} : { timeoutMs: Math.max(0, timeoutMs - (performance.now() - startedMs)) };
    return this.#callNow(procedure, args, { ...options, ...left }, convert, true);
  }

  /** Calls a procedure that opens a stream. */
  openStream<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options?: CallOptions,
  ): Promise<{ ret: Ret; stream: DriverStream }> {
    return new Promise((resolve, reject) => {
      this.#start(procedure, args, options, resolve as (value: unknown) => void, reject, true);
    });
  }

  /**
   * PINGs after `intervalMs` of silence; dead after `count` without an answer. 0 switches it off. `ping` asks in another
   * way where the peer knows no PING.
   */
  setKeepalive(intervalMs: number, count: number, ping?: () => void): void {
    if (this.#ended !== null) return;
    this.#ping = ping ?? ((): void => this.#sendKeepalive(1));
    this.#keepalive.set(intervalMs, count);
  }

  /** Ends the connection; waiting calls are rejected. */
  close(): void {
    this.#end('client', lost(`The connection to ${this.#transport.peer} was closed.`));
  }

  /** Ends the connection because of something learnt above the protocol. */
  fail(error: VirError): void {
    this.#end('error', error);
  }

  #start<Args, Ret>(
    procedure: Procedure<Args, Ret>,
    args: Args,
    options: RpcCallOptions<Ret> | undefined,
    resolve: (value: unknown) => void,
    reject: (error: VirError) => void,
    opensStream: boolean,
  ): Waiter | null {
    const signal = options?.signal;
    if (this.#ended !== null || signal?.aborted === true) {
      const { name } = procedure;
      reject(this.#ended === null ? aborted(name, signal!, false) : notConnected(name, this.#ended.error));
      return null;
    }
    const serial = this.#takeSerial();
    const waiter: Waiter = {
      procedure,
      resolve,
      reject,
      stream: null,
      onReply: options?.onReply,
      onDone: null,
      isAbandoned: false,
      release: nothingToRelease,
    };
    // Only a call that is on its way has a waiter: an argument that cannot be sent throws here and rejects.
    this.#send(procedure, PacketType.call, serial, PacketStatus.ok, (w) => procedure.writeArgs(w, args));
    this.#waiters.set(serial, waiter);
    // A busy server's first data may overtake the reply that opens its stream.
    if (opensStream) waiter.stream = this.#streams.open(procedure, serial);
    if (signal !== undefined || options?.timeoutMs !== undefined) bound(waiter, signal, options?.timeoutMs);
    this.#limiter.called();
    return waiter;
  }

  /** Serials start at 0 and wrap; one that a slow call or a stream still holds is left out. */
  #takeSerial(): number {
    while (this.#waiters.has(this.#serial) || this.#streams.has(this.#serial)) this.#serial = (this.#serial + 1) >>> 0;
    const serial = this.#serial;
    this.#serial = (serial + 1) >>> 0;
    return serial;
  }

  readonly #send: SendPacket = ({ program, version, number }, type, serial, status, writePayload) => {
    this.#packets.send({ program, version, procedure: number, type, serial, status }, writePayload);
  };

  #sendKeepalive(number: 1 | 2): void {
    const keepalive = { program: KEEPALIVE_PROGRAM, version: KEEPALIVE_VERSION, number };
    this.#send(keepalive, PacketType.message, 0, PacketStatus.ok, null);
  }

  #onData(chunk: Buffer): void {
    const before = this.#received;
    try {
      this.#parser.push(chunk);
    } catch (error) {
      this.#end('error', this.#explain(error));
    }
    if (this.#received === before) this.#keepalive.heardPart(chunk.length);
    else this.#keepalive.heard();
    if (this.#ended === null) this.#limiter.afterRead();
  }

  #onDrain(): void {
    // The peer took something: its PONG may have to wait behind an upload of ours.
    this.#keepalive.heard();
    this.#packets.drained();
    if (this.#owesPong) this.#pong();
  }

  #pong(): void {
    this.#owesPong = !this.#packets.isWritable;
    if (!this.#owesPong) this.#sendKeepalive(2);
  }

  #explain(error: unknown): VirError {
    const detail = error instanceof Error ? error.message : String(error);
    const peer = this.#transport.peer;
    return lost(
      this.#isProven
        ? `The connection to ${peer} was given up because of what arrived on it. ${detail}`
        : `What answers at ${peer} is not a libvirt daemon. ${detail} Check the address of the connection.`,
      error,
    );
  }

  #onPlaced(header: PacketHeader, size: number): void {
    this.#received++;
    if (this.#ended !== null) return;
    if (!this.#streams.placed(header, size)) this.counters.strayPackets++;
    else this.#stayAwake();
  }

  #stayAwake(): void {
    if (this.#transport.isNear) this.#wakefulness.stir();
  }

  #receive(bytes: Buffer, start: number, end: number): void {
    if (this.#ended !== null) return;
    this.#received++;
    const header = readHeader(bytes, start);
    if (!this.#isProven && index.find(header.program, header.version, header.procedure) === undefined) {
      throw virError('VIR_ERR_RPC', 'VIR_FROM_RPC', `Its first packet belongs to no program of libvirt.`);
    }
    this.#isProven = true;
    const r = new XdrReader(bytes, start + HEADER_SIZE, end);
    switch (header.type) {
      case PacketType.reply:
        return this.#receiveReply(header, r);
      case PacketType.message:
        return this.#receiveMessage(header, r);
      case PacketType.stream:
      case PacketType.streamHole:
        // A packet that crossed our finish or abort on its way has no stream any more.
        if (!this.#streams.receive(header, r)) this.counters.strayPackets++;
        return;
      case PacketType.replyWithFds:
        // Its descriptors come as extra bytes behind the packet, which nothing here could tell from the next packet.
        throw virError('VIR_ERR_RPC', 'VIR_FROM_RPC', 'It passes file descriptors, which nobody asked for.');
      default:
        this.counters.strayPackets++;
    }
  }

  #receiveReply(header: PacketHeader, r: XdrReader): void {
    const { serial } = header;
    const waiter = this.#waiters.get(serial);
    if (waiter === undefined || !isFor(waiter.procedure, header)) {
      if (header.status === PacketStatus.error && this.#streams.fail(serial, r)) return;
      this.counters.strayPackets++;
      return;
    }
    this.#waiters.delete(serial);
    waiter.release();
    waiter.onDone?.();
    try {
      if (header.status === PacketStatus.error) return refuse(waiter, interpret(readVirError(r), waiter.procedure));
      if (header.status !== PacketStatus.ok) throw malformed(`a reply with the status ${header.status}`);
      const ret = waiter.procedure.readRet(r);
      r.end();
      settle(waiter, ret);
    } catch (error) {
      void waiter.stream?.abort();
      waiter.reject(undecodable(waiter.procedure.name, error));
    }
  }

  #receiveMessage(header: PacketHeader, r: XdrReader): void {
    if (header.program === KEEPALIVE_PROGRAM) {
      if (header.procedure === 1) this.#pong();
      return;
    }
    const procedure = index.find(header.program, header.version, header.procedure);
    if (procedure?.kind !== 'event') return void this.counters.unknownEvents++;
    const size = r.left;
    let message: unknown;
    try {
      message = procedure.readArgs(r);
    } catch {
      this.counters.malformedEvents++;
      return;
    }
    this.#onEvent.fire({ procedure, message, size });
  }

  #die(): void {
    const { peer } = this.#transport;
    this.#end('keepalive', lost(`The connection to ${peer} was closed because the host gave no sign of life.`));
  }

  #onTransportEnd(error: Error | null): void {
    const { peer } = this.#transport;
    if (error !== null) return this.#end('error', lost(`The connection to ${peer} broke: ${error.message}.`, error));
    const where = this.#parser.isMidPacket ? ' in the middle of a packet' : '';
    const hint = this.#isProven ? 'The daemon may have been stopped or restarted.' : 'It may not be a libvirt daemon.';
    this.#end('eof', lost(`The connection to ${peer} was ended by the other side${where}. ${hint}`));
  }

  #end(reason: EndReason, error: VirError): void {
    if (this.#ended !== null) return;
    this.#ended = { reason, error };
    this.#keepalive.stop();
    this.#limiter.stop();
    this.#transport.close();
    this.#packets.drained();
    for (const waiter of this.#waiters.values()) {
      waiter.release();
      waiter.reject(unanswered(waiter.procedure.name, error));
      waiter.onDone?.();
    }
    this.#waiters.clear();
    this.#streams.failAll(error);
    this.#onEnd.fire({ reason, error });
    this.#onEnd.dispose();
    this.#onEvent.dispose();
  }
}

function settle(waiter: Waiter, ret: unknown): void {
  if (waiter.isAbandoned) return void waiter.stream?.abort();
  waiter.onReply?.(ret as never);
  waiter.resolve(waiter.stream === null ? ret : { ret, stream: waiter.stream });
}

function refuse(waiter: Waiter, error: VirError): void {
  waiter.stream?.fail(error);
  waiter.reject(error);
}

function isFor(procedure: Procedure, header: PacketHeader): boolean {
  const { program, version, number } = procedure;
  return program === header.program && version === header.version && number === header.procedure;
}
