/**
 * A host inside the page: the contract in memory, with life cycle, events and statistics. For unit tests, work on the
 * looks and the 10,000-row benchmark; never part of a build.
 */
import type {
  ConnectionStatus,
  ContractError,
  DomainOperation,
  DomainState,
  GuestRow,
  InventoryMessage,
  Job,
  PendingOperation,
  PromptAnswer,
  Question,
  Services,
  Settings,
  StatsSample,
  ToHost,
  ToRenderer,
} from '../../main/contract/index.ts';
import { refusalOf } from '../../main/contract/life-cycle.ts';
import { ContractFailure, toContractError } from '../shared/link/contract-failure.ts';
import type { Link, LinkState } from '../shared/link/link.ts';
import {
  fakeConnections,
  fakeDetails,
  fakeFound,
  fakeGuest,
  fakeNetworks,
  fakePools,
  fakeVolumes,
  isActive,
  randomOf,
  statsOf,
} from './fake-data.ts';

export interface FakeHostOptions {
  guests?: number;
  /** No connection saved yet. */
  firstRun?: boolean;
  /** Answers nothing, so that the loading state stays. */
  silent?: boolean;
  /** Milliseconds until a life-cycle operation's event. */
  eventMs?: number;
  /** Milliseconds between statistics; 0 means never. */
  statsMs?: number;
}

const nextState: Partial<Record<DomainOperation, [DomainState, string]>> = {
  create: ['running', 'booted'],
  shutdown: ['shutoff', 'shutdown'],
  destroy: ['shutoff', 'destroyed'],
  suspend: ['paused', 'user'],
  resume: ['running', 'unpaused'],
  reboot: ['running', 'booted'],
  reset: ['running', 'booted'],
  managedSave: ['shutoff', 'saved'],
};
const pendingOf: Record<DomainOperation, PendingOperation | null> = {
  create: 'starting',
  shutdown: 'shutting-down',
  destroy: 'forcing-off',
  suspend: 'pausing',
  resume: 'resuming',
  reboot: 'rebooting',
  reset: 'resetting',
  managedSave: 'saving',
  managedSaveRemove: null,
  undefine: 'deleting',
};

type Handler = (...args: never[]) => unknown;

export class FakeHost implements Link {
  state: LinkState = 'connecting';
  readonly options: Required<FakeHostOptions>;
  readonly guests = new Map<string, GuestRow>();
  connections: ConnectionStatus[] = [];
  jobs: Job[] = [];
  questions: Question[] = [];
  readonly answers: (PromptAnswer | null)[] = [];
  /** What every answer fails with. */
  failAnswers: ContractError | null = null;
  settings: Settings = {
    theme: 'system',
    density: 'comfortable',
    language: 'system',
    statsIntervalSeconds: 2,
    keepAlive: { intervalSeconds: 5, count: 5 },
    confirm: { destroy: true, reset: true, shutdown: false, reboot: false, suspend: false },
    guestColumns: ['name', 'state', 'host', 'cpu', 'memory'],
    autoconnect: true,
  };
  /** Every message the renderer sent, for tests. */
  readonly received: ToHost[] = [];
  #revision = 0;
  #nextId = 1;
  readonly #random = randomOf(42);
  readonly #listeners = new Map<number, { event: string; args: readonly unknown[] }>();
  #receive: (message: ToRenderer) => void = () => {};
  #changed: (state: LinkState) => void = () => {};

  constructor(options: FakeHostOptions = {}) {
    this.options = { guests: 24, firstRun: false, silent: false, eventMs: 700, statsMs: 0, ...options };
    this.connections = this.options.firstRun ? [] : fakeConnections(Date.now());
    const hosts = ['local', 'lab1', 'lab2'];
    for (let index = 0; index < (this.options.firstRun ? 0 : this.options.guests); index += 1) {
      const connectionId = hosts[index % hosts.length] ?? 'local';
      const guest = fakeGuest(
        index,
        connectionId,
        connectionId === 'lab2' ? { state: 'unknown', stats: null, id: null } : {},
      );
      this.guests.set(guest.key, guest);
    }
    if (this.options.statsMs > 0) setInterval(() => this.patchStats(), this.options.statsMs);
    queueMicrotask(() => this.become('open'));
  }

  become(state: LinkState): void {
    this.state = state;
    this.#changed(state);
  }

  onMessage(receive: (message: ToRenderer) => void): void {
    this.#receive = receive;
  }

  onStateChange(changed: (state: LinkState) => void): void {
    this.#changed = changed;
  }

  close(): void {
    this.become('lost');
  }

  send(message: ToHost): void {
    this.received.push(message);
    if (this.options.silent) return;
    if (message.type === 'call') void this.#call(message);
    if (message.type === 'listen') this.#listen(message);
    if (message.type === 'unlisten') this.#listeners.delete(message.id);
  }

