/** Slots of memory modules. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDef } from '../conf/index.ts';

/** Modules without a slot get the lowest free one. */
export function assignMemorySlots(def: DomainDef, context: ParseContext): void {
  const slots = def.maxMemory?.slots;
  if (slots === undefined || def.devices === undefined) return;
  const used = new Set<number>();
  for (const { address } of def.devices.memories)
    if (address?.type === 'dimm' && address.slot !== undefined) used.add(address.slot);
  for (const one of def.devices.memories) {
    if ((one.model !== 'dimm' && one.model !== 'nvdimm') || one.address?.type === 'dimm') continue;
    let slot = 0;
    while (used.has(slot)) slot++;
    if (slot >= slots) context.refuse('failed to find an empty memory slot', one, 'VIR_ERR_INTERNAL_ERROR');
    one.address = { type: 'dimm', slot };
    used.add(slot);
  }
}
