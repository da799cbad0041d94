/** Registers of devices on the VIO bus of pSeries guests. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDef } from '../conf/index.ts';
import { type Addressed, addressedDevices } from './device-info.ts';
import { isPSeries } from './machine.ts';

/** QEMU's own first registers by kind of device, and the step to the next. */
const first = { net: 0x1000n, scsi: 0x2000n, nvram: 0x3000n, tpm: 0x4000n, serial: 0x30000000n } as const;
const step = 0x1000n;

export function assignSpaprVioAddresses(def: DomainDef, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  const isOnVio = isPSeries(def);
  const taken = takenRegisters(def);
  const nextFree = new Map<bigint, bigint>();
  const place = (device: Addressed, isVio: boolean, base: bigint): void => {
    if (isVio && device.address?.type !== 'spapr-vio') device.address = { type: 'spapr-vio' };
    assign(device, base, taken, nextFree, context);
  };
  for (const one of devices.interfaces) place(one, one.model?.type === 'spapr-vlan', first.net);
  for (const one of devices.controllers) place(one, one.type === 'scsi' && one.model === 'ibmvscsi', first.scsi);
  for (const one of devices.serials) place(one, one.target?.type === 'spapr-vio-serial', first.serial);
  if (devices.nvram !== undefined) place(devices.nvram, isOnVio, first.nvram);
  for (const one of devices.tpms) place(one, isOnVio && one.model !== 'spapr-tpm-proxy', first.tpm);
}

/** The registers taken, and by which device. */
function takenRegisters(def: DomainDef): Map<bigint, object> {
  const taken = new Map<bigint, object>();
  for (const { device } of addressedDevices(def)) {
    const { address } = device as Addressed;
    if (address?.type === 'spapr-vio' && address.reg !== undefined && !taken.has(address.reg))
      taken.set(address.reg, device);
  }
  return taken;
}

function assign(
  device: Addressed,
  base: bigint,
  taken: Map<bigint, object>,
  nextFree: Map<bigint, bigint>,
  context: ParseContext,
): void {
  const { address } = device;
  if (address?.type !== 'spapr-vio') return;
  if (address.reg !== undefined) {
    if (taken.get(address.reg) !== device)
      context.refuse(`spapr-vio address 0x${address.reg.toString(16)} already in use`, device);
    return;
  }
  let reg = nextFree.get(base) ?? base;
  while (taken.has(reg)) reg += step;
  address.reg = reg;
  taken.set(reg, device);
  // What is below stays taken: no need to look there again.
  nextFree.set(base, reg + step);
}