  async #call({ id, service, method, args }: ToHost & { type: 'call' }): Promise<void> {
    await Promise.resolve();
    try {
      const handler = (this.#services as unknown as Record<string, Record<string, Handler>>)[service]?.[method];
      if (handler === undefined) throw new Error(`The fake host has no ${service}.${method}.`);
      this.#receive({ type: 'result', id, value: await handler(...(args as never[])) });
    } catch (thrown) {
      this.#receive({ type: 'error', id, error: toContractError(thrown) });
    }
  }

  #listen({ id, service, event, args }: ToHost & { type: 'listen' }): void {
    this.#listeners.set(id, { event: `${service}.${event}`, args });
    const first = this.#firstEvents[`${service}.${event}`];
    if (first !== undefined) setTimeout(() => this.#receive({ type: 'event', id, payload: first() }), 0);
  }

  emit(event: string, payload: unknown): void {
    for (const [id, listener] of this.#listeners)
      if (listener.event === event) this.#receive({ type: 'event', id, payload });
  }

  readonly #firstEvents: Record<string, () => unknown> = {
    'connections.onDidChange': () => this.connections,
    'inventory.onDidChange': () => this.snapshot(),
    'jobs.onDidChange': () => this.jobs,
    'prompts.onDidChange': () => this.questions,
    'settings.onDidChange': () => this.settings,
  };

  snapshot(): InventoryMessage {
    const connected = this.connections.map(({ connection }) => connection.id).filter((id) => id !== 'sandbox');
    return {
      kind: 'snapshot',
      revision: this.#revision,
      guests: [...this.guests.values()],
      networks: connected.flatMap(fakeNetworks),
      storagePools: connected.flatMap(fakePools),
    };
  }

