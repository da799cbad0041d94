/**
 * Events of a remote connection. Two generations of the protocol:
 *
 *   newer servers   a registration answers a callbackID, each message carries it; one server registration per listener
 *   older servers   domain events only, by event id and without callbackID: one server registration per event id,
 *                   shared by its listeners, the object filter applied here
 *
 * A message may overtake the answer to its own registration, so messages that belong to nobody are kept for as long as
 * a registration is under way. What is unknown is counted, never fatal.
 */
import type { CallOptions, DriverEvent, EventFilter } from '../driver.ts';
import { Emitter } from '../event.ts';
import type { RpcClient, RpcEvent } from '../rpc/client.ts';
import { eventProcedures } from './event-procedures.ts';
import { LegacyEvents } from './legacy-events.ts';

/** Messages kept for registrations under way. */
const EARLY_MAX = 256;

type Emit = (event: DriverEvent) => void;

export interface Registration {
  unregister(): Promise<void>;
}

/** A message with a callbackID, and in some the older generation's message inside. */
interface CallbackMessage {
  callbackID: number;
  msg?: Record<string, unknown>;
  [field: string]: unknown;
}

export class RemoteEvents {
  readonly #client: RpcClient;
  readonly #legacy: LegacyEvents;
  /** Domain events carry a callbackID. */
  readonly #hasCallbacks: boolean;
  readonly #listeners = new Map<string, Emitter<DriverEvent>>();
  #early: { key: string; event: DriverEvent }[] = [];
  #registering = 0;
  /** Messages for nobody: late ones after an unregister. */
  unclaimed = 0;

  constructor(client: RpcClient, hasCallbacks: boolean) {
    this.#client = client;
    this.#hasCallbacks = hasCallbacks;
    this.#legacy = new LegacyEvents(client);
    client.onDidReceiveEvent((event) => this.#dispatch(event));
  }

  /** Registers with the server. Rejects with its error; VIR_ERR_NO_SUPPORT where it has no such events. */
  async register(filter: EventFilter, emit: Emit, options?: CallOptions): Promise<Registration> {
    if (filter.family === 'domain' && !this.#hasCallbacks) return this.#legacy.register(filter, emit, options);
    const procedure = eventProcedures[filter.family];
    const emitter = new Emitter<DriverEvent>();
    emitter.event(emit);
    this.#registering++;
    try {
      const { callbackID } = await this.#client.call(procedure.register, procedure.args(filter), {
        ...options,
        // In the same breath as the packet is read: the next packet may be an event of this registration.
        onReply: (ret) => this.#listen(keyOf(filter.family, ret.callbackID), emitter),
        onLate: (ret) => void this.#deregister(filter.family, ret.callbackID).catch(() => undefined),
      });
      return { unregister: () => this.#unregister(filter.family, callbackID) };
    } finally {
      this.#registering--;
      if (this.#registering === 0) this.#early = [];
    }
  }

  #listen(key: string, emitter: Emitter<DriverEvent>): void {
    this.#listeners.set(key, emitter);
    for (const { event } of this.#early.filter((early) => early.key === key)) emitter.fire(event);
  }

  async #unregister(family: EventFilter['family'], callbackID: number): Promise<void> {
    if (!this.#listeners.delete(keyOf(family, callbackID)) || !this.#client.isAlive) return;
    await this.#deregister(family, callbackID);
  }

  async #deregister(family: EventFilter['family'], callbackID: number): Promise<void> {
    await this.#client.call(eventProcedures[family].deregister, { callbackID });
  }

  #dispatch({ procedure, message }: RpcEvent): void {
    // The closing of the server's own connection is the session's.
    if (procedure.event === null) return;
    const { family, id } = procedure.event;
    const { callbackID, msg, ...rest } = message as CallbackMessage;
    if (callbackID === undefined) return this.#legacy.dispatch(id, rest);
    const event: DriverEvent = { family, eventId: id, payload: msg === undefined ? rest : { ...msg, ...rest } };
    const key = keyOf(family, callbackID);
    const listener = this.#listeners.get(key);
    if (listener !== undefined) listener.fire(event);
    else if (this.#registering > 0 && this.#early.length < EARLY_MAX) this.#early.push({ key, event });
    else this.unclaimed++;
  }
}

const keyOf = (family: string, callbackID: number): string => `${family} ${callbackID}`;
