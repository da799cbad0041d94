/** One whole test host: everything that its connections share. */
import type { NWFilterBindingDef } from '../conf/index.ts';
import type { DomainRef } from '../driver.ts';
import type { NodeGetInfoResult } from '../driver-slots.gen.ts';
import { defaultCells, defaultNodeInfo, type NumaCell } from './capabilities.ts';
import type { Clock } from './clock.ts';
import type { DomainConfig } from './domain-config.ts';
import { domainOf, DomainObj } from './domain-obj.ts';
import { testError } from './errors.ts';
import { EventBus } from './event-bus.ts';
import { GuestLoad } from './guest-load.ts';
import type { InterfaceObj } from './interface.ts';
import type { NetworkObj } from './network-obj.ts';
import type { NodeDeviceObj } from './node-device-obj.ts';
import type { NWFilterObj } from './nwfilter.ts';
import { ObjectList } from './object-list.ts';
import type { SecretObj } from './secret.ts';
import { DataBudget } from './sparse-data.ts';
import type { StoragePoolObj } from './storage-pool-obj.ts';

/** A user that a node file names; a null password is not asked for. */
export interface TestUser {
  name: string;
  password: string | null;
}

export interface TestNodeOptions {
  clock: Clock;
  /** `test:///default` has NUMA cells; a node file's host has none. */
  hasCells: boolean;
}

export class TestNode {
  readonly clock: Clock;
  readonly events = new EventBus();
  readonly budget = new DataBudget();
  readonly cells: readonly NumaCell[];
  readonly users: TestUser[] = [];
  readonly domains = new ObjectList<DomainObj>('domain');
  readonly networks = new ObjectList<NetworkObj>('network');
  readonly pools = new ObjectList<StoragePoolObj>('pool');
  /** By name. Replaced as a whole when a transaction is rolled back. */
  interfaces = new Map<string, InterfaceObj>();
  /** As they were when the transaction that is under way began. */
  interfacesBefore: Map<string, InterfaceObj> | null = null;
  readonly devices = new Map<string, NodeDeviceObj>();
  /** By UUID. */
  readonly secrets = new Map<string, SecretObj>();
  readonly nwfilters = new ObjectList<NWFilterObj>('filter');
  /** By the device of the host they are on. */
  readonly nwfilterBindings = new Map<string, NWFilterBindingDef>();
  readonly load = new GuestLoad('host');
  readonly memoryParameters = new Map([
    ['shm_pages_to_scan', 100],
    ['shm_sleep_millisecs', 200],
    ['shm_merge_across_nodes', 1],
  ]);
  info: NodeGetInfoResult = { ...defaultNodeInfo };
  readonly #startedMs: number;
  #nextDomainId = 1;

  constructor({ clock, hasCells }: TestNodeOptions) {
    this.clock = clock;
    this.cells = hasCells ? defaultCells : [];
    this.#startedMs = clock.nowMs();
  }

  /** Seconds the host has been up: since before it was opened. */
  get upSeconds(): number {
    return this.load.uptimeSeconds + (this.clock.nowMs() - this.#startedMs) / 1000;
  }

  takeDomainId(): number {
    return this.#nextDomainId++;
  }

  /** The guest that a reference means. Throws NO_DOMAIN. */
  readonly domainOf = (ref: DomainRef): DomainObj => domainOf(this.domains, ref);

  /** Puts a definition in the list: a new guest, or the next start's definition of one that is there. */
  claimDefinition(config: DomainConfig): { domain: DomainObj; isNew: boolean } {
    const known = this.domains.claim(config.name, config.uuid);
    if (!known) {
      const domain = new DomainObj(config, this.clock);
      this.domains.add(domain);
      return { domain, isNew: true };
    }
    if (known.isActive) known.nextConfig = config;
    else known.config = config;
    return { domain: known, isNew: false };
  }

  /** The guest that is about to run with this definition; one that is there keeps its own for the next start. */
  claimLive(config: DomainConfig): DomainObj {
    const known = this.domains.claim(config.name, config.uuid);
    if (known?.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `domain '${config.name}' is already active`);
    if (!known) return this.claimDefinition(config).domain;
    known.nextConfig ??= known.config;
    known.config = config;
    return known;
  }
}
