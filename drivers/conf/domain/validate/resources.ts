/** What is refused of memory, processors and their tuning. */
import { parseBitmap } from '../../schema/bitmap.ts';
import type { ParseContext } from '../../schema/index.ts';
import type { DomainDef } from '../schema.ts';
import {
  type Check,
  contradictory,
  duplicate,
  illegal,
  pointingAt,
  runChecks,
  unsupported,
  withCode,
} from './check.ts';

const nodesOf = (text: string | undefined): number[] => (text === undefined ? [] : (parseBitmap(text) ?? []));
const cellsOf = (def: DomainDef) => def.cpu?.numa?.cells ?? [];
const overlap = (one: readonly number[], other: readonly number[]): boolean => one.some((bit) => other.includes(bit));

/** libvirt's bounds on control groups. */
const minPeriod = 1000n;
const maxPeriod = 1_000_000n;
const maxQuota = 18_446_744_073_709_551n;

function hugepagesRefusal(def: DomainDef): string | undefined {
  const pages = def.memoryBacking?.hugepages?.pages ?? [];
  const last = cellsOf(def).length - 1;
  for (const [index, page] of pages.entries()) {
    for (const other of pages.slice(0, index)) {
      if (page.nodeset === undefined && other.nodeset === undefined)
        return `two master hugepages detected: ${page.size} and ${other.size}`;
      if (overlap(nodesOf(page.nodeset), nodesOf(other.nodeset)))
        return `nodeset attribute of hugepages of sizes ${page.size} and ${other.size} intersect`;
    }
    // Without nodes of its own a guest has one, of number 0.
    const missing = nodesOf(page.nodeset).find((node) => node > Math.max(last, 0));
    if (missing !== undefined) return `hugepages: node ${missing} not found`;
  }
  return undefined;
}

function cputuneRefusal(def: DomainDef): string | undefined {
  const { cputune } = def;
  if (cputune === undefined) return undefined;
  const { shares = 0n } = cputune;
  if (shares > 0n && (shares < 2n || shares > 262144n)) return "Value of cputune 'shares' must be in range [2, 262144]";
  const periods: readonly [string, bigint | undefined][] = [
    ['period', cputune.period],
    ['global_period', cputune.globalPeriod],
    ['emulator_period', cputune.emulatorPeriod],
    ['iothread_period', cputune.iothreadPeriod],
  ];
  for (const [name, value = 0n] of periods) {
    if (value > 0n && (value < minPeriod || value > maxPeriod))
      return `Value of cputune '${name}' must be in range [${minPeriod}, ${maxPeriod}]`;
  }
  const quotas: readonly [string, bigint | undefined][] = [
    ['quota', cputune.quota],
    ['global_quota', cputune.globalQuota],
    ['emulator_quota', cputune.emulatorQuota],
    ['iothread_quota', cputune.iothreadQuota],
  ];
  for (const [name, value = 0n] of quotas) {
    if (value > 0n && (value < minPeriod || value > maxQuota))
      return `Value of cputune '${name}' must be in range [${minPeriod}, ${maxQuota}]`;
  }
  return undefined;
}

interface Pool {
  threadPoolMin?: number | undefined;
  threadPoolMax?: number | undefined;
}

function poolRefusal({ threadPoolMin, threadPoolMax }: Pool): string | undefined {
  if (threadPoolMax === 0) return 'thread_pool_max must be a positive integer';
  return (threadPoolMin ?? -1) > (threadPoolMax ?? threadPoolMin ?? -1)
    ? 'thread_pool_min must be smaller or equal to thread_pool_max'
    : undefined;
}

function topologyRefusal(def: DomainDef): string | undefined {
  const topology = def.cpu?.topology;
  if (topology === undefined) return undefined;
  const { sockets, dies, clusters = 1, cores, threads } = topology;
  return sockets * dies * clusters * cores * threads > 0xffffffff
    ? `cpu topology results in more than ${0xffffffff} cpus`
    : undefined;
}

function cachetuneRefusal(def: DomainDef): string | undefined {
  const tunes = def.cputune?.cachetunes ?? [];
  const allocated = new Set<string>();
  for (const [index, tune] of tunes.entries()) {
    const cpus = nodesOf(tune.vcpus);
    for (const other of tunes.slice(0, index)) {
      if (other.vcpus === tune.vcpus) return 'Identical vcpus in cachetunes found';
      if (overlap(nodesOf(other.vcpus), cpus)) return 'Overlapping vcpus in cachetunes';
    }
    const own = new Set<string>();
    for (const part of tune.parts) {
      if (part.kind === 'monitor') continue;
      const { id, level, type } = part.value;
      const kinds = type === 'both' ? ['both', 'code', 'data'] : [type, 'both'];
      const clash = kinds.find((kind) => own.has(`${level}/${id}/${kind}`));
      if (clash !== undefined)
        return `Colliding cache allocations for cache level '${level}' id '${id}', type '${type}'`;
      own.add(`${level}/${id}/${type}`);
      allocated.add(`${level}/${id}/${type}`);
    }
  }
  return undefined;
}

