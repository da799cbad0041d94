/** Identifiers of PCI devices on s390. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDef } from '../conf/index.ts';
import { type Addressed, addressedDevices, type PciAddress } from './device-info.ts';
import { isS390 } from './machine.ts';

const maxUid = 0xffff;
const maxFid = 0xffffffff;

/** Each PCI device gets a free user-defined and a free function identifier, but for the controllers just added. */
export function assignZpciAddresses(def: DomainDef, context: ParseContext, added: ReadonlySet<object>): void {
  if (!isS390(def)) return;
  const uids = new Set<number>();
  const fids = new Set<number>();
  const addresses = pciAddresses(def).filter(([device]) => !added.has(device));
  for (const [device, { zpci }] of addresses) {
    if (zpci?.uid !== undefined) claim(uids, zpci.uid, 'uid', device, context);
    if (zpci?.fid !== undefined) claim(fids, zpci.fid, 'fid', device, context);
  }
  for (const [device, address] of addresses) {
    const zpci = (address.zpci ??= {});
    zpci.uid ??= lowest(uids, 1, maxUid, 'uid', device, context);
    zpci.fid ??= lowest(fids, 0, maxFid, 'fid', device, context);
  }
}

function pciAddresses(def: DomainDef): [object, PciAddress][] {
  const found: [object, PciAddress][] = [];
  for (const { kind, device } of addressedDevices(def)) {
    const { address } = device as Addressed;
    if (address?.type === 'pci' && !['serials', 'parallels', 'consoles', 'channels'].includes(kind))
      found.push([device, address]);
  }
  return found;
}

function claim(used: Set<number>, id: number, name: string, device: object, context: ParseContext): void {
  if (used.has(id))
    context.refuse(`zPCI ${name} ${id.toString(8)} is already reserved`, device, 'VIR_ERR_INTERNAL_ERROR');
  used.add(id);
}

function lowest(
  used: Set<number>,
  min: number,
  max: number,
  name: string,
  device: object,
  context: ParseContext,
): number {
  let id = min;
  while (used.has(id)) id++;
  if (id > max) context.refuse(`There is no more free ${name}.`, device, 'VIR_ERR_INTERNAL_ERROR');
  used.add(id);
  return id;
}
