/** Domain events of servers without callbackIDs: one registration per event id, filtered here. */
import type { CallOptions, DomainRef, DriverEvent, EventFilter } from '../driver.ts';
import { VirError, VirErrorNumber } from '../error.ts';
import type { Emitter } from '../event.ts';
import type { RpcClient } from '../rpc/client.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { SharedRegistrations, type Registration } from './shared-registrations.ts';

const LIFECYCLE = 0;
/** PMWAKEUP, PMSUSPEND and PMSUSPEND_DISK: their newer messages have a reason, which was always 0. */
const withReason = new Set([11, 12, 14]);

export class LegacyEvents {
  readonly #client: RpcClient;
  readonly #registrations = new SharedRegistrations();
  readonly #emitters = new Map<number, Emitter<DriverEvent>>();

  constructor(client: RpcClient) {
    this.#client = client;
  }

  register(
    { eventId, ref }: EventFilter,
    emit: (event: DriverEvent) => void,
    options?: CallOptions,
  ): Promise<Registration> {
    const wanted = (ref as DomainRef | null)?.uuid ?? null;
    return this.#registrations.listen(
      {
        key: String(eventId),
        what: 'connect_domain_event_register_any',
        emit: (event) => {
          if (wanted === null || (event.payload['dom'] as DomainRef).uuid === wanted) emit(event);
        },
        start: (emitter) => this.#start(eventId, emitter),
      },
      options,
    );
  }

  /** A message without callbackID; false where nobody listens. */
  dispatch(eventId: number, message: Record<string, unknown>): boolean {
    const emitter = this.#emitters.get(eventId);
    const payload = withReason.has(eventId) ? { ...message, reason: 0 } : message;
    emitter?.fire({ family: 'domain', eventId, payload });
    return emitter !== undefined;
  }

  async #start(eventID: number, emitter: Emitter<DriverEvent>): Promise<() => Promise<void>> {
    this.#emitters.set(eventID, emitter);
    try {
      await this.#client.call(procedures.connectDomainEventRegisterAny, { eventID }).catch(async (error: unknown) => {
        // Before libvirt 0.8 there was the life cycle only, with a registration of its own.
        if (eventID !== LIFECYCLE || !isUnsupported(error)) throw error;
        await this.#client.call(procedures.connectDomainEventRegister, undefined);
      });
    } catch (error) {
      this.#emitters.delete(eventID);
      throw error;
    }
    return () => this.#end(eventID);
  }

  async #end(eventID: number): Promise<void> {
    this.#emitters.delete(eventID);
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
