/**
 * Guests of a driver-core connection: all in one wave of bulk calls, one by itself, and their statistics. What bulk
 * calls do not tell (older servers, drivers with few statistics) is asked guest by guest, all in one further wave.
 */
import type { Connection } from '../../drivers/connection.ts';
import type { DomainStatsRecord } from '../../drivers/connection/domains.ts';
import type { Domain } from '../../drivers/domain.ts';
import type { CallOptions } from '../../drivers/driver.ts';
import {
  VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE,
  VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT,
  VIR_CONNECT_LIST_DOMAINS_ACTIVE,
  VIR_CONNECT_LIST_DOMAINS_AUTOSTART,
  VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE,
  VIR_CONNECT_LIST_DOMAINS_PERSISTENT,
  VIR_DOMAIN_STATS_BALLOON,
  VIR_DOMAIN_STATS_BLOCK,
  VIR_DOMAIN_STATS_CPU_TOTAL,
  VIR_DOMAIN_STATS_INTERFACE,
  VIR_DOMAIN_STATS_STATE,
  VIR_DOMAIN_STATS_VCPU,
} from '../../drivers/enums.gen.ts';
import { VirError, VirErrorNumber } from '../../drivers/error.ts';
import {
  completeSample,
  isWholeSample,
  sampleOf,
  sizeFromInfo,
  sizesOf,
  sizeWithoutStats,
  type Size,
} from './guest-figures.ts';
import type { GuestFacts, GuestSample } from './hypervisor.ts';

const factGroups = VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_BALLOON | VIR_DOMAIN_STATS_VCPU;
const sampleGroups = VIR_DOMAIN_STATS_CPU_TOTAL | VIR_DOMAIN_STATS_BALLOON;
/**
 * With KVM, libvirt since 8.9 tells some 60 figures of every virtual CPU: megabytes for a few hundred guests. Their
 * number is all that is wanted, it hardly ever changes, and no event tells when it does.
 */
const samplesPerVcpuCount = 30;
const throughputGroups = VIR_DOMAIN_STATS_INTERFACE | VIR_DOMAIN_STATS_BLOCK;

/**
 * Guests asked one by one at a time. The server works on five calls of a client at once, so more only hides the
 * distance; calls of the user wait behind these.
 */
const singleWidth = 512;

const refusals = new Set<number>([
  VirErrorNumber.VIR_ERR_NO_SUPPORT,
  VirErrorNumber.VIR_ERR_OPERATION_UNSUPPORTED,
  VirErrorNumber.VIR_ERR_ARGUMENT_UNSUPPORTED,
  VirErrorNumber.VIR_ERR_INVALID_ARG,
]);

/** Whether the driver cannot do something at all, as opposed to failing at it now. */
export function isUnsupported(error: unknown): error is VirError {
  return error instanceof VirError && refusals.has(error.code);
}

export class CoreGuests {
  readonly #connection: Connection;
  /** By UUID, as they were last seen: servers find a guest by its UUID, so that a call needs no lookup before. */
  #known = new Map<string, Domain>();
  /** Keeps one stuck guest from holding up all; older servers do not know it. */
  #noWait: number = VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;
  #hasBulkStats = true;
  #sampleCount = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The guest to call. Fails with VIR_ERR_NO_DOMAIN at the latest when it is called. */
  async domain(uuid: string, options: CallOptions): Promise<Domain> {
    return this.#known.get(uuid) ?? (await this.#lookUp(uuid, options));
  }

  /** All guests: five calls, sent together, whatever their number. */
  async list(options: CallOptions): Promise<GuestFacts[]> {
    const connection = this.#connection;
    const [all, persistent, autostart, saved, records] = await Promise.all([
      connection.listAllDomains(0, options),
      this.#uuids(VIR_CONNECT_LIST_DOMAINS_PERSISTENT, options),
      this.#uuids(VIR_CONNECT_LIST_DOMAINS_AUTOSTART, options),
      this.#uuids(VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE, options),
      this.#stats(factGroups, 0, options),
    ]);
    this.#known = new Map(all.map((domain) => [domain.getUUIDString(), domain]));
    const sizes = sizesOf(records ?? []);
    const untold = all.filter((domain) => !sizes.has(domain.getUUIDString()));
    // A guest that fails is shown by what the list says of it.
    await forEach(untold, async (domain) => {
      const size = await this.#sizeOf(domain, options).catch(() => null);
      if (size) sizes.set(domain.getUUIDString(), size);
    });
    return all.map((domain) => {
      const uuid = domain.getUUIDString();
      return {
        ...identityOf(domain),
        ...(sizes.get(uuid) ?? sizeWithoutStats(domain.getID())),
        // A driver without these filters keeps every guest's configuration.
        isPersistent: persistent?.has(uuid) ?? true,
        isAutostart: autostart?.has(uuid) ?? false,
        hasManagedSave: saved?.has(uuid) ?? false,
      };
    });
  }

