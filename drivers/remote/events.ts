/**
 * Events of a remote connection. Two generations of the protocol:
 *
 *   newer servers   a registration answers a callbackID and may be for one object; each message carries the callbackID
 *   older servers   domain events only, by event id and without callbackID; the object filter is applied here
 *
 * Either way the server has one registration for all listeners that want the same (shared-registrations.ts). A message
 * may overtake the answer to its own registration, so messages that belong to nobody are kept for as long as a
 * registration is under way. What is unknown is counted, never fatal.
 */
import type { CallOptions, DriverEvent, EventFilter } from '../driver.ts';
import type { Emitter } from '../event.ts';
import type { RpcClient, RpcEvent } from '../rpc/client.ts';
import { eventProcedures } from './event-procedures.ts';
import { LegacyEvents } from './legacy-events.ts';
import { SharedRegistrations, type Registration } from './shared-registrations.ts';

/** Messages kept for registrations under way, and their bytes. */
const EARLY_MAX = 256;
const EARLY_BYTES_MAX = 1_048_576;

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
  readonly #registrations = new SharedRegistrations();
  readonly #emitters = new Map<string, Emitter<DriverEvent>>();
  #early: { key: string; event: DriverEvent }[] = [];
  #earlyBytes = 0;
  #registering = 0;
  /** Messages for nobody: late ones after an unregister, or ones that nobody asked for. */
  unclaimed = 0;

  constructor(client: RpcClient, hasCallbacks: boolean) {
    this.#client = client;
    this.#hasCallbacks = hasCallbacks;
    this.#legacy = new LegacyEvents(client);
    client.onDidReceiveEvent((event) => this.#dispatch(event));
  }

  /** Registers with the server. Rejects with its error; VIR_ERR_NO_SUPPORT where it has no such events. */
  register(filter: EventFilter, emit: (event: DriverEvent) => void, options?: CallOptions): Promise<Registration> {
    if (filter.family === 'domain' && !this.#hasCallbacks) return this.#legacy.register(filter, emit, options);
    return this.#registrations.listen(
      {
        key: kindOf(filter),
        what: eventProcedures[filter.family].register.name,
        emit,
        start: (emitter) => this.#start(filter, emitter),
      },
      options,
    );
  }

  async #start(filter: EventFilter, emitter: Emitter<DriverEvent>): Promise<() => Promise<void>> {
    const { family } = filter;
    const procedure = eventProcedures[family];
    this.#registering++;
    try {
      const { callbackID } = await this.#client.call(procedure.register, procedure.args(filter), {
        // In the same breath as the packet is read: the next packet may be an event of this registration.
        onReply: (ret) => this.#listen(keyOf(family, ret.callbackID), emitter),
      });
      return async () => {
        this.#emitters.delete(keyOf(family, callbackID));
        if (this.#client.isAlive) await this.#client.call(procedure.deregister, { callbackID });
      };
    } finally {
      this.#registering--;
      if (this.#registering === 0) this.#forgetEarly();
    }
  }

  #listen(key: string, emitter: Emitter<DriverEvent>): void {
    this.#emitters.set(key, emitter);
    for (const { event } of this.#early.filter((early) => early.key === key)) emitter.fire(event);
  }

  #dispatch({ procedure, message, size }: RpcEvent): void {
    // The closing of the server's own connection is the session's.
    if (procedure.event === null) return;
    const { family, id } = procedure.event;
    const { callbackID, msg, ...rest } = message as CallbackMessage;
    if (callbackID === undefined) {
      if (!this.#legacy.dispatch(id, rest)) this.unclaimed++;
      return;
    }
    const event: DriverEvent = { family, eventId: id, payload: msg === undefined ? rest : { ...msg, ...rest } };
    const key = keyOf(family, callbackID);
    const emitter = this.#emitters.get(key);
    if (emitter !== undefined) emitter.fire(event);
    else if (!this.#keepEarly(key, event, size)) this.unclaimed++;
  }

  #keepEarly(key: string, event: DriverEvent, size: number): boolean {
    const hasRoom = this.#early.length < EARLY_MAX && this.#earlyBytes + size <= EARLY_BYTES_MAX;
    if (this.#registering === 0 || !hasRoom) return false;
    this.#early.push({ key, event });
    this.#earlyBytes += size;
    return true;
  }

  #forgetEarly(): void {
    this.#early = [];
    this.#earlyBytes = 0;
  }
}

const keyOf = (family: string, callbackID: number): string => `${family} ${callbackID}`;

/** The same for what the server tells apart. */
function kindOf({ family, eventId, ref, monitorEvent = null, flags = 0 }: EventFilter): string {
  return JSON.stringify([family, eventId, ref, monitorEvent, flags]);
}
