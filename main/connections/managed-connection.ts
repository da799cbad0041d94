/**
 * One saved connection's life: the state machine of the contract (main/contract/connections.ts), with its attempts and its
 * back-off. It knows how to keep a hypervisor open, not what is done with it.
 */
import type { ConnectionState, ContractError, HostInfo, SavedConnection } from '../contract/index.ts';
import { cancelled } from '../error.ts';
import { toContractError } from '../ipc/contract-error.ts';
import { Interview, type Remembered } from '../prompts/interview.ts';
import type { AskPerson } from '../prompts/prompts.ts';
import { backOffMs } from './back-off.ts';
import { Deadline } from './deadline.ts';
import type { Hypervisor, OpenHypervisor } from './hypervisor.ts';
import { changedKeyOf } from './open-error.ts';

/** A connection that held this long was a good one: the next loss starts at the shortest wait. */
const steadyAfterMs = 10_000;
/** Without the time in which a person answers. */
const openTimeoutMs = 30_000;

/** What the owner hears, in this order: opened, then lost or closed. */
export interface ConnectionEvents {
  /** The state, or what is known of the host, changed. */
  changed(): void;
  opened(hypervisor: Hypervisor): void;
  /** The link broke; what was known stays worth showing. */
  lost(): void;
  /** The user ended it. */
  closed(): void;
}

interface Attempt {
  controller: AbortController;
  interview: Interview;
  deadline: Deadline;
  done: Promise<void>;
}

export class ManagedConnection {
  saved: SavedConnection;
  state: ConnectionState = { kind: 'disconnected' };
  host: HostInfo | undefined;
  hypervisor: Hypervisor | null = null;
  readonly #open: OpenHypervisor;
  readonly #events: ConnectionEvents;
  readonly #person: AskPerson;
  readonly #remembered: Remembered = new Map();
  #attempt: Attempt | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unlisten: () => void = () => {};
  /** Losses and failed attempts in a row, since the connection last held for a while. */
  #failures = 0;
  #lostAtMs: number | null = null;
  /** Why it was lost, or why it could not be made again of late. */
  #lossError: ContractError | null = null;

  /** `person`: who answers what a host asks; nobody by default. */
  constructor(
    saved: SavedConnection,
    open: OpenHypervisor,
    events: ConnectionEvents,
    person: AskPerson = () => Promise.resolve('unattended'),
  ) {
    this.saved = saved;
    this.#open = open;
    this.#events = events;
    this.#person = person;
  }

  /**
   * Connects, at once even while a retry is waiting. Joins an attempt under way; an aborted signal only leaves it.
   * `isAttended`: a person asked for it and may be asked for a password; otherwise it ends where one is needed.
   */
  async connect(signal?: AbortSignal, { isAttended = true } = {}): Promise<void> {
    if (this.hypervisor) return;
    const isOwn = this.#attempt === null;
    const attempt = this.#attempt ?? this.#begin();
    if (isAttended) attempt.interview.isAttended = true;
    const leave = (): void => (isOwn ? void this.disconnect() : undefined);
    signal?.addEventListener('abort', leave, { once: true });
    try {
      await (signal ? orAbort(attempt.done, signal) : attempt.done);
    } finally {
      signal?.removeEventListener('abort', leave);
    }
  }

  /** Tries at once where the next attempt is waiting; nobody is asked anything. */
  retry(): void {
    if (this.state.kind === 'waiting') this.#begin();
  }