  /** One guest, in one round trip if it was seen before; null when it is gone. */
  async read(uuid: string, options: CallOptions): Promise<GuestFacts | null> {
    // Its id may have changed: that only a lookup tells.
    const lookingUp = this.#lookUp(uuid, options);
    lookingUp.catch(() => undefined);
    try {
      const known = this.#known.get(uuid) ?? (await lookingUp);
      const [domain, size, isPersistent, isAutostart, hasManagedSave] = await Promise.all([
        lookingUp,
        this.#sizeOf(known, options),
        known.isPersistent(options).catch(orIfUnsupported(true)),
        known.getAutostart(options).catch(orIfUnsupported(false)),
        known.hasManagedSaveImage(0, options).catch(orIfUnsupported(false)),
      ]);
      return { ...identityOf(domain), ...size, isPersistent, isAutostart, hasManagedSave };
    } catch (error) {
      if (!(error instanceof VirError) || error.code !== VirErrorNumber.VIR_ERR_NO_DOMAIN) throw error;
      this.#known.delete(uuid);
      return null;
    }
  }

  /** Active guests' statistics; null where the driver tells nothing of them. */
  async sample({ throughput }: { throughput: boolean }, options: CallOptions): Promise<GuestSample[] | null> {
    this.#sampleCount += 1;
    const groups =
      sampleGroups |
      (throughput ? throughputGroups : 0) |
      (this.#sampleCount % samplesPerVcpuCount === 0 ? VIR_DOMAIN_STATS_VCPU : 0);
    const records = await this.#stats(groups, VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE, options);
    const told = records ?? (await this.#activeWithoutStats(options));
    if (told === null) return null;
    const samples = told.map(({ domain, params }) => ({ domain, sample: sampleOf(params) }));
    const lacking = samples.filter(({ sample }) => !isWholeSample(sample));
    let isUnsupportedByAll = records === null && told.length > 0;
    await forEach(lacking, async (entry) => {
      try {
        entry.sample = completeSample(entry.sample, await entry.domain.getInfo(options));
        isUnsupportedByAll = false;
      } catch (error) {
        // One that just ended, or is stuck, keeps what is known of it.
        if (!isUnsupported(error)) isUnsupportedByAll = false;
      }
    });
    if (isUnsupportedByAll) return null;
    return samples.map(({ domain, sample }) => ({ uuid: domain.getUUIDString(), ...sample }));
  }

  async #lookUp(uuid: string, options: CallOptions): Promise<Domain> {
    const domain = await this.#connection.domainLookupByUUID(uuid, options);
    this.#known.set(uuid, domain);
    return domain;
  }

  async #stats(groups: number, flags: number, options: CallOptions): Promise<DomainStatsRecord[] | null> {
    if (!this.#hasBulkStats) return null;
    const noWait = this.#noWait;
    try {
      return await this.#connection.getAllDomainStats(groups, flags | noWait, options);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      // Another refusal may only mean the flag.
      if (noWait === 0 || error.code === VirErrorNumber.VIR_ERR_NO_SUPPORT) this.#hasBulkStats = false;
      this.#noWait = 0;
      return await this.#stats(groups, flags, options);
    }
  }

  async #activeWithoutStats(options: CallOptions): Promise<DomainStatsRecord[] | null> {
    const active = this.#connection.listAllDomains(VIR_CONNECT_LIST_DOMAINS_ACTIVE, options);
    const domains = await active.catch(nullIfUnsupported);
    return domains?.map((domain) => ({ domain, params: {} })) ?? null;
  }

  async #uuids(flags: number, options: CallOptions): Promise<Set<string> | null> {
    const domains = await this.#connection.listAllDomains(flags, options).catch(nullIfUnsupported);
    return domains && new Set(domains.map((domain) => domain.getUUIDString()));
  }

  async #sizeOf(domain: Domain, options: CallOptions): Promise<Size> {
    const [state, info] = await Promise.all([
      domain.getState(0, options).catch(nullIfUnsupported),
      domain.getInfo(options),
    ]);
    return sizeFromInfo(info, state);
  }
}

/** Works on all, `singleWidth` at a time. */
async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const queue = items.values();
  const next = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(singleWidth, items.length) }, next));
}

function identityOf(domain: Domain): Pick<GuestFacts, 'uuid' | 'name' | 'id'> {
  const id = domain.getID();
  return { uuid: domain.getUUIDString(), name: domain.getName(), id: id < 0 ? null : id };
}

function nullIfUnsupported(error: unknown): null {
  if (isUnsupported(error)) return null;
  throw error;
}

function orIfUnsupported<Value>(value: Value): (error: unknown) => Value {
  return (error) => {
    if (isUnsupported(error)) return value;
    throw error;
  };
}
