/** A guest of the test driver: its definitions, its state and what it has done so far. It calls nothing by itself. */
import { VIR_DOMAIN_AFFECT_CONFIG, VIR_DOMAIN_AFFECT_LIVE, VIR_DOMAIN_SHUTOFF } from '../enums.gen.ts';
import type { DomainBackupDef, DomainCheckpointDef, DomainSnapshotDef } from '../conf/index.ts';
import type { DomainRef } from '../driver.ts';
import type { Clock } from './clock.ts';
import type { DomainConfig } from './domain-config.ts';
import { testError } from './errors.ts';
import { GuestAgent } from './guest-agent.ts';
import { GuestLoad } from './guest-load.ts';
import { isActiveState, isMovingState, type StateAndReason } from './life-cycle.ts';
import { MomentTree, type Moment } from './moment-tree.ts';
import type { ObjectList } from './object-list.ts';
import type { EchoConsole } from './streams.ts';

/** A snapshot and the guest's definition then; null where it was redefined without one. */
export interface Snapshot extends Moment {
  /** Without domain and parent. */
  def: DomainSnapshotDef;
  config: DomainConfig | null;
}

/** A checkpoint, the bitmaps it began and the guest's definition then. */
export interface Checkpoint extends Moment {
  /** Without domain and parent. */
  def: DomainCheckpointDef;
  config: DomainConfig;
}

/** Polling times of an IO thread. */
export interface IothreadPoll {
  maxNs: bigint;
  grow: number;
  shrink: number;
}

/** A dirty-rate measurement: when it began, and how long it takes. */
export interface DirtyRate {
  startSeconds: number;
  periodSeconds: number;
}

/** What can be asked of a change: the running guest, its stored configuration, or both. */
export interface Targets {
  live: boolean;
  config: boolean;
}

export class DomainObj {
  name: string;
  readonly uuid: string;
  /** -1 while inactive. */
  id = -1;
  state: StateAndReason = { state: VIR_DOMAIN_SHUTOFF, reason: 0 };
  /** What runs; while the guest is inactive, what would run. */
  config: DomainConfig;
  /** While the guest is active: what the next start uses. Null for a transient guest and while inactive. */
  nextConfig: DomainConfig | null = null;
  isPersistent = false;
  isAutostart = false;
  isAutostartOnce = false;
  /** The definition inside the managed save image, if there is one. */
  managedSave: DomainConfig | null = null;
  readonly snapshots = new MomentTree<Snapshot>();
  readonly checkpoints = new MomentTree<Checkpoint>();
  readonly consoles = new Map<string, EchoConsole>();
  readonly agent = new GuestAgent();
  readonly load: GuestLoad;
  /** The last dirty-rate measurement. */
  dirtyRate: DirtyRate | null = null;
  schedulerWeight = 50;
  /** The backup that someone may be pulling. */
  backup: DomainBackupDef | null = null;
  /** Sizes of disks that were resized, in bytes by target. */
  readonly diskSizes = new Map<string, bigint>();
  /** vCPUs the guest started with: its CPU time is theirs, also after some were added. */
  busyVcpus = 0;
  readonly #iothreadPolls = new Map<number, IothreadPoll>();
  readonly #clock: Clock;
  /** Milliseconds the processors ran before `#movingSinceMs`. */
  #ranMs = 0;
  #movingSinceMs: number | null = null;

  constructor(config: DomainConfig, clock: Clock) {
    this.name = config.name;
    this.uuid = config.uuid;
    this.config = config;
    this.load = new GuestLoad(config.uuid);
    this.#clock = clock;
  }

  get ref(): DomainRef {
    return { name: this.name, uuid: this.uuid, id: this.id };
  }

  get isActive(): boolean {
    return isActiveState(this.state.state);
  }

  /** The definition that outlives the running guest. */
  get persistentConfig(): DomainConfig {
    return this.nextConfig ?? this.config;
  }