function monitorRefusal(def: DomainDef): string | undefined {
  for (const tune of [...(def.cputune?.cachetunes ?? []), ...(def.cputune?.memorytunes ?? [])]) {
    const cpus = nodesOf(tune.vcpus);
    const monitors = tune.parts
      .filter(({ kind }) => kind === 'monitor')
      .map(({ value }) => nodesOf((value as { vcpus: string }).vcpus));
    for (const [index, watched] of monitors.entries()) {
      const isWhole = watched.length === cpus.length && watched.every((cpu) => cpus.includes(cpu));
      if (!isWhole && !watched.every((cpu) => cpus.includes(cpu))) return 'Monitor vcpus conflicts with allocation';
      if (monitors.slice(0, index).some((other) => overlap(other, watched) && !isWhole && other.length !== cpus.length))
        return 'Monitor vcpus conflicts with monitors';
    }
  }
  return undefined;
}

function memorytuneRefusal(def: DomainDef): string | undefined {
  for (const tune of def.cputune?.memorytunes ?? []) {
    const node = duplicate(tune.parts.flatMap((part) => (part.kind === 'node' ? [part.value.id] : [])));
    if (node !== undefined) return `Memory Bandwidth already defined for node ${node}`;
  }
  return undefined;
}

function numaRefusal(def: DomainDef): string | undefined {
  const cells = cellsOf(def);
  const ids = new Set(cells.map(({ id }) => id));
  if (cells.some((_cell, index) => !ids.has(index))) {
    return "Exactly one 'cell' element per guest NUMA cell allowed, non-contiguous ranges or ranges not starting from 0 are not allowed";
  }
  const cpu = duplicate(cells.flatMap(({ cpus }) => nodesOf(cpus)));
  return cpu === undefined ? undefined : 'NUMA cells have overlapping vCPU ids';
}

const numatuneOf = ({ numatune }: DomainDef) => numatune;
const numaOf = ({ cpu }: DomainDef) => cpu?.numa;
const cputuneOf = ({ cputune }: DomainDef) => cputune;

const checks: readonly Check<DomainDef>[] = [
  pointingAt(numaOf, illegal(numaRefusal)),
  pointingAt(({ memoryBacking }) => memoryBacking?.hugepages, contradictory(hugepagesRefusal)),
  pointingAt(cputuneOf, unsupported(cputuneRefusal)),
  pointingAt(({ cpu }) => cpu?.topology, unsupported(topologyRefusal)),
  pointingAt(cputuneOf, illegal(cachetuneRefusal)),
  pointingAt(cputuneOf, withCode('VIR_ERR_INVALID_ARG', monitorRefusal)),
  pointingAt(cputuneOf, illegal(memorytuneRefusal)),
  pointingAt(
    ({ blkiotune }) => blkiotune,
    unsupported(({ blkiotune }) => {
      const path = duplicate((blkiotune?.devices ?? []).map((device) => device.path));
      return path !== undefined && `duplicate blkio device path '${path}'`;
    }),
  ),
  pointingAt(
    ({ iothreadids, defaultiothread }) => iothreadids ?? defaultiothread,
    unsupported(({ iothreadids, defaultiothread }) => {
      const threads = [...(iothreadids?.iothreads ?? []), ...(defaultiothread === undefined ? [] : [defaultiothread])];
      return threads.map(poolRefusal).find((refusal) => refusal !== undefined);
    }),
  ),
  ...(
    [
      illegal(
        ({ numatune }, def) =>
          (numatune?.memnodes.length ?? 0) > 0 &&
          cellsOf(def).length === 0 &&
          "Element 'memnode' is invalid without any guest NUMA cells",
      ),
      illegal(({ numatune }) => {
        const cell = duplicate((numatune?.memnodes ?? []).map(({ cellid }) => cellid));
        return cell !== undefined && `Multiple 'memnode' elements with cellid ${cell}`;
      }),
      illegal(({ numatune }, def) => {
        const beyond = (numatune?.memnodes ?? []).find(({ cellid }) => cellid >= cellsOf(def).length);
        return (
          beyond !== undefined && "Argument 'cellid' in 'memnode' element must correspond to existing guest's NUMA cell"
        );
      }),
      unsupported(
        ({ numatune }) =>
          numatune?.memory?.placement === 'auto' &&
          numatune.memnodes.length > 0 &&
          'Per-node binding is not compatible with automatic NUMA placement.',
      ),
      unsupported(
        ({ numatune }) =>
          numatune?.memory?.nodeset !== undefined &&
          nodesOf(numatune.memory.nodeset).length === 0 &&
          `Invalid value of 'nodeset': ${numatune.memory.nodeset}; allowed: a set of nodes such as 0-3,^2`,
      ),
    ] satisfies readonly Check<DomainDef>[]
  ).map((check) => pointingAt(numatuneOf, check)),
];

export function validateResources(def: DomainDef, context: ParseContext): void {
  runChecks(checks, def, def, context);
}
