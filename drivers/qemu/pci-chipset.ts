/** Devices that the chipset has at fixed addresses: PIIX3 of the old PC, ICH9 of q35. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { Controller } from '../conf/domain/devices/controller.ts';
import type { DomainDef } from '../conf/index.ts';
import { type PciAddress, hasNoAddress, pciAddressOf, setPciAddress, wantsPciAddress } from './device-info.ts';
import { isI440fx, isQ35 } from './machine.ts';
import type { PciAddressSet } from './pci-address-set.ts';
import { connect } from './pci-bus.ts';

const conventional = connect.pci | connect.autoassign;
const at = (slot: number, fn = 0): PciAddress => ({ type: 'pci', domain: 0, bus: 0, slot, function: fn });

/** The USB controller inside PIIX3. */
export function isPiix3Usb({ type, index, model }: Controller): boolean {
  return type === 'usb' && index === 0 && (model === undefined || model === 'piix3-uhci');
}

export const isFirst = (one: Controller, type: Controller['type']): boolean => one.type === type && one.index === 0;

/** Takes the addresses of what is built in, and gives built-in controllers theirs. */
export function reserveChipset(def: DomainDef, set: PciAddressSet, context: ParseContext): void {
  if (isI440fx(def)) reservePiix3(def, set, context);
  if (isQ35(def)) reserveQ35(def, set, context);
}

function fix(one: Controller, place: PciAddress, what: string, context: ParseContext): void {
  const given = pciAddressOf(one);
  if (given === undefined) setPciAddress(one, 0, place.slot ?? 0, place.function ?? 0);
  else if (
    (given.domain ?? 0) !== 0 ||
    (given.bus ?? 0) !== 0 ||
    given.slot !== place.slot ||
    given.function !== place.function
  ) {
    const text = `0:0:${(place.slot ?? 0).toString(16)}.${place.function}`;
    context.refuse(`${what} must have PCI address ${text}`, one, 'VIR_ERR_INTERNAL_ERROR');
  }
}

function reservePiix3(def: DomainDef, set: PciAddressSet, context: ParseContext): void {
  const hasBuses = set.buses.length > 0;
  for (const one of def.devices?.controllers ?? []) {
    if (isFirst(one, 'ide')) fix(one, at(1, 1), 'Primary IDE controller', context);
    else if (isPiix3Usb(one)) fix(one, at(1, 2), 'PIIX3 USB controller at index 0', context);
    else continue;
    const address = pciAddressOf(one);
    if (hasBuses && address !== undefined) set.reserve(address, conventional, 0, one);
  }
  if (!hasBuses) return;
  // The ISA bridge and the power management.
  set.reserve(at(1, 0), conventional, 0, def);
  set.reserve(at(1, 3), conventional, 0, def);
  placePrimaryVideo(def, set, 2, conventional);
}

/** QEMU puts the first graphics card into the first slot behind the built-in devices. */
function placePrimaryVideo(def: DomainDef, set: PciAddressSet, slot: number, flags: number): void {
  const video = def.devices?.videos[0];
  const type = video?.model?.type;
  if (video === undefined || type === 'none' || type === 'ramfb' || !wantsPciAddress(video)) return;
  set.check(at(slot), flags, true, video);
  if (set.isSlotTaken(slot)) return set.reserveNext(video, conventional);
  set.reserve(at(slot), flags, 0, video);
  setPciAddress(video, 0, slot, 0);
}

function reserveQ35(def: DomainDef, set: PciAddressSet, context: ParseContext): void {
  for (const one of def.devices?.controllers ?? []) {
    if (isFirst(one, 'sata')) fix(one, at(0x1f, 2), 'Primary SATA controller', context);
    else if (one.type === 'usb' && one.model === 'ich9-uhci1' && hasNoAddress(one)) placeIfFree(one, set, [0x1d, 0x1a]);
    else if (one.type === 'pci' && one.model === 'dmi-to-pci-bridge' && hasNoAddress(one))
      placeIfFree(one, set, [0x1e]);
  }
  if (set.buses.length === 0) return;
  // The ISA bridge and the SMBus.
  set.reserve(at(0x1f, 0), connect.pcie, 0, def);
  set.reserve(at(0x1f, 3), connect.pcie, 0, def);
  placePrimaryVideo(def, set, 1, connect.pcie);
  if (set.isSlotTaken(0x1b)) return;
  const sound = def.devices?.sounds.find((one) => one.model === 'ich9' && wantsPciAddress(one));
  if (sound === undefined) return;
  set.reserve(at(0x1b), connect.pcie, 0, sound);
  setPciAddress(sound, 0, 0x1b, 0);
}

/** Where real hardware has it, if the place is free. */
function placeIfFree(one: Controller, set: PciAddressSet, slots: readonly number[]): void {
  const slot = slots.find((candidate) => !set.isSlotTaken(candidate));
  if (slot === undefined) return;
  set.reserve(at(slot), connect.pcie, 0, one);
  setPciAddress(one, 0, slot, 0, one.type === 'usb' ? true : undefined);
}
