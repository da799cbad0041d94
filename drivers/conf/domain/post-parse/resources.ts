/** Defaults of memory, processors and their tuning. */
import { parseBitmap } from '../../schema/bitmap.ts';
import type { ParseContext } from '../../schema/index.ts';
import type { DomainDef } from '../schema.ts';

export function readResources(def: DomainDef, context: ParseContext): void {
  readMemory(def);
  readVcpus(def, context);
  readIoThreads(def);
  readCputune(def, context);
  readNumatune(def);
}

function readMemory(def: DomainDef): void {
  const cells = def.cpu?.numa?.cells ?? [];
  const modules = (def.devices?.memories ?? []).reduce((sum, { target }) => sum + target.sizeKiB, 0n);
  if (def.memory === undefined && cells.length > 0) {
    def.memory = { valueKiB: cells.reduce((sum, cell) => sum + cell.memory, modules) };
  }
  cells.forEach((cell, index) => (cell.id ??= index));
  readDistances(cells);
}

type Cell = NonNullable<NonNullable<DomainDef['cpu']>['numa']>['cells'][number];

/** A distance given for one direction holds for the other too, and a node is 10 from itself. */
function readDistances(cells: Cell[]): void {
  const known = new Map<number, Map<number, number>>();
  const rowOf = (id: number): Map<number, number> => {
    const row = known.get(id) ?? new Map([[id, 10]]);
    known.set(id, row);
    return row;
  };
  for (const cell of cells)
    for (const { id, value } of cell.distances?.siblings ?? []) rowOf(cell.id ?? 0).set(id, value);
  for (const cell of cells) {
    for (const { id, value } of cell.distances?.siblings ?? []) {
      const back = rowOf(id);
      if (!back.has(cell.id ?? 0)) back.set(cell.id ?? 0, value);
    }
  }
  for (const cell of cells) {
    const row = known.get(cell.id ?? 0);
    if (row !== undefined)
      cell.distances = { siblings: [...row].toSorted(([a], [b]) => a - b).map(([id, value]) => ({ id, value })) };
  }
}

/** Refuses amounts that do not fit each other; fills the current amount. */
export function checkMemory(def: DomainDef, context: ParseContext): void {
  const modules = (def.devices?.memories ?? []).reduce((sum, { target }) => sum + target.sizeKiB, 0n);
  const total = def.memory?.valueKiB ?? 0n;
  if (total === 0n || total === modules) {
    context.refuse('Memory size must be specified via <memory> or in the <numa> configuration', def);
  }
  if (modules > total) context.refuse('Total size of memory devices exceeds the total memory size', def);
  if (def.currentMemoryKiB === undefined || def.currentMemoryKiB === 0n || def.currentMemoryKiB > total)
    def.currentMemoryKiB = total;
  if (def.maxMemory !== undefined && def.maxMemory.valueKiB < total) {
    context.refuse('maximum memory size must be equal or greater than the actual memory size', def.maxMemory);
  }
}

function readVcpus(def: DomainDef, context: ParseContext): void {
  const vcpu = (def.vcpu ??= { value: 1 });
  if (vcpu.current !== undefined && vcpu.current > vcpu.value) {
    context.refuse(
      `maxvcpus must not be less than current vcpus (${vcpu.value} < ${vcpu.current})`,
      vcpu,
      'VIR_ERR_INTERNAL_ERROR',
    );
  }
  vcpu.placement ??= def.numatune?.memory?.placement === 'auto' && vcpu.cpuset === undefined ? 'auto' : 'static';
  if (vcpu.placement === 'auto') delete vcpu.cpuset;
  if (def.vcpus !== undefined) readVcpuStates(def, context);
  if (vcpu.current === vcpu.value) delete vcpu.current;
}

/** The state of each processor, which wins over `current`. */
function readVcpuStates(def: DomainDef, context: ParseContext): void {
  const { vcpu, vcpus } = def;
  if (vcpu === undefined || vcpus === undefined) return;
  const given = new Map(vcpus.vcpus.map((state) => [state.id, state]));
  for (const state of vcpus.vcpus) {
    if (state.id >= vcpu.value)
      context.refuse(`vcpu id '${state.id}' is out of range; allowed: 0 to ${vcpu.value - 1}`, state);
    if (!state.enabled && state.hotpluggable === false) {
      context.refuse(`vcpu '${state.id}' is both offline and not hotpluggable`, state, 'VIR_ERR_CONFIG_UNSUPPORTED');
    }
  }
  vcpus.vcpus = Array.from({ length: vcpu.value }, (_, id) => given.get(id) ?? { id, enabled: false });
  for (const state of vcpus.vcpus) state.hotpluggable ??= !state.enabled;
  vcpu.current = vcpus.vcpus.filter(({ enabled }) => enabled).length;
}

/** I/O threads without a number get the lowest free ones; they are listed only where one was numbered. */
function readIoThreads(def: DomainDef): void {
  const listed = def.iothreadids?.iothreads ?? [];
  const count = Math.max(def.iothreads ?? 0, listed.length);
  if (count > 0) def.iothreads = count;
  else delete def.iothreads;
  if (def.iothreadids === undefined || listed.length === 0) return;
  const used = new Set(listed.map(({ id }) => id));
  for (let id = 1; listed.length < count; id++) if (!used.has(id)) listed.push({ id });
}

/** Pins and schedulers, one entry each and in order. */
function readCputune(def: DomainDef, context: ParseContext): void {
  const { cputune } = def;
  if (cputune === undefined) return;
  const cpus = def.vcpu?.value ?? 1;
  cputune.vcpupins = cputune.vcpupins.filter(({ vcpu }) => vcpu < cpus).toSorted((a, b) => a.vcpu - b.vcpu);
  cputune.vcpuscheds = spread(
    cputune.vcpuscheds,
    (sched) => sched.vcpus,
    (sched, vcpus) => ({ ...sched, vcpus }),
    () => context.refuse("'vcpusched' attributes 'vcpus' must not overlap", cputune, 'VIR_ERR_CONFIG_UNSUPPORTED'),
  );
  cputune.iothreadscheds = spread(
    cputune.iothreadscheds,
    (sched) => sched.iothreads,
    (sched, iothreads) => ({ ...sched, iothreads }),
    () =>
      context.refuse("'iothreadsched' attributes 'iothreads' must not overlap", cputune, 'VIR_ERR_CONFIG_UNSUPPORTED'),
  );
}

/** One entry for each number of each set, in order. Ends at the first number that comes twice, so its size is bounded. */
function spread<T>(
  list: readonly T[],
  setOf: (item: T) => string,
  one: (item: T, number: string) => T,
  refuse: () => never,
): T[] {
  const found = new Map<number, T>();
  for (const item of list) {
    for (const number of parseBitmap(setOf(item)) ?? []) {
      if (found.has(number)) refuse();
      found.set(number, one(item, String(number)));
    }
  }
  return [...found].toSorted(([a], [b]) => a - b).map(([, item]) => item);
}

function readNumatune(def: DomainDef): void {
  if (def.vcpu?.placement === 'auto')
    (def.numatune ??= { memnodes: [] }).memory ??= { mode: 'strict', placement: 'auto' };
  const memory = def.numatune?.memory;
  if (memory === undefined) return;
  memory.mode ??= 'strict';
  memory.placement ??= memory.nodeset === undefined && def.vcpu?.placement === 'auto' ? 'auto' : 'static';
  if (memory.placement === 'auto') delete memory.nodeset;
  // A set of nodes given means static placement, which is not written.
  if (memory.placement === 'static') delete memory.placement;
}
