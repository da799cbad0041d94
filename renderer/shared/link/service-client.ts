/**
 * Calls and subscriptions over a link: numbers them, matches the answers, cancels, and subscribes again on a link that
 * came back. Knows no service by name.
 */
import type { ContractError, ToHost, ToRenderer } from '../../../main/contract/index.ts';
import { ContractFailure } from './contract-failure.ts';
import type { Link, LinkState } from './link.ts';

interface Call {
  request: ToHost & { type: 'call' };
  resolve: (value: unknown) => void;
  reject: (failure: ContractFailure) => void;
}

interface Subscription {
  /** Changes each time it is made again. */
  id: number;
  service: string;
  event: string;
  args: readonly unknown[];
  listener: (payload: unknown) => void;
  retry?: ReturnType<typeof setTimeout>;
}

const lostError: ContractError = {
  code: 'connection-lost',
  message: 'The request did not reach Hostler’s host process, because the connection to it was lost.',
  hint: 'It is tried again by itself; repeat what you did once it is back.',
};
const cancelledError: ContractError = { code: 'cancelled', message: 'The request was cancelled.' };
/** A subscription that the host ended for one of these reasons would end the same way again. */
const finalCodes = new Set(['not-found', 'invalid-argument', 'unsupported', 'permission-denied']);
const resubscribeMs = 1000;

export class ServiceClient {
  readonly #link: Link;
  #nextId = 1;
  readonly #calls = new Map<number, Call>();
  readonly #subscriptions = new Map<number, Subscription>();
  readonly #watchers = new Set<(state: LinkState) => void>();

  constructor(link: Link) {
    this.#link = link;
    link.onMessage((message) => this.#receive(message));
    link.onStateChange((state) => this.#changed(state));
  }

  get linkState(): LinkState {
    return this.#link.state;
  }

  /** Told at each change of the link; returns the way to stop. */
  onDidChangeLink(watcher: (state: LinkState) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** One request. Waits for a link that is being made; fails at once with `connection-lost` on a lost one. */
  call(service: string, method: string, args: readonly unknown[], signal?: AbortSignal): Promise<unknown> {
    if (signal?.aborted === true) return Promise.reject(new ContractFailure(cancelledError));
    if (this.#link.state === 'lost') return Promise.reject(new ContractFailure(lostError));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const request = { type: 'call', id, service, method, args } as const;
      this.#calls.set(id, { request, resolve, reject });
      this.#link.send(request);
      signal?.addEventListener('abort', () => this.#cancel(id), { once: true });
    });
  }

  #cancel(id: number): void {
    const call = this.#calls.get(id);
    if (call === undefined) return;
    this.#calls.delete(id);
    this.#link.send({ type: 'cancel', id });
    call.reject(new ContractFailure(cancelledError));
  }

  /** A subscription that outlives the link: it is made again, with its first event, on the next one. */
  listen(service: string, event: string, args: readonly unknown[], listener: (payload: unknown) => void): () => void {
    const subscription: Subscription = { id: 0, service, event, args, listener };
    this.#subscribe(subscription);
    return () => {
      clearTimeout(subscription.retry);
      if (this.#subscriptions.delete(subscription.id)) this.#link.send({ type: 'unlisten', id: subscription.id });
    };
  }

  #subscribe(subscription: Subscription): void {
    const id = this.#nextId++;
    const { service, event, args } = subscription;
    subscription.id = id;
    this.#subscriptions.set(id, subscription);
    this.#link.send({ type: 'listen', id, service, event, args });
  }

  #receive(message: ToRenderer): void {
    if (message.type === 'event') return this.#subscriptions.get(message.id)?.listener(message.payload);
    if (message.type === 'end') return this.#end(message.id, message.error);
    const call = this.#calls.get(message.id);
    if (call === undefined) return;
    this.#calls.delete(message.id);
    if (message.type === 'result') call.resolve(message.value);
    else call.reject(new ContractFailure(message.error));
  }

  #end(id: number, error: ContractError | undefined): void {
    const subscription = this.#subscriptions.get(id);
    this.#subscriptions.delete(id);
    if (subscription === undefined || error === undefined || finalCodes.has(error.code)) return;
    subscription.retry = setTimeout(() => this.#subscribe(subscription), resubscribeMs);
  }

  #changed(state: LinkState): void {
    if (state === 'open') this.#reopen();
    if (state === 'lost') this.#rejectAll();
    for (const watcher of this.#watchers) watcher(state);
  }

  #reopen(): void {
    for (const { request } of this.#calls.values()) this.#link.send(request);
    const before = [...this.#subscriptions.values()];
    this.#subscriptions.clear();
    for (const subscription of before) this.#subscribe(subscription);
  }

  #rejectAll(): void {
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const call of calls) call.reject(new ContractFailure(lostError));
  }
}
