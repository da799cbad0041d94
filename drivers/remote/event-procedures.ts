/** The procedures that register for events with a callbackID, per family. */
import type {
  DomainRef,
  EventFamily,
  EventFilter,
  NetworkRef,
  NodeDeviceRef,
  SecretRef,
  StoragePoolRef,
} from '../driver.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import type { Procedure } from '../rpc/procedure.ts';

interface EventProcedures {
  register: Procedure<unknown, { callbackID: number }>;
  deregister: Procedure<{ callbackID: number }, void>;
  /** The registration's arguments on the wire. */
  args(filter: EventFilter): unknown;
}

export const eventProcedures: Record<EventFamily, EventProcedures> = {
  domain: {
    register: procedures.connectDomainEventCallbackRegisterAny,
    deregister: procedures.connectDomainEventCallbackDeregisterAny,
    args: ({ eventId, ref }) => ({ eventID: eventId, dom: ref as DomainRef | null }),
  },
  network: {
    register: procedures.connectNetworkEventRegisterAny,
    deregister: procedures.connectNetworkEventDeregisterAny,
    args: ({ eventId, ref }) => ({ eventID: eventId, net: ref as NetworkRef | null }),
  },
  storagePool: {
    register: procedures.connectStoragePoolEventRegisterAny,
    deregister: procedures.connectStoragePoolEventDeregisterAny,
    args: ({ eventId, ref }) => ({ eventID: eventId, pool: ref as StoragePoolRef | null }),
  },
  nodeDevice: {
    register: procedures.connectNodeDeviceEventRegisterAny,
    deregister: procedures.connectNodeDeviceEventDeregisterAny,
    args: ({ eventId, ref }) => ({ eventID: eventId, dev: ref as NodeDeviceRef | null }),
  },
  secret: {
    register: procedures.connectSecretEventRegisterAny,
    deregister: procedures.connectSecretEventDeregisterAny,
    args: ({ eventId, ref }) => ({ eventID: eventId, secret: ref as SecretRef | null }),
  },
  qemuMonitor: {
    register: procedures.qemuConnectDomainMonitorEventRegister,
    deregister: procedures.qemuConnectDomainMonitorEventDeregister,
    args: ({ ref, monitorEvent, flags }) => ({
      dom: ref as DomainRef | null,
      event: monitorEvent ?? null,
      flags: flags ?? 0,
    }),
  },
};
