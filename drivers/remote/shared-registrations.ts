/**
 * Registrations with the server, one per kind of event however many listen: the first listener makes it, the last one
 * takes it back.
 *
 *   listen(key) --first--> start() ... registered --> end() <--last-- release
 */
import type { CallOptions, DriverEvent } from '../driver.ts';
import { Emitter } from '../event.ts';
import { waitFor } from '../rpc/wait-for.ts';

export interface Registration {
  unregister(): Promise<void>;
}

/** Takes a registration back; settles with the server's answer. */
type End = () => Promise<void>;

interface Shared {
  emitter: Emitter<DriverEvent>;
  listeners: number;
  registered: Promise<End>;
}

export interface ListenRequest {
  /** Same key, same registration. */
  key: string;
  what: string;
  emit: (event: DriverEvent) => void;
  /** Registers with the server; its events are to be fired at the emitter from then on. */
  start: (emitter: Emitter<DriverEvent>) => Promise<End>;
}

export class SharedRegistrations {
  readonly #shared = new Map<string, Shared>();
  /** Registrations being taken back: the next one of the same kind waits, or the server may see them in disorder. */
  readonly #ending = new Map<string, Promise<void>>();

  /** Registers where nobody has yet. Rejects with the server's error, or where the caller gave up waiting. */
  async listen({ key, what, emit, start }: ListenRequest, options?: CallOptions): Promise<Registration> {
    const shared = this.#join(key, start);
    const listener = shared.emitter.event(emit);
    let leaving: Promise<void> | null = null;
    const leave = (): Promise<void> => {
      listener.dispose();
      return this.#leave(key, shared);
    };
    try {
      await waitFor(shared.registered, what, options);
    } catch (error) {
      leave().catch(() => undefined);
      throw error;
    }
    return { unregister: () => (leaving ??= leave()) };
  }

  #join(key: string, start: ListenRequest['start']): Shared {
    const known = this.#shared.get(key);
    if (known !== undefined) {
      known.listeners++;
      return known;
    }
    const emitter = new Emitter<DriverEvent>();
    const before = this.#ending.get(key);
    const registered = before === undefined ? start(emitter) : before.then(() => start(emitter));
    const shared = { emitter, listeners: 1, registered };
    this.#shared.set(key, shared);
    // A refusal is not remembered: who comes later asks again.
    registered.catch(() => this.#forget(key, shared));
    return shared;
  }

  async #leave(key: string, shared: Shared): Promise<void> {
    shared.listeners--;
    if (shared.listeners > 0) return;
    this.#forget(key, shared);
    const end = shared.registered.then((takeBack) => takeBack());
    const settled = end.catch(() => undefined);
    this.#ending.set(key, settled);
    try {
      await end;
    } finally {
      if (this.#ending.get(key) === settled) this.#ending.delete(key);
    }
  }

  #forget(key: string, shared: Shared): void {
    if (this.#shared.get(key) === shared) this.#shared.delete(key);
  }
}