  /** Changes rows and says so; `revisionStep` above 1 makes a gap. */
  change(changes: (Pick<GuestRow, 'key'> & Partial<GuestRow>)[], revisionStep = 1): void {
    for (const change of changes) {
      const old = this.guests.get(change.key);
      if (old !== undefined) this.guests.set(change.key, { ...old, ...change });
    }
    this.#revision += revisionStep;
    this.emit('inventory.onDidChange', { kind: 'patch', revision: this.#revision, guests: { change: changes } });
    for (const { key, state } of changes)
      if (state !== undefined) this.emit('domains.onDidChangeDetails', { key, state });
  }

  upsert(guest: GuestRow): void {
    this.guests.set(guest.key, guest);
    this.#revision += 1;
    this.emit('inventory.onDidChange', { kind: 'patch', revision: this.#revision, guests: { upsert: [guest] } });
  }

  remove(key: string): void {
    this.guests.delete(key);
    this.#revision += 1;
    this.emit('inventory.onDidChange', { kind: 'patch', revision: this.#revision, guests: { remove: [key] } });
  }

  /** New statistics for every active guest, or the first `count` of them. */
  patchStats(count = Infinity): void {
    const active = [...this.guests.values()].filter((guest) => guest.stats !== null).slice(0, count);
    this.change(active.map(({ key, memoryKiB }) => ({ key, stats: statsOf(this.#random, memoryKiB) })));
  }

  setConnections(connections: ConnectionStatus[]): void {
    this.connections = connections;
    this.emit('connections.onDidChange', connections);
  }

  setQuestions(questions: Question[]): void {
    this.questions = questions;
    this.emit('prompts.onDidChange', questions);
  }

  setJobs(jobs: Job[]): void {
    this.jobs = jobs;
    this.emit('jobs.onDidChange', jobs);
  }

  #guest(key: string): GuestRow {
    const guest = this.guests.get(key);
    if (guest !== undefined) return guest;
    throw new ContractFailure({
      code: 'not-found',
      message: `There is no guest ${key}.`,
      hint: 'It may have been deleted.',
    });
  }

  #perform(key: string, operation: DomainOperation): void {
    const guest = this.#guest(key);
    const refusal = refusalOf(guest, operation);
    if (refusal !== null)
      throw new ContractFailure({
        code: 'operation-refused',
        message: `${guest.name}: ${operation} was refused (${refusal}).`,
      });
    this.change([{ key, pending: pendingOf[operation] }]);
    setTimeout(() => this.#settle(key, operation), this.options.eventMs);
  }

  #settle(key: string, operation: DomainOperation): void {
    if (operation === 'undefine') return this.remove(key);
    const guest = this.#guest(key);
    if (operation === 'managedSaveRemove') return this.change([{ key, pending: null, hasManagedSave: false }]);
    const [state, stateReason] = nextState[operation] ?? [guest.state, guest.stateReason];
    const active = isActive(state);
    this.change([
      {
        key,
        pending: null,
        state,
        stateReason,
        id: active ? (guest.id ?? this.#nextId++) : null,
        hasManagedSave: operation === 'managedSave',
        stats: active ? statsOf(this.#random, guest.memoryKiB) : null,
      },
    ]);
  }

  #setState(id: string, state: ConnectionStatus['state']): void {
    this.setConnections(
      this.connections.map((status) => (status.connection.id === id ? { ...status, state } : status)),
    );
  }

  #history(): StatsSample[] {
    const random = randomOf(7);
    return Array.from({ length: 150 }, (_, index) => ({
      timeMs: Date.now() - (150 - index) * 2000,
      cpuPercent: 20 + 15 * Math.sin(index / 9) + random() * 20,
      memoryUsedKiB: 900_000 + 3000 * index + random() * 60_000,
    }));
  }

  readonly #services: { [Name in keyof Services]: Partial<Services[Name]> } = {
    application: {
      info: async () => ({ version: '0.1.0', platform: 'linux', mode: 'browser', notices: [] }),
      dismissNotice: async () => {},
    },
    connections: {
      list: async () => this.connections,
      add: async (connection) => {
        const saved = { id: `added-${this.#nextId++}`, ...connection };
        this.setConnections([...this.connections, { connection: saved, state: { kind: 'disconnected' } }]);
        return saved;
      },
      update: async (id, changes) => {
        const status = this.connections.find((one) => one.connection.id === id)!;
        const connection = { ...status.connection, ...changes };
        this.setConnections(this.connections.map((one) => (one === status ? { ...one, connection } : one)));
        return connection;
      },
      remove: async (id) => this.setConnections(this.connections.filter((one) => one.connection.id !== id)),
      connect: async (id) => {
        this.#setState(id, { kind: 'connecting', attempt: 1 });
        await new Promise((resolve) => setTimeout(resolve, this.options.eventMs));
        const { uri } = this.connections.find((one) => one.connection.id === id)!.connection;
        if (!uri.includes('nowhere'))
          return this.#setState(id, { kind: 'connected', sinceMs: Date.now(), readonly: false });
        const failure = new ContractFailure({
          code: 'io',
          message: `Connecting to ${uri} failed: the socket /nowhere does not exist.`,
          hint: 'Start libvirtd on that host, or correct the URI.',
          libvirt: {
            code: 38,
            domain: 7,
            name: 'VIR_ERR_SYSTEM_ERROR',
            message: "Failed to connect socket to '/nowhere': No such file or directory",
          },
        });
        this.#setState(id, { kind: 'disconnected', error: toContractError(failure) });
        throw failure;
      },
      disconnect: async (id) => this.#setState(id, { kind: 'disconnected' }),
      checkUri: async (uri) =>
        /^[a-z]+(\+[a-z]+)?:\/\/[^/]*\/.+/.test(uri)
          ? {
              ok: true,
              uri,
              driver: uri.split(/[+:]/)[0] ?? '',
              transport: 'unix',
              suggestedName: uri.split('://')[1] ?? uri,
            }
          : { ok: false, message: 'A URI begins with a driver and ://, for example qemu:///system.' },
      discover: async () => fakeFound,
    },
    inventory: { history: async () => this.#history() },
    domains: {
      perform: async (key, operation) => this.#perform(key, operation),
      details: async (key) => fakeDetails(this.#guest(key)),
      xml: async (key, view) => ({
        xml: `<domain type='kvm'>\n  <name>${this.#guest(key).name}</name>\n</domain>\n`,
        view,
      }),
      screenshot: async () => null,
    },
    jobs: {
      list: async () => this.jobs,
      cancel: async (id) =>
        this.setJobs(this.jobs.map((job) => (job.id === id ? { ...job, state: 'cancelling', canCancel: false } : job))),
      log: async () => [
        { timeMs: Date.now() - 4000, text: 'Asked the host.' },
        { timeMs: Date.now(), text: 'The host answered.' },
      ],
      clearEnded: async () => {},
    },
    settings: {
      get: async () => this.settings,
      update: async (changes) => {
        this.settings = { ...this.settings, ...changes };
        this.emit('settings.onDidChange', this.settings);
        return this.settings;
      },
    },
    prompts: {
      answer: async (id, answer) => {
        if (this.failAnswers !== null) throw new ContractFailure(this.failAnswers);
        this.answers.push(answer);
        this.setQuestions(this.questions.filter((question) => question.id !== id));
      },
    },
    consoles: {},
    storage: {
      // By the pool: the first one has some, the second many.
      listVolumes: async (poolKey) => fakeVolumes(poolKey.endsWith('d') ? 1000 : 24),
      refresh: async () => {},
    },
  };
}
