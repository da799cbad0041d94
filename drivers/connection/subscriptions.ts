/** Connection, seventh part: the events an application usually wants, each with its own type. */
import type { Domain } from '../domain.ts';
import type { EventPayloads } from '../driver-slots.gen.ts';
import type { CallOptions } from '../driver.ts';
import {
  VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE,
  VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE,
  VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2,
  VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,
  VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED,
  VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
  VIR_DOMAIN_EVENT_ID_DISK_CHANGE,
  VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON,
  VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
  VIR_DOMAIN_EVENT_ID_LIFECYCLE,
  VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
  VIR_DOMAIN_EVENT_ID_REBOOT,
  VIR_DOMAIN_EVENT_ID_TRAY_CHANGE,
  VIR_DOMAIN_EVENT_ID_TUNABLE,
  VIR_DOMAIN_EVENT_ID_WATCHDOG,
  VIR_NETWORK_EVENT_ID_LIFECYCLE,
  VIR_NETWORK_EVENT_ID_METADATA_CHANGE,
  VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE,
  VIR_NODE_DEVICE_EVENT_ID_UPDATE,
  VIR_SECRET_EVENT_ID_LIFECYCLE,
  VIR_SECRET_EVENT_ID_VALUE_CHANGED,
  VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE,
  VIR_STORAGE_POOL_EVENT_ID_REFRESH,
} from '../enums.gen.ts';
import type { Network } from '../network.ts';
import type { NodeDevice } from '../node-device.ts';
import type { Secret } from '../secret.ts';
import type { StoragePool } from '../storage-pool.ts';
import { ConnectionEvents, type EventDetails } from './events.ts';
import type { EventSubscription } from './registrations.ts';

/** An event of a domain: the domain, and the details libvirt gives under the names of the protocol. */
export type DomainEvent<Id extends keyof EventPayloads['domain']> = { domain: Domain } & EventDetails<
  EventPayloads['domain'][Id]
>;
export type NetworkEvent<Id extends keyof EventPayloads['network']> = { network: Network } & EventDetails<
  EventPayloads['network'][Id]
>;
export type StoragePoolEvent<Id extends keyof EventPayloads['storagePool']> = { pool: StoragePool } & EventDetails<
  EventPayloads['storagePool'][Id]
>;
export type NodeDeviceEvent<Id extends keyof EventPayloads['nodeDevice']> = { device: NodeDevice } & EventDetails<
  EventPayloads['nodeDevice'][Id]
>;
export type SecretEvent<Id extends keyof EventPayloads['secret']> = { secret: Secret } & EventDetails<
  EventPayloads['secret'][Id]
>;

type Listener<Event> = (event: Event) => void;
type DomainOptions = CallOptions & { domain?: Domain | null };

