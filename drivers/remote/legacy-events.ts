/** Domain events of servers without callbackIDs: one registration per event id, shared and filtered here. */
import type { CallOptions, DomainRef, DriverEvent, EventFilter } from '../driver.ts';
import { VirError, VirErrorNumber } from '../error.ts';
import { Emitter } from '../event.ts';
import type { RpcClient } from '../rpc/client.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';

const LIFECYCLE = 0;
/** PMWAKEUP, PMSUSPEND and PMSUSPEND_DISK: their newer messages have a reason, which was always 0. */
const withReason = new Set([11, 12, 14]);

interface SharedRegistration {
  emitter: Emitter<DriverEvent>;
  listeners: number;
  registered: Promise<void>;
}

export class LegacyEvents {
  readonly #client: RpcClient;
  readonly #shared = new Map<number, SharedRegistration>();

  constructor(client: RpcClient) {
    this.#client = client;
  }

  async register(
    { eventId, ref }: EventFilter,
    emit: (event: DriverEvent) => void,
    options?: CallOptions,
  ): Promise<{ unregister(): Promise<void> }> {
    const shared = this.#share(eventId, options);
    const wanted = (ref as DomainRef | null)?.uuid ?? null;
    const listener = shared.emitter.event((event) => {
      if (wanted === null || (event.payload['dom'] as DomainRef).uuid === wanted) emit(event);
    });
    let isOver = false;
    const unregister = async (): Promise<void> => {
      if (isOver) return;
      isOver = true;
      listener.dispose();
      await this.#release(eventId, shared);
    };
    try {
      await shared.registered;
    } catch (error) {
      listener.dispose();
      this.#shared.delete(eventId);
      throw error;
    }
    return { unregister };
  }

  /** A message without callbackID. */
  dispatch(eventId: number, message: Record<string, unknown>): void {
    const payload = withReason.has(eventId) ? { ...message, reason: 0 } : message;
    this.#shared.get(eventId)?.emitter.fire({ family: 'domain', eventId, payload });
  }

  #share(eventId: number, options?: CallOptions): SharedRegistration {
    let shared = this.#shared.get(eventId);
    if (shared === undefined) {
      shared = { emitter: new Emitter(), listeners: 0, registered: this.#registerAny(eventId, options) };
      this.#shared.set(eventId, shared);
    }
    shared.listeners++;
    return shared;
  }

  async #registerAny(eventID: number, options?: CallOptions): Promise<void> {
    try {
      await this.#client.call(procedures.connectDomainEventRegisterAny, { eventID }, options);
    } catch (error) {
      // Before libvirt 0.8 there was the life cycle only, with a registration of its own.
      if (eventID !== LIFECYCLE || !isUnsupported(error)) throw error;
      await this.#client.call(procedures.connectDomainEventRegister, undefined, options);
    }
  }

  async #release(eventID: number, shared: SharedRegistration): Promise<void> {
    shared.listeners--;
    if (shared.listeners > 0 || this.#shared.get(eventID) !== shared) return;
    this.#shared.delete(eventID);
    if (!this.#client.isAlive) return;
    try {
      await this.#client.call(procedures.connectDomainEventDeregisterAny, { eventID });
    } catch (error) {
      if (eventID !== LIFECYCLE || !isUnsupported(error)) throw error;
      await this.#client.call(procedures.connectDomainEventDeregister, undefined);
    }
  }
}

function isUnsupported(error: unknown): boolean {
  return error instanceof VirError && error.code === VirErrorNumber.VIR_ERR_NO_SUPPORT;
}