  /** Ends the connection or the attempt to make one; settles when the far side was told. */
  async disconnect(): Promise<void> {
    clearTimeout(this.#timer);
    this.#attempt?.controller.abort(cancelled('Connecting'));
    this.#attempt?.interview.end();
    this.#attempt = null;
    this.#failures = 0;
    this.#lostAtMs = null;
    const { hypervisor } = this;
    this.#release();
    if (this.state.kind !== 'disconnected' || this.state.error || this.state.needs) {
      this.#become({ kind: 'disconnected' });
    }
    this.#events.closed();
    await hypervisor?.close();
  }

  /** What was typed for the address before is not for another one. */
  forgetAnswers(): void {
    this.#remembered.clear();
  }

  #begin(): Attempt {
    clearTimeout(this.#timer);
    const controller = new AbortController();
    const giveUp = (reason: Error): void => controller.abort(reason);
    const deadline = new Deadline(openTimeoutMs, () =>
      giveUp(new DOMException('The host did not answer in time.', 'TimeoutError')),
    );
    const interview = new Interview({
      person: this.#person,
      remembered: this.#remembered,
      onAsking: (isAsking) => (isAsking ? deadline.pause() : deadline.resume()),
      onCancel: () => giveUp(cancelled('Connecting')),
    });
    const attempt: Attempt = { controller, interview, deadline, done: Promise.resolve() };
    this.#attempt = attempt;
    attempt.done = this.#run(attempt);
    // Nobody may be waiting: an attempt of the back-off ends in the state, not in a rejection.
    attempt.done.catch(() => {});
    this.#become({ kind: 'connecting', attempt: Math.max(this.#failures, 1), ...this.#loss() });
    return attempt;
  }

  #loss(): { lostAtMs?: number; error?: ContractError } {
    return this.#lostAtMs === null || this.#lossError === null
      ? {}
      : { lostAtMs: this.#lostAtMs, error: this.#lossError };
  }

  async #run(attempt: Attempt): Promise<void> {
    // Whoever begins it says first whether a person is there.
    await Promise.resolve();
    let hypervisor: Hypervisor;
    try {
      hypervisor = await this.#openWithin(attempt);
    } catch (error) {
      if (this.#attempt !== attempt) throw cancelled('Connecting');
      this.#attempt = null;
      this.#failed(error, attempt.interview);
      throw error;
    }
    if (this.#attempt !== attempt) {
      void hypervisor.close().catch(() => {});
      throw cancelled('Connecting');
    }
    this.#attempt = null;
    attempt.interview.keep();
    this.#opened(hypervisor);
  }

  /** Gives up when told to or when the time is over; a connection that comes too late is closed again. */
  async #openWithin({ controller, interview, deadline }: Attempt): Promise<Hypervisor> {
    const { signal } = controller;
    const opening = this.#open(this.saved.uri, { readonly: this.saved.readonly, signal, ask: interview.ask });
    try {
      return await orAbort(opening, signal);
    } catch (error) {
      void opening.then((late) => late.close()).catch(() => {});
      throw error;
    } finally {
      deadline.stop();
      interview.end();
    }
  }

  #opened(hypervisor: Hypervisor): void {
    this.hypervisor = hypervisor;
    this.#lostAtMs = null;
    this.#unlisten = hypervisor.onDidClose((error) => this.#lost(hypervisor, error));
    const sinceMs = Date.now();
    this.#become({ kind: 'connected', sinceMs, readonly: hypervisor.isReadonly });
    this.#events.opened(hypervisor);
    void this.#learnHost(hypervisor);
  }

  async #learnHost(hypervisor: Hypervisor): Promise<void> {
    const host = await hypervisor.hostInfo().catch(() => undefined);
    if (this.hypervisor !== hypervisor || !host) return;
    this.host = host;
    this.#events.changed();
  }

  /** First attempt: the user is there and reads the reason. Later ones: the host goes on trying. */
  #failed(error: unknown, { needs }: Interview): void {
    const translated = toContractError(error);
    const { code } = translated;
    const isForPerson = code === 'cancelled' || code === 'authentication-failed';
    if (this.#lostAtMs !== null && !isForPerson) return this.#wait(error);
    this.#failures = 0;
    this.#lostAtMs = null;
    if (needs !== null && isForPerson) return this.#become({ kind: 'disconnected', needs });
    // Who gave up knows why.
    if (code === 'cancelled') return this.#become({ kind: 'disconnected' });
    const changedKey = changedKeyOf(error);
    this.#become({ kind: 'disconnected', error: translated, ...(changedKey === undefined ? {} : { changedKey }) });
  }

  #lost(hypervisor: Hypervisor, error: Error): void {
    if (this.hypervisor !== hypervisor) return;
    const heldMs = this.state.kind === 'connected' ? Date.now() - this.state.sinceMs : 0;
    if (heldMs >= steadyAfterMs) this.#failures = 0;
    this.#release();
    this.#lostAtMs = Date.now();
    this.#wait(error);
    this.#events.lost();
    void hypervisor.close().catch(() => {});
  }

  #wait(error: unknown): void {
    this.#failures += 1;
    const waitMs = backOffMs(this.#failures, Math.random());
    const nowMs = Date.now();
    this.#lossError = toContractError(error);
    this.#timer = setTimeout(() => this.#begin(), waitMs);
    this.#become({
      kind: 'waiting',
      attempt: this.#failures,
      retryAtMs: nowMs + waitMs,
      lostAtMs: this.#lostAtMs ?? nowMs,
      error: this.#lossError,
    });
  }

  #release(): void {
    this.#unlisten();
    this.#unlisten = () => {};
    this.hypervisor = null;
  }

  #become(state: ConnectionState): void {
    this.state = state;
    this.#events.changed();
  }
}

/** Settles as `promise` does, or rejects as soon as the signal aborts. */
async function orAbort<Value>(promise: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => aborted.reject(signal.reason as Error);
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}