export abstract class ConnectionSubscriptions extends ConnectionEvents {
  /**
   * Defined, undefined, started, suspended, resumed, stopped, ...: `event` is virDomainEventType, `detail` the enum
   * that goes with it.
   */
  onDidChangeDomainLifecycle(listener: Listener<DomainEvent<0>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_LIFECYCLE, listener, options);
  }

  /** The guest restarted itself. */
  onDidRebootDomain(listener: Listener<DomainEvent<1>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_REBOOT, listener, options);
  }

  /** The watchdog expired; `action` is virDomainEventWatchdogAction. */
  onDidExpireDomainWatchdog(listener: Listener<DomainEvent<3>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_WATCHDOG, listener, options);
  }

  /** A disk failed; `action` is virDomainEventIOErrorAction, `reason` a word like `enospc`. */
  onDidFailDomainIO(listener: Listener<DomainEvent<6>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_IO_ERROR_REASON, listener, options);
  }

  /** A disk's medium changed; `reason` is virConnectDomainEventDiskChangeReason. */
  onDidChangeDomainDisk(listener: Listener<DomainEvent<9>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_DISK_CHANGE, listener, options);
  }

  /** A drive's tray opened or closed; `reason` is virDomainEventTrayChangeReason. */
  onDidChangeDomainTray(listener: Listener<DomainEvent<10>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_TRAY_CHANGE, listener, options);
  }

  /** The guest's memory changed to `actual` KiB. */
  onDidChangeDomainBalloon(listener: Listener<DomainEvent<13>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE, listener, options);
  }

  /** A device is gone from the guest. */
  onDidRemoveDomainDevice(listener: Listener<DomainEvent<15>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED, listener, options);
  }

  /**
   * A block job ended or became ready; `type` is virDomainBlockJobType, `status` virConnectDomainEventBlockJobStatus.
   */
  onDidChangeDomainBlockJob(listener: Listener<DomainEvent<16>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_BLOCK_JOB_2, listener, options);
  }

  /** Shares or limits changed; `params` has the new ones (VIR_DOMAIN_TUNABLE_*). */
  onDidChangeDomainTunable(listener: Listener<DomainEvent<17>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_TUNABLE, listener, options);
  }

  /** The guest's agent came or went; `state` is virConnectDomainEventAgentLifecycleState. */
  onDidChangeDomainAgent(listener: Listener<DomainEvent<18>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_AGENT_LIFECYCLE, listener, options);
  }

  /** A device was added to the guest. */
  onDidAddDomainDevice(listener: Listener<DomainEvent<19>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_DEVICE_ADDED, listener, options);
  }

  /** A job ended; `params` has its statistics (VIR_DOMAIN_JOB_*). */
  onDidCompleteDomainJob(listener: Listener<DomainEvent<21>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_JOB_COMPLETED, listener, options);
  }

  /** The guest refused to let go of a device. */
  onDidFailToRemoveDomainDevice(
    listener: Listener<DomainEvent<22>>,
    options?: DomainOptions,
  ): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED, listener, options);
  }

  /** Title, description or another element changed; `type` is virDomainMetadataType. */
  onDidChangeDomainMetadata(listener: Listener<DomainEvent<23>>, options?: DomainOptions): Promise<EventSubscription> {
    return this.#onDomain(VIR_DOMAIN_EVENT_ID_METADATA_CHANGE, listener, options);
  }

  /** Defined, undefined, started, stopped: `event` is virNetworkEventLifecycleType. */
  onDidChangeNetworkLifecycle(
    listener: Listener<NetworkEvent<0>>,
    options?: CallOptions & { network?: Network | null },
  ): Promise<EventSubscription> {
    const tell = (_: unknown, network: Network, details: object): void =>
      listener({ network, ...details } as NetworkEvent<0>);
    return this.registerNetworkEvent(VIR_NETWORK_EVENT_ID_LIFECYCLE, options?.network ?? null, tell, options);
  }

  /** Title, description or another element changed; `type` is virNetworkMetadataType. */
  onDidChangeNetworkMetadata(
    listener: Listener<NetworkEvent<1>>,
    options?: CallOptions & { network?: Network | null },
  ): Promise<EventSubscription> {
    const tell = (_: unknown, network: Network, details: object): void =>
      listener({ network, ...details } as NetworkEvent<1>);
    return this.registerNetworkEvent(VIR_NETWORK_EVENT_ID_METADATA_CHANGE, options?.network ?? null, tell, options);
  }

  /** Defined, undefined, started, stopped, created, deleted: `event` is virStoragePoolEventLifecycleType. */
  onDidChangeStoragePoolLifecycle(
    listener: Listener<StoragePoolEvent<0>>,
    options?: CallOptions & { pool?: StoragePool | null },
  ): Promise<EventSubscription> {
    const tell = (_: unknown, pool: StoragePool, details: object): void =>
      listener({ pool, ...details } as StoragePoolEvent<0>);
    return this.registerStoragePoolEvent(VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE, options?.pool ?? null, tell, options);
  }

  /** The pool was looked through: volumes may have come, gone or changed. */
  onDidRefreshStoragePool(
    listener: Listener<StoragePoolEvent<1>>,
    options?: CallOptions & { pool?: StoragePool | null },
  ): Promise<EventSubscription> {
    const tell = (_: unknown, pool: StoragePool): void => listener({ pool });
    return this.registerStoragePoolEvent(VIR_STORAGE_POOL_EVENT_ID_REFRESH, options?.pool ?? null, tell, options);
  }

  /** Created, deleted, defined, undefined: `event` is virNodeDeviceEventLifecycleType. */
  onDidChangeNodeDeviceLifecycle(
    listener: Listener<NodeDeviceEvent<0>>,
    options?: CallOptions & { device?: NodeDevice | null },
  ): Promise<EventSubscription> {
    const tell = (_: unknown, device: NodeDevice, details: object): void =>
      listener({ device, ...details } as NodeDeviceEvent<0>);
    return this.registerNodeDeviceEvent(VIR_NODE_DEVICE_EVENT_ID_LIFECYCLE, options?.device ?? null, tell, options);
  }

  /** The description of a device changed. */
  onDidUpdateNodeDevice(
    listener: Listener<NodeDeviceEvent<1>>,
    options?: CallOptions & { device?: NodeDevice | null },
  ): Promise<EventSubscription> {
    const tell = (_: unknown, device: NodeDevice): void => listener({ device });
    return this.registerNodeDeviceEvent(VIR_NODE_DEVICE_EVENT_ID_UPDATE, options?.device ?? null, tell, options);
  }

  /** Defined or undefined: `event` is virSecretEventLifecycleType. */
  onDidChangeSecretLifecycle(
    listener: Listener<SecretEvent<0>>,
    options?: CallOptions & { secret?: Secret | null },
  ): Promise<EventSubscription> {
    const tell = (_: unknown, secret: Secret, details: object): void =>
      listener({ secret, ...details } as SecretEvent<0>);
    return this.registerSecretEvent(VIR_SECRET_EVENT_ID_LIFECYCLE, options?.secret ?? null, tell, options);
  }

  /** The value of a secret was set. */
  onDidChangeSecretValue(
    listener: Listener<SecretEvent<1>>,
    options?: CallOptions & { secret?: Secret | null },
  ): Promise<EventSubscription> {
    const tell = (_: unknown, secret: Secret): void => listener({ secret });
    return this.registerSecretEvent(VIR_SECRET_EVENT_ID_VALUE_CHANGED, options?.secret ?? null, tell, options);
  }

  #onDomain<Id extends keyof EventPayloads['domain']>(
    eventId: Id,
    listener: Listener<DomainEvent<Id>>,
    options?: DomainOptions,
  ): Promise<EventSubscription> {
    const tell = (_: unknown, domain: Domain, details: object): void =>
      listener({ domain, ...details } as DomainEvent<Id>);
    return this.registerDomainEvent(eventId, options?.domain ?? null, tell, options);
  }
}
