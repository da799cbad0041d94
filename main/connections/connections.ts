/** The connections service: the saved list, and one managed connection for each of them. */
import type { Call } from '../call.ts';
import type {
  ConnectionsService,
  ConnectionStatus,
  FoundHypervisor,
  SavedConnection,
  UriVerdict,
} from '../contract/index.ts';
import { Emitter, type Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import { type AskPerson, Prompts } from '../prompts/prompts.ts';
import { checkUri } from './check-uri.ts';
import type { ConnectionStore } from './connection-store.ts';
import { discover } from './discover.ts';
import type { Hypervisor, OpenHypervisor } from './hypervisor.ts';
import { ManagedConnection } from './managed-connection.ts';

/** What other services hear of connections. */
export type ConnectionEvent =
  | { kind: 'opened'; id: string; hypervisor: Hypervisor }
  | { kind: 'lost'; id: string }
  | { kind: 'closed'; id: string };

export class Connections implements ConnectionsService {
  readonly #store: ConnectionStore;
  readonly #open: OpenHypervisor;
  readonly #prompts: Prompts;
  readonly #managed = new Map<string, ManagedConnection>();
  readonly #changed = new Emitter<ConnectionStatus[]>();
  readonly #events = new Emitter<ConnectionEvent>();
  #isTelling = false;

  constructor(store: ConnectionStore, open: OpenHypervisor, prompts = new Prompts()) {
    this.#store = store;
    this.#open = open;
    this.#prompts = prompts;
    for (const saved of store.list()) this.#manage(saved);
  }

  async list(): Promise<ConnectionStatus[]> {
    return this.#all();
  }

  async add(connection: Omit<SavedConnection, 'id'>): Promise<SavedConnection> {
    const uri = usableUri(connection.uri);
    const twin = this.#store.list().find((saved) => saved.uri === uri && saved.readonly === connection.readonly);
    if (twin) {
      throw new HostError('invalid-argument', `${uri} is in the list already, as ${titleOf(twin)}.`, {
        hint: 'Use that connection, or change its settings.',
      });
    }
    const saved = await this.#store.add({ ...connection, uri, name: connection.name.trim() });
    this.#manage(saved);
    this.#tell();
    return saved;
  }

  /** A connection whose address or access changed is made again when it was connected. */
  async update(id: string, changes: Partial<Omit<SavedConnection, 'id'>>): Promise<SavedConnection> {
    const managed = this.#find(id);
    const checked = changes.uri === undefined ? changes : { ...changes, uri: usableUri(changes.uri) };
    const before = managed.saved;
    managed.saved = await this.#store.update(id, checked);
    if (before.uri !== managed.saved.uri) managed.forgetAnswers();
    const isOther = before.uri !== managed.saved.uri || before.readonly !== managed.saved.readonly;
    if (isOther && managed.state.kind !== 'disconnected') {
      await managed.disconnect();
      managed.host = undefined;
      // The answer is that it was saved; how the new address does shows in its state.
      managed.connect().catch(() => {});
    }
    this.#tell();
    return managed.saved;
  }

  async remove(id: string): Promise<void> {
    const managed = this.#find(id);
    await this.#store.remove(id);
    this.#managed.delete(id);
    this.#tell();
    await managed.disconnect();
  }

  async connect(id: string, call: Call = {}): Promise<void> {
    await this.#find(id).connect(call.signal);
  }

  async disconnect(id: string): Promise<void> {
    await this.#find(id).disconnect();
  }

  async retryWaiting(): Promise<void> {
    for (const managed of this.#managed.values()) managed.retry();
  }

  async checkUri(uri: string): Promise<UriVerdict> {
    return checkUri(uri);
  }

  async discover(): Promise<FoundHypervisor[]> {
    return await discover();
  }

  onDidChange(listener: (all: ConnectionStatus[]) => void): Unlisten {
    listener(this.#all());
    return this.#changed.on(listener);
  }

  /** For the other services: hypervisors as they come and go. Those open now are told first. */
  onConnection(listener: (event: ConnectionEvent) => void): Unlisten {
    for (const [id, { hypervisor }] of this.#managed) if (hypervisor) listener({ kind: 'opened', id, hypervisor });
    return this.#events.on(listener);
  }

  /** The open hypervisor of a connection; throws `not-found` or `not-connected`. */
  hypervisor(id: string): Hypervisor {
    const managed = this.#find(id);
    if (managed.hypervisor) return managed.hypervisor;
    const { state, saved } = managed;
    const name = titleOf(saved);
    if (state.kind === 'waiting') {
      throw new HostError('connection-lost', `The connection to ${name} was lost: ${state.error.message}`, {
        hint: 'Hostler connects again by itself; use Connect to try now.',
      });
    }
    throw new HostError('not-connected', `${name} is not connected.`, { hint: 'Connect it first.' });
  }

  /** Connects those marked so. Their failures show in their state, and so does what only a person could answer. */
  connectMarked(): void {
    const marked = [...this.#managed.values()].filter(({ saved }) => saved.autoconnect);
    for (const managed of marked) managed.connect(undefined, { isAttended: false }).catch(() => {});
  }

  async dispose(): Promise<void> {
    await Promise.allSettled([...this.#managed.values()].map((managed) => managed.disconnect()));
    await this.#store.flush();
  }

  #manage(saved: SavedConnection): void {
    const { id } = saved;
    const events = {
      changed: () => this.#tell(),
      opened: (hypervisor: Hypervisor) => this.#events.emit({ kind: 'opened', id, hypervisor }),
      lost: () => this.#events.emit({ kind: 'lost', id }),
      closed: () => this.#events.emit({ kind: 'closed', id }),
    };
    const person: AskPerson = (question, signal) => this.#prompts.ask(id, question, signal);
    this.#managed.set(id, new ManagedConnection(saved, this.#open, events, person));
  }

  #find(id: string): ManagedConnection {
    const managed = this.#managed.get(id);
    if (!managed) throw new HostError('not-found', 'This connection is not in the list any more.');
    return managed;
  }

  #all(): ConnectionStatus[] {
    return [...this.#managed.values()].map(({ saved, state, host }) => ({
      connection: saved,
      state,
      ...(host === undefined ? {} : { host }),
    }));
  }

  /** Several changes of one moment are one event. */
  #tell(): void {
    if (this.#isTelling) return;
    this.#isTelling = true;
    queueMicrotask(() => {
      this.#isTelling = false;
      this.#changed.emit(this.#all());
    });
  }
}

function usableUri(text: string): string {
  const verdict = checkUri(text);
  if (!verdict.ok) throw new HostError('invalid-argument', verdict.message);
  return verdict.uri;
}

function titleOf(saved: SavedConnection): string {
  if (saved.name !== '') return saved.name;
  const verdict = checkUri(saved.uri);
  return verdict.ok ? verdict.suggestedName : saved.uri;
}
