/** Guests of a driver-core connection: all in one wave of bulk calls, one by itself, and their statistics. */
import type { Connection } from '../../drivers/connection.ts';
import type { DomainStatsRecord } from '../../drivers/connection/domains.ts';
import type { Domain } from '../../drivers/domain.ts';
import type { CallOptions } from '../../drivers/driver.ts';
import {
  VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE,
  VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT,
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
import type { TypedParams } from '../../drivers/typed-params.ts';
import { reasonWord, stateWord } from './domain-words.ts';
import type { GuestCounters, GuestFacts, GuestSample } from './hypervisor.ts';

const factGroups = VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_BALLOON | VIR_DOMAIN_STATS_VCPU;
const sampleGroups =
  VIR_DOMAIN_STATS_STATE |
  VIR_DOMAIN_STATS_CPU_TOTAL |
  VIR_DOMAIN_STATS_BALLOON |
  VIR_DOMAIN_STATS_VCPU |
  VIR_DOMAIN_STATS_INTERFACE |
  VIR_DOMAIN_STATS_BLOCK;

/** Calls of guests one by one, where there is no bulk call, that may be under way at a time. */
const fallbackWidth = 32;

const refusals = new Set<number>([
  VirErrorNumber.VIR_ERR_NO_SUPPORT,
  VirErrorNumber.VIR_ERR_OPERATION_UNSUPPORTED,
  VirErrorNumber.VIR_ERR_ARGUMENT_UNSUPPORTED,
  VirErrorNumber.VIR_ERR_INVALID_ARG,
]);

/** Whether the driver cannot do something at all, as opposed to failing at it now. */
export function isUnsupported(error: unknown): boolean {
  return error instanceof VirError && refusals.has(error.code);
}

export class CoreGuests {
  readonly #connection: Connection;
  /** Keeps one stuck guest from holding up all; older servers do not know it. */
  #noWait: number = VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT;

  constructor(connection: Connection) {
    this.#connection = connection;
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
    const sizes = records ? sizesOf(records) : await this.#sizesOneByOne(all, options);
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

  /** One guest; null when it is gone. */
  async read(uuid: string, options: CallOptions): Promise<GuestFacts | null> {
    try {
      const domain = await this.#connection.domainLookupByUUID(uuid, options);
      const [size, isPersistent, isAutostart, hasManagedSave] = await Promise.all([
        this.#sizeOf(domain, options),
        domain.isPersistent(options).catch(orIfUnsupported(true)),
        domain.getAutostart(options).catch(orIfUnsupported(false)),
        domain.hasManagedSaveImage(0, options).catch(orIfUnsupported(false)),
      ]);
      return { ...identityOf(domain), ...size, isPersistent, isAutostart, hasManagedSave };
    } catch (error) {
      if (error instanceof VirError && error.code === VirErrorNumber.VIR_ERR_NO_DOMAIN) return null;
      throw error;
    }
  }

  /** Active guests' statistics in one call; null where the driver has no such call. */
  async sample(options: CallOptions): Promise<GuestSample[] | null> {
    const records = await this.#stats(sampleGroups, VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE, options);
    return records?.map(({ domain, params }) => ({ uuid: domain.getUUIDString(), ...sampleOf(params) })) ?? null;
  }

  async #stats(groups: number, flags: number, options: CallOptions): Promise<DomainStatsRecord[] | null> {
    const noWait = this.#noWait;
    try {
      return await this.#connection.getAllDomainStats(groups, flags | noWait, options);
    } catch (error) {
      if (!isUnsupported(error)) throw error;
      if (noWait === 0) return null;
      this.#noWait = 0;
      return await this.#stats(groups, flags, options);
    }
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
    const word = stateWord(state?.state ?? info.state);
    return {
      state: word,
      stateReason: state ? reasonWord(word, state.reason) : '',
      vcpus: info.nrVirtCpu,
      maxMemoryKiB: Number(info.maxMem),
      memoryKiB: Number(info.memory),
    };
  }

  /** For drivers without bulk statistics. A guest that fails is shown by what the list says of it. */
  async #sizesOneByOne(domains: Domain[], options: CallOptions): Promise<Map<string, Size>> {
    const sizes = new Map<string, Size>();
    const queue = domains.values();
    const work = async (): Promise<void> => {
      for (const domain of queue) {
        const size = await this.#sizeOf(domain, options).catch(() => null);
        if (size) sizes.set(domain.getUUIDString(), size);
      }
    };
    await Promise.all(Array.from({ length: fallbackWidth }, work));
    return sizes;
  }
}

