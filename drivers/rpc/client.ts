/**
 * libvirt's RPC, client side: calls are pipelined and matched by serial, replies come in any order, events by type.
 * Knows neither URIs nor XML, and not what a procedure means.
 *
 *   call() -> packet -> transport        transport -> packets -> reply: waiter | message: event, keepalive | stream
 *
 * A call that its caller gives up keeps its serial until the reply comes, which is then dropped (`onLate` may undo it).
 * When the connection ends every waiting call is rejected with VIR_ERR_RPC and `maybeDone`.
 */
import type { CallOptions, DriverStream } from '../driver.ts';
import { VirError, VirErrorDomain, VirErrorNumber, virError } from '../error.ts';
import { Emitter, type Event } from '../event.ts';
import { FrameParser, HEADER_SIZE, PacketStatus, PacketType, readHeader, type PacketHeader } from './frame.ts';
import { readNetStreamHole, writeNetStreamHole } from './generated/message.gen.ts';
import { KEEPALIVE_PROGRAM, KEEPALIVE_VERSION, procedures } from './generated/procedures.gen.ts';
import { InboundLimiter, STREAM_MAX } from './inbound-limiter.ts';
import { Keepalive } from './keepalive.ts';
import { readVirError } from './message-error.ts';
import { PacketWriter } from './packet-writer.ts';
import { ProcedureIndex, type Procedure } from './procedure.ts';
import { RpcStream } from './stream.ts';
import type { Transport } from './transport.ts';
import { aborted, timedOut } from './wait-for.ts';
import { XdrReader } from './xdr/reader.ts';
import type { XdrWriter } from './xdr/writer.ts';

/** Why a connection ended. */
export type EndReason = 'client' | 'eof' | 'error' | 'keepalive';

export interface RpcCallOptions<Ret> extends CallOptions {
  /** Called with the result as soon as its packet is read, before any packet behind it. */
  onReply?: (ret: Ret) => void;
  /** Called with a result that came after its caller had given up: undoes what the call left on the server. */
  onLate?: (ret: Ret) => void;
}

export interface RpcEvent {
  procedure: Procedure;
  message: unknown;
}

/** Packets that were read and not used, by cause. None of them is fatal. */
export interface RpcCounters {
  unknownEvents: number;
  malformedEvents: number;
  strayPackets: number;
}

interface Waiter {
  procedure: Procedure;
  resolve(value: unknown): void;
  reject(error: VirError): void;
  opensStream: boolean;
  onReply: ((ret: never) => void) | undefined;
  onLate: ((ret: never) => void) | undefined;
  /** Its caller has gone: the reply is only taken off the wire. */
  isAbandoned: boolean;
  /** Takes signal and timer away. */
  release(): void;
}

const index = new ProcedureIndex(Object.values(procedures));
const nothingToRelease = (): void => {};

