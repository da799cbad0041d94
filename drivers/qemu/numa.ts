/** Nodes of the guest: one where memory is to be plugged in, and a node for every processor. */
import type { ParseContext } from '../conf/schema/index.ts';
import { cpu as cpuElement } from '../conf/cpu/schema.ts';
import { numa as numaElement } from '../conf/cpu/numa.ts';
import { formatBitmap, parseBitmap } from '../conf/schema/bitmap.ts';
import type { DomainDef } from '../conf/index.ts';
import { capabilitiesFor } from './capabilities.ts';
import { isPpc64, isS390Ccw } from './machine.ts';

const ppc64ModuleKiB = 256n * 1024n;

export function numaDefaults(def: DomainDef, context: ParseContext): void {
  if (context.options.abiUpdate === true) {
    alignModules(def);
    addNode(def, context);
  }
  if (capabilitiesFor(def, context).disjointNuma) fillProcessors(def);
}

/** pSeries guests take modules in steps only. */
function alignModules(def: DomainDef): void {
  if (!isPpc64(def)) return;
  for (const { model, target } of def.devices?.memories ?? []) {
    if (model === 'nvdimm') continue;
    target.sizeKiB = ((target.sizeKiB + ppc64ModuleKiB - 1n) / ppc64ModuleKiB) * ppc64ModuleKiB;
  }
}

/** Memory is plugged into a node; a new guest with slots for it gets one. */
function addNode(def: DomainDef, context: ParseContext): void {
  if (def.maxMemory === undefined || isS390Ccw(def) || (def.cpu?.numa?.cells.length ?? 0) > 0) return;
  let memory = def.memory?.valueKiB ?? 0n;
  for (const { target, model } of def.devices?.memories ?? []) {
    if (target.sizeKiB > memory) context.refuse('Total size of memory devices exceeds the total memory size', target);
    memory -= target.sizeKiB;
    if (model === 'dimm' || model === 'nvdimm' || model === 'virtio-mem') target.node ??= 0;
  }
  const cpu = (def.cpu ??= cpuElement.create({}));
  cpu.numa = numaElement.create({ cells: [{ id: 0, memory, caches: [] }] });
}

/** Processors of no node belong to the first. */
function fillProcessors(def: DomainDef): void {
  const cells = def.cpu?.numa?.cells ?? [];
  const [first, ...others] = cells;
  const count = def.vcpu?.value ?? 1;
  if (first === undefined) return;
  const given = cells.reduce((sum, { cpus }) => sum + bitsOf(cpus).length, 0);
  if (given >= count) return;
  const elsewhere = new Set(others.flatMap(({ cpus }) => bitsOf(cpus)));
  first.cpus = formatBitmap(Array.from({ length: count }, (_, id) => id).filter((id) => !elsewhere.has(id)));
}

const bitsOf = (cpus: string | undefined): number[] => (cpus === undefined ? [] : (parseBitmap(cpus) ?? []));
