/**
 * What the host needs of one open connection, in the contract's words and no more. The driver core fills it
 * (core-hypervisor.ts), and in tests a fake. 64-bit counters stay bigint up to here; rates are made of them later.
 */
import type { Duplex } from 'node:stream';
import type { Call } from '../call.ts';
import type { DomainOperation, DomainState, HostInfo, QuestionFacts, StoragePoolRow } from '../contract/index.ts';
import type { Unlisten } from '../emitter.ts';
import type { HypervisorStorage } from './hypervisor-storage.ts';

/** Running totals of a guest; null where the hypervisor does not tell. */
export interface GuestCounters {
  cpuTimeNs: bigint | null;
  memoryUsedKiB: number | null;
  diskReadBytes: bigint | null;
  diskWriteBytes: bigint | null;
  netReceiveBytes: bigint | null;
  netTransmitBytes: bigint | null;
}

/** A guest as it is now. */
export interface GuestFacts {
  uuid: string;
  name: string;
  /** Null while inactive. */
  id: number | null;
  state: DomainState;
  stateReason: string;
  isPersistent: boolean;
  isAutostart: boolean;
  hasManagedSave: boolean;
  vcpus: number;
  maxMemoryKiB: number;
  memoryKiB: number;
}

/** One guest in a bulk sample; only active guests are in it. */
export interface GuestSample {
  uuid: string;
  /** Sizes are null where this sample does not tell them: they are as they were. */
  vcpus: number | null;
  maxMemoryKiB: number | null;
  memoryKiB: number | null;
  counters: GuestCounters;
}

export interface NetworkFacts {
  uuid: string;
  name: string;
  bridge: string;
  isActive: boolean;
  isPersistent: boolean;
  isAutostart: boolean;
}

export interface StoragePoolFacts {
  uuid: string;
  name: string;
  state: StoragePoolRow['state'];
  isAutostart: boolean;
  capacityBytes: number;
  allocationBytes: number;
  availableBytes: number;
}

/** A step in a guest's life; `state` is null where the step leaves it as it is (defined, undefined). */
export interface GuestLifeCycle {
  kind: 'guest-life-cycle';
  uuid: string;
  name: string;
  id: number | null;
  step:
    | 'defined'
    | 'undefined'
    | 'started'
    | 'suspended'
    | 'resumed'
    | 'stopped'
    | 'shutdown'
    | 'pmsuspended'
    | 'crashed';
  state: DomainState | null;
  stateReason: string;
}

export type HypervisorEvent =
  | GuestLifeCycle
  | { kind: 'guest-rebooted'; uuid: string }
  /** Its definition, devices, title or saved state changed. */
  | { kind: 'guest-changed'; uuid: string }
  | { kind: 'guest-balloon'; uuid: string; memoryKiB: number }
  | { kind: 'network'; uuid: string }
  | { kind: 'storage-pool'; uuid: string };

/** A picture as the hypervisor gave it. */
export interface RawScreenshot {
  mime: string;
  data: Uint8Array;
}

/** A serial console's bytes, pulled: what is not read holds the far side back. */
export interface ConsoleStream {
  /** Next piece; null at the end. One read at a time; fails when the stream breaks. */
  read(): Promise<Uint8Array | null>;
  /** Settles when the bytes were handed on, which is the back-pressure. */
  write(data: Uint8Array): Promise<void>;
  /** Ends it at once; a read under way then settles. Never fails. */
  abort(): Promise<void>;
}

/** Where something listens, as the host itself would say it. */
export type HostAddress = { path: string } | { host: string; port: number };

export interface Hypervisor {
  /** Whether guests' consoles that listen on this machine's loopback can be reached. */
  readonly isLocal: boolean;
  /** Host named in the URI, '' for this machine. */
  readonly hostName: string;
  readonly isReadonly: boolean;
  /** Whether `openTunnel` works: the connection's own log-in reaches what listens on the host. */
  readonly hasTunnel: boolean;
  /** Whether the driver can open serial consoles at all. */
  readonly canOpenConsole: boolean;
  readonly storage: HypervisorStorage;
  hostInfo(call?: Call): Promise<HostInfo>;
  /** Every guest in a fixed number of round trips. */
  listGuests(call?: Call): Promise<GuestFacts[]>;
  /** One guest; null when it is gone. */
  readGuest(uuid: string, call?: Call): Promise<GuestFacts | null>;
  /**
   * Statistics of all active guests in at most three round trips; null where the hypervisor tells nothing of them.
   * Without `throughput` the counters of disks and interfaces are null: they are most of the work and of the bytes.
   */
  sampleGuests(what: { throughput: boolean }, call?: Call): Promise<GuestSample[] | null>;
  listNetworks(call?: Call): Promise<NetworkFacts[]>;
  listStoragePools(call?: Call): Promise<StoragePoolFacts[]>;
  /** Registers for every event there is; answers false where the hypervisor has no guest events at all. */
  subscribe(listener: (event: HypervisorEvent) => void, call?: Call): Promise<boolean>;
  perform(uuid: string, operation: DomainOperation, call?: Call): Promise<void>;
  domainXml(uuid: string, view: 'live' | 'inactive', call?: Call): Promise<string>;
  /** The live XML, with its secrets where this connection may see them: it tells whether a screen has a password. */
  consoleXml(uuid: string, call?: Call): Promise<string>;
  /** Null where the hypervisor cannot take one. */
  screenshot(uuid: string, call?: Call): Promise<RawScreenshot | null>;
  /** `device` is the alias of a serial or console device, null for the first one. */
  openConsole(uuid: string, device: string | null, options: { force: boolean }, call?: Call): Promise<ConsoleStream>;
  /** A connection that starts on the host and comes through the log-in there. Fails without `hasTunnel`. */
  openTunnel(address: HostAddress, call?: Call): Promise<Duplex>;
  /** Told once when the connection was lost; not after an own `close`. */
  onDidClose(listener: (error: Error) => void): Unlisten;
  close(): Promise<void>;
}

export interface OpenHypervisorOptions {
  readonly: boolean;
  /** Aborting it gives the attempt up. */
  signal: AbortSignal;
  /** Asks what the log-in wants to know; null: there is no answer. `signal`: the question does not matter any more. */
  ask: (question: QuestionFacts, signal?: AbortSignal) => Promise<string[] | null>;
}

/** Opens a hypervisor; the real one is the driver core. */
export type OpenHypervisor = (uri: string, options: OpenHypervisorOptions) => Promise<Hypervisor>;
