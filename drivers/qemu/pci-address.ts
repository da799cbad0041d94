/**
 * PCI addresses of all devices that need one, and the controllers to provide the slots.
 *
 * Two rounds: the first, a dry run, finds out which controllers have to be added; the second, with those in place, gives
 * out the addresses. The order of the devices is libvirt's, or guests would see other addresses than there.
 */
import type { ParseContext } from '../conf/schema/index.ts';
import { type Controller, controller } from '../conf/domain/devices/controller.ts';
import type { DomainDevice } from '../conf/domain/devices/iterate.ts';
import { pciRefusal } from '../conf/domain/validate/addresses.ts';
import type { DomainDef } from '../conf/index.ts';
import type { QemuCapabilities } from './capabilities.ts';
import { type Addressed, addressedDevices, pciAddressOf, wantsPciAddress } from './device-info.ts';
import { hasPciRoot, hasPcieRoot, isPSeries } from './machine.ts';
import { PciAddressSet } from './pci-address-set.ts';
import { connect, PciBus } from './pci-bus.ts';
import { isFirst, isPiix3Usb, reserveChipset } from './pci-chipset.ts';
import { type ConnectKinds, connectFlags, connectKinds } from './pci-connect.ts';
import { completePciController } from './pci-controller.ts';

/** Answers the controllers that it has added. */
export function assignPciAddresses(
  def: DomainDef,
  context: ParseContext,
  capabilities: QemuCapabilities,
): ReadonlySet<object> {
  const kinds = connectKinds(def, capabilities);
  const highest = pciControllers(def).reduce((top, { index = 0 }) => Math.max(top, index), -1);
  if (highest < 0) return new Set();
  if (highest >= maxBuses)
    context.refuse(
      `PCI controller index ${highest} too high, maximum is ${maxBuses - 1}`,
      def,
      'VIR_ERR_CONFIG_UNSUPPORTED',
    );
  const isBridgeGeneric = capabilities.genericPciePorts;
  const added = addControllers(def, context, kinds, highest, isBridgeGeneric);
  const count = pciControllers(def).reduce((top, { index = 0 }) => Math.max(top, index), -1) + 1;
  const set = addressSet(def, context, kinds, count, false, isBridgeGeneric);
  reserveChipset(def, set, context);
  assignSlots(def, set, kinds);
  markMultifunction(def);
  for (const one of pciControllers(def)) completePciController(one, def, context, capabilities);
  return added;
}

const maxBuses = 256;

function pciControllers(def: DomainDef): Controller[] {
  return (def.devices?.controllers ?? []).filter(({ type }) => type === 'pci');
}

/** The dry run: adds the controllers that are missing. */
function addControllers(
  def: DomainDef,
  context: ParseContext,
  kinds: ConnectKinds,
  highest: number,
  isBridgeGeneric: boolean,
): Set<object> {
  const all = new Set<object>();
  const set = addressSet(def, context, kinds, highest + 1, true, isBridgeGeneric);
  reserveChipset(def, set, context);
  // Guests with conventional PCI keep a slot for a bridge to come.
  if (hasPciRoot(def) && set.buses.some((bus) => !bus.isFull)) set.reserveNext({}, connect.pci | connect.autoassign);
  assignSlots(def, set, kinds);
  // A new guest with PCI Express gets a free port to plug a device into.
  if (highest <= 0 && set.buses.length > highest + 1 && hasPcieRoot(def))
    set.reserveNext({}, connect.pcie | connect.autoassign);
  for (let index = 1; index < set.buses.length; index++) {
    if (pciControllers(def).some((one) => one.index === index)) continue;
    const model = set.buses[index]?.model ?? 'pci-bridge';
    const added = controller.create({ type: 'pci', index, model });
    def.devices?.controllers.push(added);
    all.add(added);
    if (model === 'pci-root' || model === 'pcie-root') continue;
    set.reserveNext(added, connectFlags({ kind: 'controllers', device: added }, kinds));
  }
  return all;
}

/** The buses of the controllers there are, with all addresses that are given already taken. */
function addressSet(
  def: DomainDef,
  context: ParseContext,
  kinds: ConnectKinds,
  count: number,
  isDryRun: boolean,
  hasPcieToPciBridge: boolean,
): PciAddressSet {
  const isManyRoots = isPSeries(def);
  const models = new Map(pciControllers(def).map((one) => [one.index ?? 0, one]));
  const assumed = isManyRoots ? 'pci-root' : hasPcieRoot(def) ? 'pcie-root-port' : 'pci-bridge';
  const buses: PciBus[] = Array.from({ length: count }, (_, index) => {
    const one = models.get(index);
    const model = one?.model ?? (index === 0 ? 'pci-root' : assumed);
    return new PciBus(model, one?.target?.hotplug !== false);
  });
  // Host devices must stay off the bus that every pSeries guest has.
  if (isManyRoots && buses[0] !== undefined) buses[0].isIsolationLocked = true;
  const set = new PciAddressSet(buses, { context, isDryRun, hasManyRoots: isManyRoots, hasPcieToPciBridge });
  for (const item of addressedDevices(def)) {
    const { address } = item.device as Addressed;
    const refusal = address?.type === 'pci' ? pciRefusal(address) : undefined;
    if (address !== undefined && refusal !== undefined) context.refuse(refusal, address);
    collect(item, set, kinds);
  }
  return set;
}

