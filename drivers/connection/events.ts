/**
 * Connection, sixth part: events, by libvirt's functions (`domainEventRegisterAny`, with any ID) and as typed
 * subscriptions (`onDidChangeDomainLifecycle`). Every registration costs a call; what arrives between the call and its
 * answer is delivered too.
 */
import { invalidArgument } from '../arguments.ts';
import type { Connection } from '../connection.ts';
import { Domain } from '../domain.ts';
import type { EventPayloads } from '../driver-slots.gen.ts';
import type {
  CallOptions,
  DomainRef,
  DriverEvent,
  EventFamily,
  EventFilter,
  NetworkRef,
  NodeDeviceRef,
  SecretRef,
  StoragePoolRef,
  TypedParam,
} from '../driver.ts';
import { VIR_DOMAIN_EVENT_ID_LIFECYCLE } from '../enums.gen.ts';
import { Network } from '../network.ts';
import { NodeDevice } from '../node-device.ts';
import { Secret } from '../secret.ts';
import { StoragePool } from '../storage-pool.ts';
import { type TypedParams, fromTypedParams } from '../typed-params.ts';
import { EventRegistrations, type EventSubscription } from './registrations.ts';
import { ConnectionStorage } from './storage.ts';

export type { EventSubscription };

/** The fields of an event beside its object; typed parameters as a plain object. */
export type EventDetails<Payload> = {
  [
    K in keyof Payload as K extends 'dom' | 'net' | 'pool' | 'dev' | 'secret' ? never : K
  ]: Payload[K] extends TypedParam[] ? TypedParams : Payload[K];
} & (Payload extends { dom: DomainRef; dev: string } ? { dev: string } : unknown);

type PayloadOf<Family extends keyof EventPayloads, Id> = Id extends keyof EventPayloads[Family]
  ? EventPayloads[Family][Id]
  : Record<string, unknown>;

/** libvirt's callback: the connection, the object, and what happened to it. */
type EventCallback<Family extends keyof EventPayloads, Id, Source> = (
  connection: Connection,
  source: Source,
  details: EventDetails<PayloadOf<Family, Id>>,
) => void;

export type DomainEventCallback<Id> = EventCallback<'domain', Id, Domain>;
export type NetworkEventCallback<Id> = EventCallback<'network', Id, Network>;
export type StoragePoolEventCallback<Id> = EventCallback<'storagePool', Id, StoragePool>;
export type NodeDeviceEventCallback<Id> = EventCallback<'nodeDevice', Id, NodeDevice>;
export type SecretEventCallback<Id> = EventCallback<'secret', Id, Secret>;
export type QemuMonitorEventCallback = EventCallback<'qemuMonitor', 0, Domain>;

/** The callback of libvirt's oldest registration: virDomainEventType and the detail enum that goes with it. */
export type LifecycleCallback = (connection: Connection, domain: Domain, event: number, detail: number) => void;

export abstract class ConnectionEvents extends ConnectionStorage {
  readonly #registrations = new EventRegistrations(this.core);
  readonly #lifecycleCallbacks = new Map<LifecycleCallback, EventSubscription>();

  /** Number of events that arrived and were not understood; they do no harm. */
  get undeliveredEvents(): number {
    return this.#registrations.undelivered;
  }

  /**
   * Calls `callback` for events of one kind, of one domain or (null) of all. `eventID`: virDomainEventID. The answer is
   * the callback's ID. (virConnectDomainEventRegisterAny)
   */
  async domainEventRegisterAny<Id extends number>(
    domain: Domain | null,
    eventID: Id,
    callback: DomainEventCallback<Id>,
    options?: CallOptions,
  ): Promise<number> {
    return (await this.registerDomainEvent(eventID, domain, callback, options)).callbackID;
  }

  /** Ends the registration with that ID. (virConnectDomainEventDeregisterAny) */
  domainEventDeregisterAny(callbackID: number): Promise<void> {
    return this.#registrations.deregister('virConnectDomainEventDeregisterAny', 'domain', callbackID);
  }

