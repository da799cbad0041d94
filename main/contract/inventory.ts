/**
 * The inventory: every guest of every connection, as a snapshot followed by patches with a revision.
 * The renderer never polls. A patch applies to revision N and makes N + 1; a gap means: subscribe again.
 */
import type { Unlisten } from './connections.ts';

/** libvirt's virDomainState, by name; `unknown` also stands for guests of a lost connection. */
export type DomainState =
  | 'nostate'
  | 'running'
  | 'blocked'
  | 'paused'
  | 'shutdown'
  | 'shutoff'
  | 'crashed'
  | 'pmsuspended'
  | 'unknown';

/** Something was asked of the guest and its event has not come yet. */
export type PendingOperation =
  | 'starting'
  | 'shutting-down'
  | 'rebooting'
  | 'resetting'
  | 'forcing-off'
  | 'pausing'
  | 'resuming'
  | 'saving'
  | 'deleting';

export interface GuestRow {
  /** `${connectionId}/${uuid}`: unique over all hosts. */
  key: string;
  connectionId: string;
  uuid: string;
  name: string;
  title: string;
  state: DomainState;
  /** Reason for the state in libvirt's words (`booted`, `destroyed`, `crashed`, ...); empty when unknown. */
  stateReason: string;
  /** Hypervisor's id while active, else null. */
  id: number | null;
  isPersistent: boolean;
  isAutostart: boolean;
  hasManagedSave: boolean;
  vcpus: number;
  maxMemoryKiB: number;
  memoryKiB: number;
  pending: PendingOperation | null;
  /** Newest statistics; null while inactive or unknown. */
  stats: GuestStats | null;
}

export interface GuestStats {
  /** Share of the guest's own vCPUs, 0 to 100. */
  cpuPercent: number | null;
  /** Memory the guest uses, in KiB (balloon statistics where the guest tells, else what it holds). */
  memoryUsedKiB: number | null;
  /** Throughput is null while no window shows it. */
  diskReadBytesPerSecond: number | null;
  diskWriteBytesPerSecond: number | null;
  netReceiveBytesPerSecond: number | null;
  netTransmitBytesPerSecond: number | null;
}

/** One sample of the history behind a sparkline. */
export interface StatsSample {
  timeMs: number;
  cpuPercent: number | null;
  memoryUsedKiB: number | null;
}

export interface NetworkRow {
  key: string;
  connectionId: string;
  uuid: string;
  name: string;
  bridge: string;
  isActive: boolean;
  isPersistent: boolean;
  isAutostart: boolean;
}

export interface StoragePoolRow {
  key: string;
  connectionId: string;
  uuid: string;
  name: string;
  state: 'inactive' | 'building' | 'running' | 'degraded' | 'inaccessible';
  isAutostart: boolean;
  capacityBytes: number;
  allocationBytes: number;
  availableBytes: number;
}

export interface InventorySnapshot {
  kind: 'snapshot';
  revision: number;
  guests: GuestRow[];
  networks: NetworkRow[];
  storagePools: StoragePoolRow[];
}

/** Rows replaced or added whole (`upsert`), changed in part (`change`), or gone (`remove`, by key). */
export interface RowPatch<Row extends { key: string }> {
  upsert?: Row[];
  change?: (Pick<Row, 'key'> & Partial<Row>)[];
  remove?: string[];
}

export interface InventoryPatch {
  kind: 'patch';
  revision: number;
  guests?: RowPatch<GuestRow>;
  networks?: RowPatch<NetworkRow>;
  storagePools?: RowPatch<StoragePoolRow>;
}

export type InventoryMessage = InventorySnapshot | InventoryPatch;

export interface InventoryService {
  /** First event: a snapshot. Then patches, at most one a frame (16 ms). */
  onDidChange: (listener: (message: InventoryMessage) => void) => Unlisten;
  /**
   * Told after each sample of disk and network throughput. These cost a host more than all other statistics, so it is
   * asked for them only while somebody listens: a window does as long as it shows them.
   */
  onDidSampleThroughput: (listener: (sample: { timeMs: number }) => void) => Unlisten;
  /** The kept history of one guest, oldest first (at most 300 samples). */
  history(key: string): Promise<StatsSample[]>;
}