  setState(next: StateAndReason): void {
    this.state = next;
    const moves = isMovingState(next.state);
    if (moves && this.#movingSinceMs === null) this.#movingSinceMs = this.#clock.nowMs();
    if (!moves && this.#movingSinceMs !== null) {
      this.#ranMs = this.ranSeconds * 1000;
      this.#movingSinceMs = null;
    }
  }

  /** Seconds the guest's processors ran since it started; 0 while inactive. */
  get ranSeconds(): number {
    const moving = this.#movingSinceMs === null ? 0 : this.#clock.nowMs() - this.#movingSinceMs;
    return (this.#ranMs + moving) / 1000;
  }

  /** When the guest started, were it never paused; milliseconds since 1970. */
  get bootTimeMs(): number {
    return this.#clock.nowMs() - this.ranSeconds * 1000;
  }

  /** Polling of an IO thread, which is not part of its definition. */
  iothreadPoll(id: number): IothreadPoll {
    return this.#iothreadPolls.get(id) ?? { maxNs: 32_768n, grow: 0, shrink: 0 };
  }

  setIothreadPoll(id: number, poll: IothreadPoll): void {
    this.#iothreadPolls.set(id, poll);
  }

  /** Begins the count of running time; a guest that was found running has been up for a while. */
  resetRunTime(seconds: number): void {
    this.busyVcpus = this.config.vcpus;
    this.#ranMs = seconds * 1000;
    this.#movingSinceMs = isMovingState(this.state.state) ? this.#clock.nowMs() : null;
  }

  /** Puts in place what runs and what the next start uses, as virDomainObjSetDefTransient does. */
  beginLiveConfig(): void {
    if (this.isPersistent && this.nextConfig === null) this.nextConfig = this.config;
  }

  /** Forgets what ran, as virDomainObjRemoveTransientDef does. */
  endLiveConfig(): void {
    if (this.nextConfig !== null) this.config = this.nextConfig;
    this.nextConfig = null;
  }

  /** Which definitions `flags` (VIR_DOMAIN_AFFECT_*) mean. Throws where the guest has no such definition. */
  targets(flags: number): Targets {
    const asked = flags & (VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG);
    const wanted = asked === 0 ? (this.isActive ? VIR_DOMAIN_AFFECT_LIVE : VIR_DOMAIN_AFFECT_CONFIG) : asked;
    if (wanted & VIR_DOMAIN_AFFECT_LIVE && !this.isActive) {
      throw testError('VIR_ERR_OPERATION_INVALID', 'domain is not running');
    }
    if (wanted & VIR_DOMAIN_AFFECT_CONFIG && !this.isPersistent) {
      throw testError('VIR_ERR_OPERATION_INVALID', 'transient domains do not have any persistent configuration');
    }
    return { live: (wanted & VIR_DOMAIN_AFFECT_LIVE) !== 0, config: (wanted & VIR_DOMAIN_AFFECT_CONFIG) !== 0 };
  }

  /** The one definition that a reading call means. */
  oneConfig(flags: number): DomainConfig {
    return this.oneTarget(flags).live ? this.config : this.persistentConfig;
  }

  /** As `targets`, for calls that take only one of the two. */
  oneTarget(flags: number): Targets {
    const targets = this.targets(flags);
    if (targets.live && targets.config) {
      throw testError(
        'VIR_ERR_INVALID_ARG',
        "Flags 'VIR_DOMAIN_AFFECT_LIVE' and 'VIR_DOMAIN_AFFECT_CONFIG' are mutually exclusive",
      );
    }
    return targets;
  }

  /** Changes the definitions that are meant, one by one. Nothing is changed where `change` throws. */
  editConfig(targets: Targets, change: (config: DomainConfig) => DomainConfig): void {
    const live = targets.live ? change(this.config) : null;
    const stored = targets.config ? change(this.persistentConfig) : null;
    if (live !== null) this.config = live;
    if (stored === null) return;
    if (this.isActive) this.nextConfig = stored;
    else this.config = stored;
  }

  /** Throws unless the guest is active. */
  assertActive(): void {
    if (!this.isActive) throw testError('VIR_ERR_OPERATION_INVALID', 'domain is not running');
  }
}

/** The guest that a reference means. Throws NO_DOMAIN. */
export function domainOf(domains: ObjectList<DomainObj>, ref: DomainRef): DomainObj {
  const domain = domains.byUuid(ref.uuid);
  if (domain) return domain;
  throw testError('VIR_ERR_NO_DOMAIN', `no domain with matching uuid '${ref.uuid}' (${ref.name})`);
}