function collect(item: DomainDevice, set: PciAddressSet, kinds: ConnectKinds): void {
  const address = pciAddressOf(item.device as Addressed);
  if (address === undefined) return;
  if (item.kind === 'controllers' && (address.domain ?? 0) === 0 && (address.bus ?? 0) === 0 && address.slot === 1) {
    // The chipset takes these itself.
    if (isFirst(item.device, 'ide') && address.function === 1) return;
    if (isPiix3Usb(item.device) && address.function === 2) return;
  }
  set.reserve(address, connectFlags(item, kinds) || connect.pci, 0, item.device);
}

/** Gives every device that wants one the next free slot. */
function assignSlots(def: DomainDef, set: PciAddressSet, kinds: ConnectKinds): void {
  for (const item of inSlotOrder(def)) {
    const device = item.device as Addressed;
    if (!wantsPciAddress(device)) continue;
    const flags = connectFlags(item, kinds);
    if (flags === 0) continue;
    if (item.kind === 'controllers' && isUsb2(item.device)) placeUsb2(item.device, def, set, flags);
    else set.reserveNext(device, flags);
  }
}

/** The order in which libvirt gives out slots. */
function* inSlotOrder(def: DomainDef): Generator<DomainDevice> {
  const { devices } = def;
  if (devices === undefined) return;
  const list = function* (kind: DomainDevice['kind']): Generator<DomainDevice> {
    const found = devices[kind];
    if (found === undefined) return;
    for (const device of Array.isArray(found) ? [...found] : [found]) yield { kind, device } as DomainDevice;
  };
  for (const device of pciControllers(def)) yield { kind: 'controllers', device };
  yield* list('filesystems');
  for (const device of devices.interfaces) if (device.type !== 'hostdev') yield { kind: 'interfaces', device };
  yield* list('sounds');
  for (const device of devices.controllers) {
    if (device.type !== 'pci' && !isFirst(device, 'ide')) yield { kind: 'controllers', device };
  }
  yield* list('disks');
  for (const device of devices.interfaces) if (device.type === 'hostdev') yield { kind: 'interfaces', device };
  for (const device of devices.hostdevs)
    if (device.type !== 'mdev' || device.model === 'vfio-pci') yield { kind: 'hostdevs', device };
  const others = [
    'memballoon',
    'rngs',
    'watchdogs',
    'videos',
    'shmems',
    'inputs',
    'serials',
    'iommus',
    'vsock',
  ] as const;
  for (const kind of [...others, 'memories', 'cryptos', 'panics'] as const) yield* list(kind);
}

const usb2Functions: Readonly<Record<string, number>> = {
  'ich9-ehci1': 7,
  'ich9-uhci1': 0,
  'ich9-uhci2': 1,
  'ich9-uhci3': 2,
};
const isUsb2 = ({ type, model }: Controller): boolean => type === 'usb' && usb2Functions[model ?? ''] !== undefined;

/** A USB 2 controller and its companions are functions of one slot. */
function placeUsb2(one: Controller, def: DomainDef, set: PciAddressSet, flags: number): void {
  const fn = usb2Functions[one.model ?? ''] ?? 0;
  const partner = (def.devices?.controllers ?? []).find(
    (other) => isUsb2(other) && other.index === one.index && pciAddressOf(other) !== undefined,
  );
  const shared = partner === undefined ? undefined : pciAddressOf(partner);
  const multifunction = fn === 0 ? true : undefined;
  if (shared === undefined) {
    set.reserveNext(one, flags, 0, fn, multifunction);
    return;
  }
  const { bus = 0, slot = 0 } = shared;
  const address = { type: 'pci' as const, domain: 0, bus, slot, function: fn };
  set.reserve(address, flags, 0, one);
  one.address = { ...address, ...(multifunction === undefined ? {} : { multifunction }) };
}

/** Says at function 0 of a slot that there are other functions. */
function markMultifunction(def: DomainDef): void {
  const zeros = new Map<string, NonNullable<ReturnType<typeof pciAddressOf>>>();
  const shared = new Set<string>();
  for (const { device } of addressedDevices(def)) {
    const address = (device as Addressed).address;
    if (address?.type !== 'pci') continue;
    const key = `${address.domain ?? 0}:${address.bus ?? 0}:${address.slot ?? 0}`;
    if ((address.function ?? 0) !== 0) shared.add(key);
    else if (!zeros.has(key)) zeros.set(key, address);
  }
  for (const key of shared) {
    const zero = zeros.get(key);
    if (zero !== undefined) zero.multifunction ??= true;
  }
}