  /**
   * Calls `callback` when the life cycle of any domain goes on. Superseded by `domainEventRegisterAny`.
   * (virConnectDomainEventRegister)
   */
  async domainEventRegister(callback: LifecycleCallback, options?: CallOptions): Promise<void> {
    if (this.#lifecycleCallbacks.has(callback)) {
      throw invalidArgument('virConnectDomainEventRegister: this callback is already registered');
    }
    const subscription = await this.registerDomainEvent(
      VIR_DOMAIN_EVENT_ID_LIFECYCLE,
      null,
      (connection, domain, { event, detail }) => callback(connection, domain, event, detail),
      options,
    );
    this.#lifecycleCallbacks.set(callback, subscription);
  }

  /** Ends what `domainEventRegister` began. (virConnectDomainEventDeregister) */
  async domainEventDeregister(callback: LifecycleCallback): Promise<void> {
    const subscription = this.#lifecycleCallbacks.get(callback);
    if (!subscription) throw invalidArgument('virConnectDomainEventDeregister: this callback is not registered');
    this.#lifecycleCallbacks.delete(callback);
    await subscription.unregister();
  }

  /** As `domainEventRegisterAny` for networks. `eventID`: virNetworkEventID. (virConnectNetworkEventRegisterAny) */
  async networkEventRegisterAny<Id extends number>(
    network: Network | null,
    eventID: Id,
    callback: NetworkEventCallback<Id>,
    options?: CallOptions,
  ): Promise<number> {
    return (await this.registerNetworkEvent(eventID, network, callback, options)).callbackID;
  }

  /** Ends the registration with that ID. (virConnectNetworkEventDeregisterAny) */
  networkEventDeregisterAny(callbackID: number): Promise<void> {
    return this.#registrations.deregister('virConnectNetworkEventDeregisterAny', 'network', callbackID);
  }

  /**
   * As `domainEventRegisterAny` for storage pools. `eventID`: virStoragePoolEventID.
   * (virConnectStoragePoolEventRegisterAny)
   */
  async storagePoolEventRegisterAny<Id extends number>(
    pool: StoragePool | null,
    eventID: Id,
    callback: StoragePoolEventCallback<Id>,
    options?: CallOptions,
  ): Promise<number> {
    return (await this.registerStoragePoolEvent(eventID, pool, callback, options)).callbackID;
  }

  /** Ends the registration with that ID. (virConnectStoragePoolEventDeregisterAny) */
  storagePoolEventDeregisterAny(callbackID: number): Promise<void> {
    return this.#registrations.deregister('virConnectStoragePoolEventDeregisterAny', 'storagePool', callbackID);
  }

  /**
   * As `domainEventRegisterAny` for devices of the host. `eventID`: virNodeDeviceEventID.
   * (virConnectNodeDeviceEventRegisterAny)
   */
  async nodeDeviceEventRegisterAny<Id extends number>(
    device: NodeDevice | null,
    eventID: Id,
    callback: NodeDeviceEventCallback<Id>,
    options?: CallOptions,
  ): Promise<number> {
    return (await this.registerNodeDeviceEvent(eventID, device, callback, options)).callbackID;
  }

  /** Ends the registration with that ID. (virConnectNodeDeviceEventDeregisterAny) */
  nodeDeviceEventDeregisterAny(callbackID: number): Promise<void> {
    return this.#registrations.deregister('virConnectNodeDeviceEventDeregisterAny', 'nodeDevice', callbackID);
  }

  /** As `domainEventRegisterAny` for secrets. `eventID`: virSecretEventID. (virConnectSecretEventRegisterAny) */
  async secretEventRegisterAny<Id extends number>(
    secret: Secret | null,
    eventID: Id,
    callback: SecretEventCallback<Id>,
    options?: CallOptions,
  ): Promise<number> {
    return (await this.registerSecretEvent(eventID, secret, callback, options)).callbackID;
  }

  /** Ends the registration with that ID. (virConnectSecretEventDeregisterAny) */
  secretEventDeregisterAny(callbackID: number): Promise<void> {
    return this.#registrations.deregister('virConnectSecretEventDeregisterAny', 'secret', callbackID);
  }