type Size = Pick<GuestFacts, 'state' | 'stateReason' | 'vcpus' | 'maxMemoryKiB' | 'memoryKiB'>;

function identityOf(domain: Domain): Pick<GuestFacts, 'uuid' | 'name' | 'id'> {
  const id = domain.getID();
  return { uuid: domain.getUUIDString(), name: domain.getName(), id: id < 0 ? null : id };
}

function sizesOf(records: DomainStatsRecord[]): Map<string, Size> {
  return new Map(
    records.map(({ domain, params }) => {
      const state = stateWord(numberOf(params, 'state.state') ?? 0);
      const maxMemoryKiB = numberOf(params, 'balloon.maximum') ?? 0;
      const size: Size = {
        state,
        stateReason: reasonWord(state, numberOf(params, 'state.reason') ?? 0),
        vcpus: numberOf(params, 'vcpu.current') ?? numberOf(params, 'vcpu.maximum') ?? 0,
        maxMemoryKiB,
        memoryKiB: numberOf(params, 'balloon.current') ?? maxMemoryKiB,
      };
      return [domain.getUUIDString(), size];
    }),
  );
}

function sizeWithoutStats(id: number): Size {
  return { state: id < 0 ? 'shutoff' : 'running', stateReason: '', vcpus: 0, maxMemoryKiB: 0, memoryKiB: 0 };
}

function sampleOf(params: TypedParams): Omit<GuestSample, 'uuid'> {
  return {
    vcpus: numberOf(params, 'vcpu.current'),
    maxMemoryKiB: numberOf(params, 'balloon.maximum'),
    memoryKiB: numberOf(params, 'balloon.current'),
    counters: countersOf(params),
  };
}

/** Totals over all of a guest's disks and interfaces: `block.<n>.rd.bytes`, `net.<n>.rx.bytes`. */
function countersOf(params: TypedParams): GuestCounters {
  const totals: Record<string, bigint> = {};
  for (const [field, value] of Object.entries(params)) {
    if (!field.endsWith('.bytes') || typeof value !== 'bigint') continue;
    const match = /^(block|net)\.\d+\.(rd|wr|rx|tx)\.bytes$/.exec(field);
    if (match) totals[`${match[1]}.${match[2]}`] = (totals[`${match[1]}.${match[2]}`] ?? 0n) + value;
  }
  const cpuTime = params['cpu.time'];
  return {
    cpuTimeNs: typeof cpuTime === 'bigint' ? cpuTime : null,
    memoryUsedKiB: memoryUsed(params),
    diskReadBytes: totals['block.rd'] ?? null,
    diskWriteBytes: totals['block.wr'] ?? null,
    netReceiveBytes: totals['net.rx'] ?? null,
    netTransmitBytes: totals['net.tx'] ?? null,
  };
}

/** What the guest itself says it uses, where its balloon driver tells; else what the host gave it. */
function memoryUsed(params: TypedParams): number | null {
  const available = numberOf(params, 'balloon.available');
  const free = numberOf(params, 'balloon.usable') ?? numberOf(params, 'balloon.unused');
  if (available !== null && free !== null && available >= free) return available - free;
  const current = numberOf(params, 'balloon.current');
  const resident = numberOf(params, 'balloon.rss');
  // The emulator's own memory is in it, too: more than the guest has is not the guest's.
  return resident === null || current === null ? current : Math.min(resident, current);
}

function numberOf(params: TypedParams, field: string): number | null {
  const value = params[field];
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
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
