/** Connection, first part: its life, what it is connected to, what it can do. */
import type { Connection } from '../connection.ts';
import { ConnectionCore, type SlotName } from '../core.ts';
import type { CallOptions, CloseReason, DriverSession, DriverTunnel } from '../driver.ts';
import { VirConnectCloseReason } from '../enums.gen.ts';
import type { VirError } from '../error.ts';
import { virError } from '../error.ts';
import { type Disposable, Emitter, trackHandle } from '../event.ts';
import { Stream } from '../stream.ts';
import { type TypedParamsInput, toTypedParams } from '../typed-params.ts';
import { findSlot } from './slot-names.ts';

/** Why a connection ended, and with what error if it was one. */
export interface ConnectionCloseEvent {
  reason: CloseReason;
  error: Error | null;
}

/** Told with virConnectCloseReason. */
export type CloseCallback = (connection: Connection, reason: VirConnectCloseReason) => void;

const closeReasons: Record<CloseReason, VirConnectCloseReason> = {
  error: VirConnectCloseReason.VIR_CONNECT_CLOSE_REASON_ERROR,
  eof: VirConnectCloseReason.VIR_CONNECT_CLOSE_REASON_EOF,
  keepalive: VirConnectCloseReason.VIR_CONNECT_CLOSE_REASON_KEEPALIVE,
  client: VirConnectCloseReason.VIR_CONNECT_CLOSE_REASON_CLIENT,
};

export abstract class ConnectionBase {
  /** Not for applications: what the objects of this connection call through. */
  readonly core: ConnectionCore;
  readonly #didClose = new Emitter<ConnectionCloseEvent>();
  readonly #tracked: Disposable;
  #hasEnded = false;
  #closing: Promise<void> | null = null;
  #closeCallback: { callback: CloseCallback; handle: Disposable } | null = null;

