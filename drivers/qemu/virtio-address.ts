/** Kind of bus of virtio devices where that is not PCI, and the numbers of devices on s390. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { Address } from '../conf/domain/address.ts';
import type { DomainDef } from '../conf/index.ts';
import { type Addressed, addressedDevices, hasNoAddress } from './device-info.ts';
import { hasPcieRoot, isArm, isArmVirt, isRiscv, isRiscvVirt, isS390Ccw, machineOf } from './machine.ts';

/** Virtio devices of boards without PCI sit in the memory map; on the others only where one was put there. */
export function assignVirtioMmioAddresses(def: DomainDef): void {
  if (!isArm(def) && !isRiscv(def)) return;
  if (!machineOf(def).startsWith('vexpress-') && !isArmVirt(def) && !isRiscvVirt(def)) return;
  if (hasPcieRoot(def) && ![...addressedDevices(def)].some(({ device }) => typeOf(device) === 'virtio-mmio')) return;
  for (const device of virtioDevices(def, false)) if (hasNoAddress(device)) device.address = { type: 'virtio-mmio' };
}

const typeOf = (device: object): string | undefined => (device as Addressed).address?.type;

/** The devices that are virtio whatever else is said. */
function virtioDevices(def: DomainDef, isCcw: boolean): Addressed[] {
  const { devices } = def;
  if (devices === undefined) return [];
  return [
    ...devices.disks.filter(({ target }) => target?.bus === 'virtio'),
    ...devices.interfaces.filter(({ model }) => model?.type.startsWith('virtio') === true),
    ...devices.videos.filter(({ model }) => model?.type === 'virtio'),
    ...devices.inputs.filter(({ bus }) => bus === 'virtio'),
    ...devices.controllers.filter(({ type }) => type === 'virtio-serial' || type === 'scsi'),
    ...devices.hostdevs.filter(({ type }) => type === 'scsi_host'),
    ...(devices.memballoon === undefined || devices.memballoon.model === 'none' ? [] : [devices.memballoon]),
    ...devices.rngs,
    ...devices.memories.filter(({ model }) => model === 'virtio-pmem' || model === 'virtio-mem'),
    ...(isCcw ? devices.filesystems : []),
    ...(isCcw && devices.vsock !== undefined ? [devices.vsock] : []),
    ...devices.cryptos,
  ];
}

/** The channel subsystem of virtio devices. */
const virtioCssid = 0xfe;
type CcwAddress = Extract<Address, { type: 'ccw' }>;
const keyOf = ({ cssid = 0, ssid = 0, devno = 0 }: CcwAddress): string =>
  `${cssid.toString(16)}.${ssid.toString(16)}.${devno.toString(16).padStart(4, '0')}`;

/** Channel devices get the lowest free number. */
export function assignCcwAddresses(def: DomainDef, context: ParseContext): void {
  if (!isS390Ccw(def)) return;
  const wanting = new Set<object>();
  for (const device of [...ccwHostdevs(def), ...virtioDevices(def, true)]) {
    if (!hasNoAddress(device)) continue;
    device.address = { type: 'ccw', cssid: virtioCssid, ssid: 0, devno: 0 };
    wanting.add(device);
  }
  const taken = new Set<string>();
  const all = [...addressedDevices(def)].map(({ device }) => device as Addressed);
  for (const device of all) {
    if (device.address?.type !== 'ccw' || wanting.has(device)) continue;
    const key = keyOf(device.address);
    if (taken.has(key)) context.refuse(`The CCW devno '${key}' is in use already`, device);
    taken.add(key);
  }
  const next: Required<Omit<CcwAddress, 'extra'>> = { type: 'ccw', cssid: virtioCssid, ssid: 0, devno: 0 };
  for (const device of all) {
    if (!wanting.has(device)) continue;
    while (taken.has(keyOf(next))) {
      if (next.devno < 0xffff) next.devno++;
      else if (next.ssid < 3) Object.assign(next, { ssid: next.ssid + 1, devno: 0 });
      else context.refuse('There are no more free CCW devnos.', device, 'VIR_ERR_INTERNAL_ERROR');
    }
    device.address = { ...next };
    taken.add(keyOf(next));
  }
}

function ccwHostdevs(def: DomainDef): Addressed[] {
  return (def.devices?.hostdevs ?? []).filter((one) => one.type === 'mdev' && one.model === 'vfio-ccw');
}
