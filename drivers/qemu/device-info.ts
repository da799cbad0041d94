/** Addresses of devices, asked and set. */
import type { Address } from '../conf/domain/address.ts';
import { type DomainDevice, domainDevices } from '../conf/domain/devices/iterate.ts';
import type { DomainDef } from '../conf/index.ts';

/** What can be addressed. */
export interface Addressed {
  address?: Address | undefined;
}

export type PciAddress = Extract<Address, { type: 'pci' }>;

/** A PCI address without a slot stands for one yet to be chosen. */
export function isEmptyPci(address: PciAddress): boolean {
  return (address.domain ?? 0) === 0 && (address.bus ?? 0) === 0 && (address.slot ?? 0) === 0;
}

export function hasNoAddress({ address }: Addressed): boolean {
  return address === undefined || address.type === 'none';
}

/** Whether a PCI address may still be chosen. */
export function wantsPciAddress(device: Addressed): boolean {
  return hasNoAddress(device) || (device.address?.type === 'pci' && isEmptyPci(device.address));
}

/** The PCI address, where the device has one. */
export function pciAddressOf({ address }: Addressed): PciAddress | undefined {
  return address?.type === 'pci' && !isEmptyPci(address) ? address : undefined;
}

export function setPciAddress(device: Addressed, bus: number, slot: number, fn: number, multifunction?: boolean): void {
  const zpci = device.address?.type === 'pci' ? device.address.zpci : undefined;
  device.address = {
    type: 'pci',
    domain: 0,
    bus,
    slot,
    function: fn,
    ...(multifunction === undefined ? {} : { multifunction }),
    ...(zpci === undefined ? {} : { zpci }),
  };
}

/** `0000:00:02.0` */
export function pciText({ domain = 0, bus = 0, slot = 0, function: fn = 0 }: PciAddress): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  return `${hex(domain, 4)}:${hex(bus, 2)}:${hex(slot, 2)}.${fn.toString(8)}`;
}

/** All devices with an address of their own: a console that stands for a serial port has that port's. */
export function* addressedDevices(def: DomainDef): Generator<DomainDevice> {
  for (const item of domainDevices(def))
    if (item.kind !== 'consoles' || (item.device.target?.type ?? 'serial') !== 'serial') yield item;
}
