/**
 * A relay that is as slow, lossy and breakable as a link to a far host, without needing rights: TCP or a unix socket on
 * either side. The TCP handshake is delayed too: what a client sends at once arrives after three delays.
 */
import { once } from 'node:events';
import { connect, createServer, type ListenOptions, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { DelayedLane, resetSocket, type Link, type LinkConditions } from './delayed-lane.ts';
import { RoundTrips, type Depth } from './round-trips.ts';

export type { LinkConditions } from './delayed-lane.ts';

export interface DelayingProxyOptions extends Partial<LinkConditions> {
  target: { port: number; host?: string } | { path: string };
  /** Where it listens: a socket file, or a port of 127.0.0.1; any free port by default. */
  listen?: { path: string } | { port: number };
  /** Most bytes under way in each direction of a connection; 4 MiB by default. */
  bufferBytes?: number;
}

export interface LinkCounts {
  connections: number;
  bytesToServer: number;
  bytesToClient: number;
  /** Waits of the client for the far side, one after another; see round-trips.ts. Exact if the delay is not tiny. */
  roundTrips: number;
}

export interface DelayingProxy extends AsyncDisposable {
  /** Of 127.0.0.1; 0 for a unix listener. */
  readonly port: number;
  /** The socket file it listens on; '' for a TCP listener. */
  readonly path: string;
  /** Changes the link for what is sent from now on. */
  set(conditions: Partial<LinkConditions>): void;
  /** Nothing passes either way until `restore`, as with a pulled cable: no FIN, no RST; what was sent is held. */
  cut(): void;
  /** Ends `cut` and a lasting `reset`; settles when connections are accepted again. */
  restore(): Promise<void>;
  /** Ends every connection with RST. With `forever` new ones are refused until `restore`. */
  reset(options?: { forever?: boolean }): void;
  /** Since the start or the last `resetCounts`. */
  readonly counts: Readonly<LinkCounts>;
  resetCounts(): void;
}

/** Starts one; it listens when this settles. Its connections and listener end with it. */
export async function startDelayingProxy(options: DelayingProxyOptions): Promise<DelayingProxy> {
  const link: Link = {
    delayMs: options.delayMs ?? 0,
    jitterMs: options.jitterMs ?? 0,
    loss: options.loss ?? 0,
    bytesPerSecond: options.bytesPerSecond ?? null,
    bufferBytes: options.bufferBytes ?? 4 << 20,
    isCut: false,
  };
  const counters = { connections: 0, bytesToServer: 0, bytesToClient: 0 };
  const roundTrips = new RoundTrips();
  const relays = new Set<Relay>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    counters.connections += 1;
    const relay: Relay = new Relay(client, { target: options.target, link, roundTrips, counters }, () => {
      relays.delete(relay);
    });
    relays.add(relay);
  });
  let address = await listen(server, listenOptions(options.listen));

  const reset = ({ forever = false } = {}): void => {
    for (const relay of relays) relay.reset();
    if (forever) server.close();
  };
  return {
    port: typeof address === 'string' ? 0 : address.port,
    path: typeof address === 'string' ? address : '',
    set: (conditions) => void Object.assign(link, conditions),
    cut: () => void (link.isCut = true),
    restore: async () => {
      link.isCut = false;
      for (const relay of relays) relay.wake();
      if (!server.listening) address = await listen(server, typeof address === 'string' ? { path: address } : address);
    },
    reset,
    get counts() {
      return { ...counters, roundTrips: roundTrips.count };
    },
    resetCounts: () => {
      roundTrips.reset();
      Object.assign(counters, { connections: 0, bytesToServer: 0, bytesToClient: 0 });
    },
    [Symbol.asyncDispose]: async () => {
      reset();
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

function listenOptions(where: DelayingProxyOptions['listen'] = { port: 0 }): ListenOptions {
  return 'path' in where ? where : { ...where, host: '127.0.0.1' };
}

type Address = { port: number; host: string } | string;

async function listen(server: Server, where: ListenOptions): Promise<Address> {
  server.listen(where);
  await once(server, 'listening');
  const address = server.address();
  if (address === null) throw new Error('The proxy was closed while it began to listen.');
  return typeof address === 'string' ? address : { port: address.port, host: address.address };
}

interface RelayOptions {
  target: DelayingProxyOptions['target'];
  link: Link;
  roundTrips: RoundTrips;
  counters: { bytesToServer: number; bytesToClient: number };
}

let relayCount = 0;

/** Settles when nothing has passed for `forMs`. */
export async function quietLink(proxy: DelayingProxy, forMs: number): Promise<void> {
  const passed = (): number => proxy.counts.bytesToServer + proxy.counts.bytesToClient;
  for (let before = -1; before !== passed();) {
    before = passed();
    await delay(forMs);
  }
}

/** One client's connection and its other half. */
class Relay {
  readonly #id = ++relayCount;
  readonly #options: RelayOptions;
  readonly #closed: () => void;
  readonly #client: Socket;
  #server: Socket | null = null;
  readonly #toServer: DelayedLane<Depth>;
  #toClient: DelayedLane<Depth> | null = null;
  readonly #dialTimer: ReturnType<typeof setTimeout>;
  #isDialDue = false;

  /** `closed` is called once, when both halves are. */
  constructor(client: Socket, options: RelayOptions, closed: () => void) {
    this.#client = client;
    this.#options = options;
    this.#closed = closed;
    const { link, roundTrips, counters } = options;
    const handshakeMs = 3 * link.delayMs;
    roundTrips.opened(this.#id);
    this.#toServer = new DelayedLane({
      link,
      from: client,
      openAtMs: performance.now() + handshakeMs,
      entered: () => roundTrips.clientSent(this.#id),
      arrived: (depth, bytes) => {
        roundTrips.serverReceived(this.#id, depth);
        counters.bytesToServer += bytes;
      },
    });
    client.on('close', () => this.#settle());
    this.#dialTimer = setTimeout(() => {
      this.#isDialDue = true;
      this.wake();
    }, handshakeMs);
  }

  /** Goes on after a cut. */
  wake(): void {
    if (this.#options.link.isCut) return;
    if (this.#isDialDue) this.#dial();
    this.#toServer.pump();
    this.#toClient?.pump();
  }

  reset(): void {
    clearTimeout(this.#dialTimer);
    this.#isDialDue = false;
    resetSocket(this.#client);
    if (this.#server) resetSocket(this.#server);
    this.#end();
  }

  #dial(): void {
    this.#isDialDue = false;
    const { target, link, roundTrips, counters } = this.#options;
    const server = connect({ ...target, allowHalfOpen: true, noDelay: true });
    this.#server = server;
    this.#toClient = new DelayedLane({
      link,
      from: server,
      openAtMs: 0,
      entered: () => roundTrips.serverSent(this.#id),
      arrived: (depth, bytes) => {
        roundTrips.clientReceived(depth);
        counters.bytesToClient += bytes;
      },
    });
    this.#toClient.leadTo(this.#client);
    server.once('connect', () => this.#toServer.leadTo(server));
    server.on('close', () => this.#settle());
  }

  #settle(): void {
    if (this.#client.closed && this.#server?.closed === true) this.#end();
  }

  #end(): void {
    this.#toServer.stop();
    this.#toClient?.stop();
    this.#options.roundTrips.closed(this.#id);
    this.#closed();
  }
}
