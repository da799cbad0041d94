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

/** libvirt's bounds on control groups. */
const minPeriod = 1000n;
const maxPeriod = 1_000_000n;
const maxQuota = 18_446_744_073_709_551n;

function hugepagesRefusal(def: DomainDef): string | undefined {
  const last = Math.max(cellsOf(def).length - 1, 0);
  const sizes = new Map<number, bigint>();
  let master: bigint | undefined;
  for (const { size, nodeset } of def.memoryBacking?.hugepages?.pages ?? []) {
    if (nodeset === undefined) {
      if (master !== undefined) return `two master hugepages detected: ${size} and ${master}`;
      master = size;
      continue;
    }
    for (const node of nodesOf(nodeset)) {
      const other = sizes.get(node);
      if (other !== undefined) return `nodeset attribute of hugepages of sizes ${size} and ${other} intersect`;
      // Without nodes of its own a guest has one, of number 0.
      if (node > last) return `hugepages: node ${node} not found`;
      sizes.set(node, size);
    }
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
  const owners = new Map<number, string>();
  for (const { vcpus, parts } of def.cputune?.cachetunes ?? []) {
    for (const cpu of nodesOf(vcpus)) {
      const other = owners.get(cpu);
      if (other !== undefined)
        return other === vcpus ? 'Identical vcpus in cachetunes found' : 'Overlapping vcpus in cachetunes';
      owners.set(cpu, vcpus);
    }
    const own = new Set<string>();
    for (const part of parts) {
      if (part.kind === 'monitor') continue;
      const { id, level, type } = part.value;
      const kinds = type === 'both' ? ['both', 'code', 'data'] : [type, 'both'];
      if (kinds.some((kind) => own.has(`${level}/${id}/${kind}`))) {
        return `Colliding cache allocations for cache level '${level}' id '${id}', type '${type}'`;
      }
      own.add(`${level}/${id}/${type}`);
    }
  }
  return undefined;
}

/** A monitor watches processors of its allocation; those that watch a part of them do not share any. */
function monitorRefusal(def: DomainDef): string | undefined {
  for (const { vcpus, parts } of [...(def.cputune?.cachetunes ?? []), ...(def.cputune?.memorytunes ?? [])]) {
    const cpus = new Set(nodesOf(vcpus));
    const watched = new Set<number>();
    for (const part of parts) {
      if (part.kind !== 'monitor') continue;
      const own = nodesOf(part.value.vcpus);
      if (own.some((cpu) => !cpus.has(cpu))) return 'Monitor vcpus conflicts with allocation';
      if (own.length === cpus.size) continue;
      for (const cpu of own) {
        if (watched.has(cpu)) return 'Monitor vcpus conflicts with monitors';
        watched.add(cpu);
      }
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
  const seen = new Set<number>();
  for (const { cpus } of cells) {
    for (const cpu of nodesOf(cpus)) {
      if (seen.has(cpu)) return 'NUMA cells have overlapping vCPU ids';
      seen.add(cpu);
    }
  }
  return undefined;
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