export class RpcClient {
  readonly #transport: Transport;
  readonly #parser = new FrameParser((bytes, start, end) => this.#receive(bytes, start, end));
  readonly #packets: PacketWriter;
  readonly #waiters = new Map<number, Waiter>();
  readonly #streams = new Map<number, RpcStream>();
  readonly #keepalive = new Keepalive({ ping: () => this.#sendKeepalive(1), dead: () => this.#die() });
  readonly #limiter: InboundLimiter;
  readonly #onEvent = new Emitter<RpcEvent>();
  readonly #onEnd = new Emitter<{ reason: EndReason; error: VirError }>();
  readonly counters: RpcCounters = { unknownEvents: 0, malformedEvents: 0, strayPackets: 0 };
  #serial = 0;
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
    transport.start({
      onData: (chunk) => this.#onData(chunk),
      onDrain: () => this.#packets.drained(),
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
    return new Promise<Result>((resolve, reject) => {
      const settle = convert === null ? resolve : (ret: Ret): void => resolve(convert(ret));
      this.#start(procedure, args, options, settle as (value: unknown) => void, reject, false);
    });
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

  /** PINGs after `intervalMs` of silence; dead after `count` without an answer. 0 switches it off. */
  setKeepalive(intervalMs: number, count: number): void {
    if (this.#ended === null) this.#keepalive.set(intervalMs, count);
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
  ): void {
    if (this.#ended !== null) return reject(notConnected(procedure.name, this.#ended.error));
    const signal = options?.signal;
    if (signal?.aborted === true) return reject(aborted(procedure.name, signal, false));
    const serial = this.#takeSerial();
    const waiter: Waiter = {
      procedure,
      resolve,
      reject,
      opensStream,
      onReply: options?.onReply,
      onLate: options?.onLate,
      isAbandoned: false,
      release: nothingToRelease,
    };
    // Only a call that is on its way has a waiter: an argument that cannot be sent throws here and rejects.
    this.#send(procedure, PacketType.call, serial, PacketStatus.ok, (w) => procedure.writeArgs(w, args));
    this.#waiters.set(serial, waiter);
    if (signal !== undefined || options?.timeoutMs !== undefined) bound(waiter, signal, options?.timeoutMs);
    this.#limiter.called();
  }

  /** Serials start at 0 and wrap; one that a slow call or a stream still holds is left out. */
  #takeSerial(): number {
    while (this.#waiters.has(this.#serial) || this.#streams.has(this.#serial)) this.#serial = (this.#serial + 1) >>> 0;
    const serial = this.#serial;
    this.#serial = (serial + 1) >>> 0;
    return serial;
  }

  #send(
    procedure: { program: number; version: number; number: number },
    type: number,
    serial: number,
    status: number,
    writePayload: ((w: XdrWriter) => void) | null,
  ): void {
    const { program, version, number } = procedure;
    this.#packets.send({ program, version, procedure: number, type, serial, status }, writePayload);
  }

  #sendKeepalive(number: 1 | 2): void {
    const keepalive = { program: KEEPALIVE_PROGRAM, version: KEEPALIVE_VERSION, number };
    this.#send(keepalive, PacketType.message, 0, PacketStatus.ok, null);
  }

  #onData(chunk: Buffer): void {
    this.#keepalive.heard();
    try {
      this.#parser.push(chunk);
    } catch (error) {
      this.#end('error', this.#explain(error));
    }
    if (this.#ended === null) this.#limiter.afterRead();
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

  #receive(bytes: Buffer, start: number, end: number): void {
    if (this.#ended !== null) return;
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
        return this.#receiveStream(header, r);
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
      if (header.status === PacketStatus.error && this.#streams.has(serial)) return this.#failStream(serial, r);
      this.counters.strayPackets++;
      return;
    }
    this.#waiters.delete(serial);
    waiter.release();
    try {
      if (header.status === PacketStatus.error) return waiter.reject(interpret(readVirError(r), waiter.procedure));
      const ret = waiter.procedure.readRet(r);
      r.end();
      this.#settle(waiter, serial, ret);
    } catch (error) {
      waiter.reject(undecodable(waiter.procedure.name, error));
    }
  }

  #settle(waiter: Waiter, serial: number, ret: unknown): void {
    if (waiter.isAbandoned) {
      waiter.onLate?.(ret as never);
      if (waiter.opensStream) this.#send(waiter.procedure, PacketType.stream, serial, PacketStatus.error, null);
      return;
    }
    waiter.onReply?.(ret as never);
    waiter.resolve(waiter.opensStream ? { ret, stream: this.#addStream(waiter.procedure, serial) } : ret);
  }

  #addStream(procedure: Procedure, serial: number): RpcStream {
    const send = (type: number, status: number, writePayload: ((w: XdrWriter) => void) | null): void =>
      this.#send(procedure, type, serial, status, writePayload);
    const stream: RpcStream = new RpcStream({
      what: procedure.name,
      sendData: (bytes) => send(PacketType.stream, PacketStatus.continue, (w) => w.raw(bytes)),
      sendHole: (length) =>
        send(PacketType.streamHole, PacketStatus.continue, (w) => writeNetStreamHole(w, { length, flags: 0 })),
      sendFinish: () => send(PacketType.stream, PacketStatus.ok, null),
      sendAbort: () => send(PacketType.stream, PacketStatus.error, null),
      ready: () => this.#packets.ready(),
      queued: (bytes) => this.#limiter.queued(bytes),
      closed: () => this.#streams.delete(serial),
    });
    this.#streams.set(serial, stream);
    return stream;
  }

  #receiveStream(header: PacketHeader, r: XdrReader): void {
    const stream = this.#streams.get(header.serial);
    // A packet that crossed our finish or abort on its way.
    if (stream === undefined) return void this.counters.strayPackets++;
    if (header.type === PacketType.streamHole) stream.receiveHole(readNetStreamHole(r).length);
    else if (header.status === PacketStatus.continue) stream.receiveData(r.rest());
    else if (header.status === PacketStatus.ok) stream.receiveFinish();
    else return this.#failStream(header.serial, r);
    if (stream.queuedBytes > STREAM_MAX) this.#giveUpStream(stream, header);
  }

  #failStream(serial: number, r: XdrReader): void {
    let error: VirError;
    try {
      error = readVirError(r);
    } catch (cause) {
      error = undecodable('a stream', cause);
    }
    this.#streams.get(serial)?.fail(error);
  }

  #giveUpStream(stream: RpcStream, { program, version, procedure, serial }: PacketHeader): void {
    this.#send({ program, version, number: procedure }, PacketType.stream, serial, PacketStatus.error, null);
    const message = `The stream was aborted: ${STREAM_MAX} bytes of it had arrived and were not read.`;
    stream.fail(virError('VIR_ERR_OPERATION_FAILED', 'VIR_FROM_STREAMS', message));
  }

