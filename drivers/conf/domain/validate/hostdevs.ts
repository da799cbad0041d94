/** What is refused of devices of the host. */
import type { ParseContext } from '../../schema/index.ts';
import type { Hostdev } from '../devices/hostdev.ts';
import type { DomainDef } from '../schema.ts';
import { type Check, illegal, internal, runChecks, unsupported } from './check.ts';

/** The address types a kind of device may have. */
const allowedAddresses: Readonly<Record<string, { types: readonly string[]; message: string }>> = {
  scsi: { types: ['drive'], message: "SCSI host device must use 'drive' address type" },
  scsi_host: { types: ['pci', 'ccw'], message: "SCSI_host host device must use 'pci' or 'ccw' address type" },
  usb: { types: ['usb'], message: "USB host device must use 'usb' address type" },
};

const hostdevChecks: readonly Check<Hostdev>[] = [
  internal(
    ({ type, address }) =>
      type === 'pci' &&
      address !== undefined &&
      address.type !== 'pci' &&
      address.type !== 'unassigned' &&
      "PCI host devices must use 'pci' or 'unassigned' address type",
  ),
  unsupported(({ type, address }) => {
    const rule = allowedAddresses[type];
    return rule !== undefined && address !== undefined && !rule.types.includes(address.type) && rule.message;
  }),
  unsupported((one) => one.type === 'scsi' && one.sgio === 'unfiltered' && 'unfiltered sgio is no longer supported'),
  illegal((one) => {
    if (one.type !== 'mdev' || one.address === undefined) return false;
    const wanted = { 'vfio-pci': 'pci', 'vfio-ccw': 'ccw', 'vfio-ap': undefined }[one.model];
    return (
      wanted !== undefined &&
      one.address.type !== wanted &&
      `Unsupported address type '${one.address.type}' with mediated device model '${one.model}'`
    );
  }),
  unsupported(
    ({ teaming }) =>
      teaming !== undefined && teaming.type !== 'transient' && "teaming hostdev devices must have type='transient'",
  ),
  unsupported(
    ({ teaming }) =>
      teaming !== undefined &&
      teaming.persistent === undefined &&
      'missing required persistent attribute in hostdev teaming element',
  ),
  unsupported(
    ({ type, teaming }) =>
      teaming !== undefined && type !== 'pci' && 'teaming is only supported for pci hostdev devices',
  ),
];

/** What a device is on the host; undefined where it does not say. */
function identity(one: Hostdev): string | undefined {
  switch (one.type) {
    case 'pci': {
      const at = one.source?.address;
      return at === undefined ? undefined : `pci ${at.domain}:${at.bus}:${at.slot}.${at.function}`;
    }
    case 'usb': {
      const { vendor, product, address } = one.source ?? {};
      return address === undefined ? `usb ${vendor?.id}:${product?.id}` : `usb at ${address.bus}.${address.device}`;
    }
    case 'scsi': {
      const { adapter, address, name } = one.source ?? {};
      return address === undefined
        ? `iscsi ${name}`
        : `scsi ${adapter?.name} ${address.bus}:${address.target}:${address.unit}`;
    }
    case 'scsi_host':
      return `scsi_host ${one.source?.wwpn}`;
    case 'mdev':
      return `mdev ${one.source?.address?.uuid}`;
    default:
      return undefined;
  }
}

export function validateHostdevs(def: DomainDef, context: ParseContext): void {
  const known = new Set<string>();
  let hasRamfb = false;
  for (const one of def.devices?.hostdevs ?? []) {
    runChecks(hostdevChecks, one, def, context);
    const id = identity(one);
    if (id !== undefined && known.has(id)) context.refuse('Hostdev already exists in the domain configuration', one);
    if (id !== undefined) known.add(id);
    if (one.type !== 'mdev' || one.ramfb !== true) continue;
    if (hasRamfb) context.refuse("Only one vgpu device can have 'ramfb' enabled", one, 'VIR_ERR_CONFIG_UNSUPPORTED');
    hasRamfb = true;
  }
  scsiPlaces(def, context);
}

/** SCSI disks and SCSI devices of the host share their places. */
function scsiPlaces(def: DomainDef, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  const taken = new Map<string, string>();
  for (const { target, address } of devices.disks)
    if (target?.bus === 'scsi' && address?.type === 'drive') taken.set(placeOf(address), 'SCSI disk');
  for (const one of devices.hostdevs) {
    const { address } = one;
    if (one.type !== 'scsi' || address?.type !== 'drive') continue;
    const by = taken.get(placeOf(address));
    if (by !== undefined) {
      context.refuse(
        `SCSI host address controller='${address.controller}' bus='${address.bus}' target='${address.target}' unit='${address.unit}' in use by another ${by}`,
        one,
        'VIR_ERR_CONFIG_UNSUPPORTED',
      );
    }
    taken.set(placeOf(address), 'SCSI host device');
  }
}

interface DrivePlace {
  controller: number;
  bus: number;
  target: number;
  unit: number;
}
const placeOf = ({ controller, bus, target, unit }: DrivePlace): string => `${controller}:${bus}:${target}:${unit}`;
