/** An open remote connection, as the driver contract wants it. */
import type {
  CallOptions,
  CloseReason,
  DriverEvent,
  DriverSession,
  DriverSlots,
  DriverTunnel,
  EventFilter,
} from '../driver.ts';
import { virError } from '../error.ts';
import { Emitter, trackHandle, type Disposable } from '../event.ts';
import type { RpcClient } from '../rpc/client.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import type { Transport } from '../rpc/transport.ts';
import { RemoteEvents } from './events.ts';
import { feature, type ServerFeatures } from './features.ts';
import { remoteSlots } from './slots.ts';

/** How long closing waits for the server to say goodbye. */
const GOODBYE_MS = 1000;

/** virConnectCloseReason, by number. */
const closeReasons: CloseReason[] = ['error', 'eof', 'keepalive', 'client'];

/** What the handshake found out. */
export interface RemoteFacts {
  type: string;
  uri: string;
  isReadOnly: boolean;
  hasKeepalive: boolean;
  hasEventCallbacks: boolean;
  /** The log-in that carries the connection, where there is one. */
  login: SessionLogin | undefined;
}

/** What a session needs of its log-in: it ends with the session. */
export interface SessionLogin {
  tunnel: DriverTunnel;
  close(): Promise<void>;
}

export class RemoteSession implements DriverSession {
  readonly slots: DriverSlots;
  readonly type: string;
  readonly uri: string;
  readonly isReadOnly: boolean;
  readonly tunnel?: DriverTunnel;
  readonly hasFeature: (feature: number, options?: CallOptions) => Promise<boolean>;
  readonly #client: RpcClient;
  readonly #transport: Transport;
  readonly #facts: RemoteFacts;
  readonly #events: RemoteEvents;
  readonly #leak: Disposable;
  readonly #closed = new Emitter<{ reason: CloseReason; error: Error | undefined }>();
  /** Set by the server's news that its own connection to the hypervisor ended. */
  #serverReason: CloseReason | null = null;

  constructor(client: RpcClient, transport: Transport, features: ServerFeatures, facts: RemoteFacts) {
    this.#client = client;
    this.#transport = transport;
    this.#facts = facts;
    this.type = facts.type;
    this.uri = facts.uri;
    this.isReadOnly = facts.isReadOnly;
    if (facts.login !== undefined) this.tunnel = facts.login.tunnel;
    this.slots = remoteSlots(client, features);
    this.hasFeature = (feature, options) => features.has(feature, options);
    this.#events = new RemoteEvents(client, facts.hasEventCallbacks);
    this.#leak = trackHandle(`connection to ${transport.peer}`);
    client.onDidReceiveEvent(({ procedure, message }) => {
      if (procedure === procedures.connectEventConnectionClosed) this.#onServerLost(message as { reason: number });
    });
    client.onDidEnd(({ reason, error }) => {
      this.#leak.dispose();
      void facts.login?.close();
      this.#closed.fire({ reason: this.#serverReason ?? reason, error: reason === 'client' ? undefined : error });
      this.#closed.dispose();
    });
  }

  registerEvent(
    filter: EventFilter,
    emit: (event: DriverEvent) => void,
    options?: CallOptions,
  ): Promise<{ unregister(): Promise<void> }> {
    return this.#events.register(filter, emit, options);
  }

  isAlive(): boolean {
    return this.#client.isAlive;
  }

  isSecure(): boolean {
    return this.#transport.isLocal || this.#transport.isEncrypted;
  }

  isEncrypted(): boolean {
    return this.#transport.isEncrypted;
  }

  onDidClose(listener: (reason: CloseReason, error?: Error) => void): Disposable {
    return this.#closed.event(({ reason, error }) => listener(reason, error));
  }

  /** A server from before keepalive (libvirt 0.9.8) is asked something else in its place: any answer is a sign of life. */
  setKeepAlive(intervalSeconds: number, count: number): void {
    const question = { feature: feature.programKeepalive };
    const ask = (): void => void this.#client.call(procedures.connectSupportsFeature, question).catch(() => undefined);
    this.#client.setKeepalive(intervalSeconds * 1000, count, this.#facts.hasKeepalive ? undefined : ask);
  }

  async close(): Promise<void> {
    if (this.#client.isAlive) {
      // The server frees what belongs to the connection before the socket goes away.
      await this.#client.call(procedures.connectClose, undefined, { timeoutMs: GOODBYE_MS }).catch(() => undefined);
      this.#client.close();
    }
    await this.#facts.login?.close();
  }

  #onServerLost({ reason }: { reason: number }): void {
    this.#serverReason = closeReasons[reason] ?? 'error';
    const message = `The daemon at ${this.#transport.peer} lost its own connection to the hypervisor.`;
    this.#client.fail(virError('VIR_ERR_NO_CONNECT', 'VIR_FROM_REMOTE', message));
  }
}