  /** Use `connect`. */
  constructor(session: DriverSession, isReadOnly: boolean) {
    // The only concrete subclass is Connection.
    this.core = new ConnectionCore(this as unknown as Connection, session, isReadOnly || session.isReadOnly === true);
    this.#tracked = trackHandle(`connection to ${session.uri}`);
    session.onDidClose((reason, error) => this.#end(reason, error));
  }

  /** Told once when the connection has ended, whether by `close` or by itself. */
  readonly onDidClose = this.#didClose.event;

  /** Whether it was opened read-only, or through a socket that is. */
  get isReadOnly(): boolean {
    return this.core.isReadOnly;
  }

  /** Closes it; calls under way fail, guests go on. Closing again waits for the same end. (virConnectClose) */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Closes it, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Whether calls can be answered; the link may yet turn out to be dead. (virConnectIsAlive) */
  isAlive(): boolean {
    return !this.core.isClosed && this.core.session.isAlive();
  }

  /**
   * Whether nobody on the way can listen: the link is encrypted or does not leave this machine. (virConnectIsSecure)
   */
  isSecure(): boolean {
    return this.core.session.isSecure();
  }

  /** Whether the link is encrypted. (virConnectIsEncrypted) */
  isEncrypted(): boolean {
    return this.core.session.isEncrypted();
  }

  /** Byte streams that start on the host and come through this connection's log-in; null where it has none. */
  get tunnel(): DriverTunnel | null {
    return this.core.session.tunnel ?? null;
  }

  /**
   * Told once with virConnectCloseReason; one at a time. `onDidClose` takes any number of listeners.
   * (virConnectRegisterCloseCallback)
   */
  registerCloseCallback(callback: CloseCallback): void {
    this.core.checkOpen('virConnectRegisterCloseCallback');
    if (this.#closeCallback !== null) {
      throw virError('VIR_ERR_OPERATION_INVALID', 'VIR_FROM_NONE', 'a close callback is already registered');
    }
    const connection = this.core.connection;
    const handle = this.onDidClose(({ reason }) => callback(connection, closeReasons[reason]));
    this.#closeCallback = { callback, handle };
  }

  /** Ends what `registerCloseCallback` began. (virConnectUnregisterCloseCallback) */
  unregisterCloseCallback(callback: CloseCallback): void {
    if (this.#closeCallback?.callback !== callback) {
      throw virError('VIR_ERR_OPERATION_INVALID', 'VIR_FROM_NONE', 'this close callback is not registered');
    }
    this.#closeCallback.handle.dispose();
    this.#closeCallback = null;
  }

  /**
   * Asks the far side for a sign of life after `interval` seconds of silence, and ends the connection after `count`
   * without one; an interval of 0 switches it off. True where the link has such a thing. (virConnectSetKeepAlive)
   */
  setKeepAlive(interval: number, count: number): boolean {
    this.core.checkOpen('virConnectSetKeepAlive');
    this.core.session.setKeepAlive?.(interval, count);
    return this.core.session.setKeepAlive !== undefined;
  }

  /**
   * Tells the server on whose behalf calls are made; for proxies that it trusts. `flags`: 0. (virConnectSetIdentity)
   */
  async setIdentity(params: TypedParamsInput, flags = 0, options?: CallOptions): Promise<void> {
    await this.core.call('connectSetIdentity', { params: toTypedParams(params), flags }, options);
  }

  /** Name of the driver: `QEMU`, `TEST`, `LXC`, ... (virConnectGetType) */
  async getType(options?: CallOptions): Promise<string> {
    this.core.checkOpen('virConnectGetType');
    const { session } = this.core;
    return session.type === '' ? this.core.call('connectGetType', {}, options) : session.type;
  }

  /** The URI the connection has in the end, for example after probing. (virConnectGetURI) */
  async getURI(options?: CallOptions): Promise<string> {
    this.core.checkOpen('virConnectGetURI');
    const { session } = this.core;
    return session.uri === '' ? this.core.call('connectGetUri', {}, options) : session.uri;
  }

  /** Version of the hypervisor: major * 1,000,000 + minor * 1,000 + release. (virConnectGetVersion) */
  getVersion(options?: CallOptions): Promise<bigint> {
    return this.core.call('connectGetVersion', {}, options);
  }

  /** Version of the library or daemon at the far end, counted as `getVersion`. (virConnectGetLibVersion) */
  getLibVersion(options?: CallOptions): Promise<bigint> {
    return this.core.call('connectGetLibVersion', {}, options);
  }

  /** Name of the host. (virConnectGetHostname) */
  getHostname(options?: CallOptions): Promise<string> {
    return this.core.call('connectGetHostname', {}, options);
  }

  /** An empty stream, for a call that opens it. `flags`: virStreamFlags. (virStreamNew) */
  newStream(flags = 0): Stream {
    this.core.checkOpen('virStreamNew');
    return new Stream(this.core, flags);
  }

  /** The same as `newStream`. (virStreamNew) */
  streamNew(flags = 0): Stream {
    return this.newStream(flags);
  }

  /**
   * Whether the driver can do something, before it is tried: a slot (`domainSuspend`) or a C function
   * (`virDomainSuspend`). A server can still answer that it cannot; that is remembered. Throws VIR_ERR_INVALID_ARG for
   * a name that is neither.
   */
  supports(method: SlotName | `vir${string}`): boolean {
    const found = findSlot(method);
    return found === 'event' ? this.core.session.registerEvent !== undefined : this.core.supports(found);
  }

  /**
   * The error a call would fail with from the start (closed, read-only, not supported), or null. Names as for
   * `supports`.
   */
  refusal(method: SlotName | `vir${string}`): VirError | null {
    const found = findSlot(method);
    if (found !== 'event') return this.core.refusal(found);
    return this.core.eventRefusal(method);
  }

  async #close(): Promise<void> {
    this.core.markClosed();
    try {
      await this.core.session.close();
    } finally {
      this.#end('client');
    }
  }

  #end(reason: CloseReason, error?: Error): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#tracked.dispose();
    this.#didClose.fire({ reason, error: error ?? null });
    this.#didClose.dispose();
  }
}