  #receiveMessage(header: PacketHeader, r: XdrReader): void {
    if (header.program === KEEPALIVE_PROGRAM) {
      if (header.procedure === 1) this.#sendKeepalive(2);
      return;
    }
    const procedure = index.find(header.program, header.version, header.procedure);
    if (procedure?.kind !== 'event') return void this.counters.unknownEvents++;
    let message: unknown;
    try {
      message = procedure.readArgs(r);
    } catch {
      this.counters.malformedEvents++;
      return;
    }
    this.#onEvent.fire({ procedure, message });
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
    }
    this.#waiters.clear();
    for (const stream of this.#streams.values()) stream.fail(error);
    this.#onEnd.fire({ reason, error });
    this.#onEnd.dispose();
    this.#onEvent.dispose();
  }
}

/** Lets a call be given up by its signal or its deadline. */
function bound(waiter: Waiter, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
  const giveUp = (error: VirError): void => {
    waiter.isAbandoned = true;
    waiter.release();
    waiter.reject(error);
  };
  const { name } = waiter.procedure;
  const onAbort = (): void => giveUp(aborted(name, signal!, true));
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => giveUp(timedOut(name, timeoutMs, true)), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  waiter.release = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    waiter.release = nothingToRelease;
  };
}

/** A server that is older than the procedure says so as an RPC failure; to the caller it is an unsupported function. */
function interpret(error: VirError, { name }: Procedure): VirError {
  const isUnknown = error.code === VirErrorNumber.VIR_ERR_RPC && error.message.startsWith('unknown procedure');
  if (!isUnknown) return error;
  const message = `The server is too old for ${name}, it does not know this procedure.`;
  return virError('VIR_ERR_NO_SUPPORT', 'VIR_FROM_REMOTE', message, error);
}

function isFor(procedure: Procedure, header: PacketHeader): boolean {
  return procedure.program === header.program && procedure.number === header.procedure;
}

function lost(message: string, cause?: unknown): VirError {
  return virError('VIR_ERR_RPC', 'VIR_FROM_RPC', message, cause);
}

function unanswered(name: string, cause: VirError): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_RPC,
    domain: VirErrorDomain.VIR_FROM_RPC,
    message: `${cause.message} It was not answered whether ${name} was done.`,
    cause,
    maybeDone: true,
  });
}

function notConnected(name: string, cause: VirError): VirError {
  return virError('VIR_ERR_INVALID_CONN', 'VIR_FROM_RPC', `${name} was not sent. ${cause.message}`, cause);
}

function undecodable(name: string, cause: unknown): VirError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new VirError({
    code: VirErrorNumber.VIR_ERR_RPC,
    domain: VirErrorDomain.VIR_FROM_RPC,
    message: `The answer of ${name} cannot be read. ${detail}`,
    cause,
    maybeDone: true,
  });
}