  /**
   * Calls `callback` for events of QEMU's monitor, those called `event` or (null) all. `flags`:
   * virConnectDomainQemuMonitorEventRegisterFlags, `event` as a pattern. (virConnectDomainQemuMonitorEventRegister)
   */
  async domainQemuMonitorEventRegister(
    domain: Domain | null,
    event: string | null,
    callback: QemuMonitorEventCallback,
    flags = 0,
    options?: CallOptions,
  ): Promise<number> {
    const api = 'virConnectDomainQemuMonitorEventRegister';
    this.core.checkReadOnly(api, true);
    const filter: EventFilter = {
      family: 'qemuMonitor',
      eventId: 0,
      ref: domain?.ref ?? null,
      monitorEvent: event,
      flags,
    };
    const deliver = this.#deliver('dom', (ref) => new Domain(this.core, ref as DomainRef), callback);
    return (await this.#registrations.register(api, filter, deliver, options)).callbackID;
  }

  /** Ends the registration with that ID. (virConnectDomainQemuMonitorEventDeregister) */
  async domainQemuMonitorEventDeregister(callbackID: number): Promise<void> {
    const api = 'virConnectDomainQemuMonitorEventDeregister';
    this.core.checkReadOnly(api, true);
    await this.#registrations.deregister(api, 'qemuMonitor', callbackID);
  }

  protected registerDomainEvent<Id extends number>(
    eventId: Id,
    domain: Domain | null,
    callback: DomainEventCallback<Id>,
    options?: CallOptions,
  ): Promise<EventSubscription> {
    const make = (ref: unknown): Domain => new Domain(this.core, ref as DomainRef);
    return this.#register('domain', eventId, domain, this.#deliver('dom', make, callback), options);
  }

  protected registerNetworkEvent<Id extends number>(
    eventId: Id,
    network: Network | null,
    callback: NetworkEventCallback<Id>,
    options?: CallOptions,
  ): Promise<EventSubscription> {
    const make = (ref: unknown): Network => new Network(this.core, ref as NetworkRef);
    return this.#register('network', eventId, network, this.#deliver('net', make, callback), options);
  }

  protected registerStoragePoolEvent<Id extends number>(
    eventId: Id,
    pool: StoragePool | null,
    callback: StoragePoolEventCallback<Id>,
    options?: CallOptions,
  ): Promise<EventSubscription> {
    const make = (ref: unknown): StoragePool => new StoragePool(this.core, ref as StoragePoolRef);
    return this.#register('storagePool', eventId, pool, this.#deliver('pool', make, callback), options);
  }

  protected registerNodeDeviceEvent<Id extends number>(
    eventId: Id,
    device: NodeDevice | null,
    callback: NodeDeviceEventCallback<Id>,
    options?: CallOptions,
  ): Promise<EventSubscription> {
    const make = (ref: unknown): NodeDevice => new NodeDevice(this.core, ref as NodeDeviceRef);
    return this.#register('nodeDevice', eventId, device, this.#deliver('dev', make, callback), options);
  }

  protected registerSecretEvent<Id extends number>(
    eventId: Id,
    secret: Secret | null,
    callback: SecretEventCallback<Id>,
    options?: CallOptions,
  ): Promise<EventSubscription> {
    const make = (ref: unknown): Secret => new Secret(this.core, ref as SecretRef);
    return this.#register('secret', eventId, secret, this.#deliver('secret', make, callback), options);
  }

  #register(
    family: EventFamily,
    eventId: number,
    source: { ref: NonNullable<EventFilter['ref']>; getConnect(): Connection } | null,
    deliver: (event: DriverEvent) => boolean,
    options?: CallOptions,
  ): Promise<EventSubscription> {
    const api = `virConnect${family.charAt(0).toUpperCase()}${family.slice(1)}EventRegisterAny`;
    if (source !== null && source.getConnect() !== this.core.connection) {
      return Promise.reject(invalidArgument(`${api} got an object of another connection`));
    }
    return this.#registrations.register(api, { family, eventId, ref: source?.ref ?? null }, deliver, options);
  }

  /** Takes the object out of the payload and hands on the rest; false where there is no object in it. */
  #deliver<Source, Details>(
    key: string,
    make: (ref: unknown) => Source,
    callback: (connection: Connection, source: Source, details: Details) => void,
  ): (event: DriverEvent) => boolean {
    return ({ payload }) => {
      const { [key]: ref, ...details } = payload;
      if (typeof ref !== 'object' || ref === null) return false;
      if (Array.isArray(details['params'])) details['params'] = fromTypedParams(details['params'] as TypedParam[]);
      callback(this.core.connection, make(ref), details as Details);
      return true;
    };
  }
}
