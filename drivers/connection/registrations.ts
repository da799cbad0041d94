/** The event registrations of a connection, under libvirt's callback IDs: one count for all kinds, from 0 on. */
import { invalidArgument } from '../arguments.ts';
import type { ConnectionCore } from '../core.ts';
import type { CallOptions, DriverEvent, EventFamily, EventFilter } from '../driver.ts';
import { cancelledError } from '../error.ts';

/** Ends a registration. Disposing of it does not wait and does not fail; `unregister` does both. */
export interface EventSubscription {
  /** For libvirt's `…EventDeregisterAny`. */
  readonly callbackID: number;
  unregister(options?: CallOptions): Promise<void>;
  dispose(): void;
  [Symbol.asyncDispose](): Promise<void>;
}

interface Registration {
  family: EventFamily;
  unregister(): Promise<void>;
}

export class EventRegistrations {
  readonly #core: ConnectionCore;
  readonly #active = new Map<number, Registration>();
  #nextId = 0;
  #undelivered = 0;

  constructor(core: ConnectionCore) {
    this.#core = core;
  }

  /** Events that arrived and could not be understood. */
  get undelivered(): number {
    return this.#undelivered;
  }

  /** Registers with the driver. `deliver` answers false for an event it does not understand. */
  async register(
    api: string,
    filter: EventFilter,
    deliver: (event: DriverEvent) => boolean,
    options?: CallOptions,
  ): Promise<EventSubscription> {
    const refusal = this.#core.eventRefusal(api);
    if (refusal) throw refusal;
    if (options?.signal?.aborted) throw cancelledError(api, options.signal);
    let isActive = true;
    const emit = (event: DriverEvent): void => {
      // What is under way when a registration ends must not reach a listener that believes it is gone.
      if (isActive && !deliver(event)) this.#undelivered++;
    };
    const registered = await this.#core.session.registerEvent?.(filter, emit, options);
    const callbackID = this.#nextId++;
    this.#active.set(callbackID, {
      family: filter.family,
      unregister: async () => {
        isActive = false;
        await registered?.unregister();
      },
    });
    return this.#subscription(callbackID, filter.family);
  }

  /** Ends the registration with that ID. Fails with VIR_ERR_INVALID_ARG where there is none of that family. */
  async deregister(api: string, family: EventFamily, callbackID: number): Promise<void> {
    this.#core.checkOpen(api);
    const registration = this.#active.get(callbackID);
    if (registration?.family !== family) throw invalidArgument(`${api}: no callback has the ID ${callbackID}`);
    this.#active.delete(callbackID);
    await registration.unregister();
  }

  #subscription(callbackID: number, family: EventFamily): EventSubscription {
    const unregister = async (): Promise<void> => {
      if (this.#core.isClosed || this.#active.get(callbackID)?.family !== family) return;
      await this.deregister('virConnectEventDeregisterAny', family, callbackID);
    };
    return {
      callbackID,
      unregister,
      // Where the link is gone, so is the registration.
      dispose: () => void unregister().catch(() => undefined),
      [Symbol.asyncDispose]: unregister,
    };
  }
}
