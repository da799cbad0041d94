/** The PCI buses of a guest with what is taken on them; finds free slots and grows by controllers where there are none. */
import type { ParseContext } from '../conf/schema/index.ts';
import { connect, endpoint, PciBus, typeNames, types } from './pci-bus.ts';
import { type Addressed, type PciAddress, pciText, setPciAddress } from './device-info.ts';

interface Options {
  context: ParseContext;
  /** Grows as needed and leaves the devices as they are. */
  isDryRun: boolean;
  /** pSeries: more buses mean more host bridges. */
  hasManyRoots: boolean;
  hasPcieToPciBridge: boolean;
}

/** Bound on what hostile bus numbers can make. */
const maxBuses = 256;

export class PciAddressSet {
  readonly buses: PciBus[];
  private readonly options: Options;

  constructor(buses: PciBus[], options: Options) {
    this.buses = buses;
    this.options = options;
  }

  get isDryRun(): boolean {
    return this.options.isDryRun;
  }

  isSlotTaken(slot: number, bus = 0): boolean {
    return (this.buses[bus]?.slots[slot] ?? 0) !== 0;
  }

  /** Takes an address that the definition or the chipset asks for. */
  reserve(address: PciAddress, flags: number, isolationGroup: number, device: object): void {
    this.take({ ...address }, flags, isolationGroup, true, device);
  }

  /** Takes the next free address for a device and sets it, unless this is a dry run. Answers the function taken. */
  reserveNext(device: Addressed, flags: number, isolationGroup = 0, fn = -1, multifunction?: boolean): void {
    const found = this.findNext(flags, isolationGroup, fn, device);
    this.take(found, flags, isolationGroup, false, device);
    if (!this.isDryRun) setPciAddress(device, found.bus ?? 0, found.slot ?? 0, found.function ?? 0, multifunction);
  }

  private take(
    address: PciAddress,
    flags: number,
    isolationGroup: number,
    isFromConfig: boolean,
    device: object,
  ): void {
    if (this.isDryRun) this.grow(address, flags, device);
    this.check(address, flags, isFromConfig, device);
    const { slot = 0, function: fn = 0 } = address;
    const bus = this.buses[address.bus ?? 0];
    if (bus === undefined) return;
    const taken = bus.slots[slot] ?? 0;
    if ((taken & (1 << fn)) !== 0) {
      this.options.context.refuse(
        `Attempted double use of PCI Address ${pciText(address)}`,
        device,
        isFromConfig ? 'VIR_ERR_XML_ERROR' : 'VIR_ERR_INTERNAL_ERROR',
      );
    }
    if (taken === 0 && (flags & connect.aggregate) !== 0) bus.aggregate[slot] = 1;
    if (bus.isEmpty && !bus.isIsolationLocked) bus.isolationGroup = isolationGroup;
    else if (bus.isolationGroup !== isolationGroup && isFromConfig) bus.isolationGroup = 0;
    bus.slots[slot] = taken | (1 << fn);
  }

  /** Refuses an address that does not exist or that the device cannot use. */
  check(address: PciAddress, flags: number, isFromConfig: boolean, device: object): void {
    const { domain = 0, bus: number = 0, slot = 0, function: fn = 0 } = address;
    const refuse = (message: string): never =>
      this.options.context.refuse(message, device, isFromConfig ? 'VIR_ERR_XML_ERROR' : 'VIR_ERR_INTERNAL_ERROR');
    const text = pciText(address);
    if (this.buses.length === 0) refuse('No PCI buses available');
    if (domain !== 0) refuse(`Invalid PCI address ${text}. Only PCI domain 0 is available`);
    const bus =
      this.buses[number] ??
      refuse(`Invalid PCI address ${text}. Only PCI buses up to ${this.buses.length - 1} are available`);
    const reason = whyIncompatible(number, bus.flags, flags, isFromConfig);
    if (reason !== undefined) refuse(`The device at PCI address ${text} ${reason}`);
    if (slot < bus.minSlot) refuse(`Invalid PCI address ${text}. slot must be >= ${bus.minSlot}`);
    if (slot > bus.maxSlot) refuse(`Invalid PCI address ${text}. slot must be <= ${bus.maxSlot}`);
    if (fn > 7) refuse(`Invalid PCI address ${text}. function must be <= 7`);
  }

  private findNext(flags: number, isolationGroup: number, fn: number, device: object): PciAddress {
    const first = Math.max(fn, 0);
    if (this.buses.length === 0) this.options.context.refuse('No PCI buses available', device);
    for (const [number, bus] of this.buses.entries()) {
      if (bus.isolationGroup !== isolationGroup) continue;
      const found = findOnBus(bus, number, first, fn === -1, flags);
      if (found !== undefined) return found;
    }
    // No bus of this isolation group has room; an empty bus can still change its group.
    for (const [number, bus] of this.buses.entries()) {
      if (!bus.isEmpty || bus.isIsolationLocked) continue;
      const found = findOnBus(bus, number, first, fn === -1, flags);
      if (found !== undefined) return found;
    }
    if (!this.isDryRun) this.options.context.refuse('No more available PCI slots', device, 'VIR_ERR_INTERNAL_ERROR');
    const address: PciAddress = { type: 'pci', domain: 0, bus: this.buses.length, slot: 0, function: first };
    this.grow(address, flags, device);
    address.slot = this.buses[address.bus ?? 0]?.minSlot ?? 0;
    return address;
  }

  /** Adds the buses up to the one the address names; may move the address to the bus behind a new bridge. */
  private grow(address: PciAddress, flags: number, device: object): void {
    let missing = (address.bus ?? 0) - this.buses.length + 1;
    if (missing <= 0) return;
    let model = 'pcie-root-port';
    const added: PciBus[] = [];
    if ((flags & connect.pci) !== 0) {
      model = this.options.hasManyRoots ? 'pci-root' : 'pci-bridge';
      const needsBridge = !this.options.hasManyRoots && !this.buses.some((bus) => (bus.flags & connect.bridge) !== 0);
      if (needsBridge) {
        // Conventional PCI behind PCI Express needs a controller more, and the device moves behind it.
        if (missing === 1) {
          missing++;
          address.bus = (address.bus ?? 0) + 1;
        }
        added.push(...this.bridgeBuses());
      }
    } else if ((flags & (connect.pcie | connect.upstreamPort)) === 0) {
      this.refuseGrowth(flags, device);
    }
    while (added.length < missing) added.push(new PciBus(model));
    if (this.buses.length + missing > maxBuses)
      this.options.context.refuse(`PCI bus ${address.bus} is out of range; allowed: 0 to ${maxBuses - 1}`, device);
    this.buses.push(...added);
  }

  /** The way from PCI Express to conventional PCI. */
  private bridgeBuses(): PciBus[] {
    if (!this.options.hasPcieToPciBridge) return [new PciBus('dmi-to-pci-bridge')];
    const root = new PciBus('pcie-root-port');
    // Nothing but the bridge may take this port, not even what is reserved for hot-plug.
    root.flags = connect.pcieToPci;
    return [root, new PciBus('pcie-to-pci-bridge')];
  }

  private refuseGrowth(flags: number, device: object): never {
    const name = typeNames.find(([bit]) => (flags & bit) !== 0)?.[1];
    this.options.context.refuse(
      name === undefined
        ? `Cannot automatically add a new PCI bus for a device with connect flags ${flags.toString(16)}`
        : `a PCI slot is needed to connect a PCI controller model='${name}', but none is available, and it cannot be automatically added`,
      device,
      'VIR_ERR_INTERNAL_ERROR',
    );
  }
}

/** Why a device cannot be plugged into a bus; undefined where it can. */
function whyIncompatible(bus: number, offered: number, wanted: number, isFromConfig: boolean): string | undefined {
  if ((wanted & connect.integrated) !== 0) {
    if (bus !== 0) return 'needs to be an integrated device (bus=0)';
    offered |= connect.autoassign;
  }
  if (isFromConfig) {
    // Who chooses an address may put a conventional device into an Express slot and the other way round.
    if ((offered & endpoint) !== 0) offered |= endpoint;
    if ((wanted & connect.bridge) !== 0) wanted |= connect.pci;
  } else if ((wanted & connect.autoassign) !== 0 && (offered & connect.autoassign) === 0) {
    return `was auto-assigned this address, but the PCI controller with index='${bus}' doesn't allow auto-assignment`;
  }
  if ((wanted & connect.hotpluggable) !== 0 && (offered & connect.hotpluggable) === 0)
    return `requires hotplug capability, but the PCI controller with index='${bus}' doesn't support hotplug`;
  if ((wanted & offered & types) !== 0) return undefined;
  const name = typeNames.find(([bit]) => (wanted & bit) !== 0)?.[1];
  return name === undefined
    ? `has unrecognized connection type flags 0x${(wanted & types).toString(16).padStart(2, '0')}`
    : `cannot be plugged into the PCI controller with index='${bus}'. It requires a controller that accepts a ${name}.`;
}

function findOnBus(
  bus: PciBus,
  number: number,
  first: number,
  isAnyFunction: boolean,
  flags: number,
): PciAddress | undefined {
  if (whyIncompatible(number, bus.flags, flags, false) !== undefined) return undefined;
  for (let slot = bus.minSlot; slot <= bus.maxSlot; slot++) {
    const taken = bus.slots[slot] ?? 0;
    const at = (fn: number): PciAddress => ({ type: 'pci', domain: 0, bus: number, slot, function: fn });
    if (taken === 0) return at(first);
    if ((flags & connect.aggregate) === 0 || bus.aggregate[slot] === 0) continue;
    if ((taken & (1 << first)) === 0) return at(first);
    if (isAnyFunction && taken !== 0xff) return at(Math.log2(~taken & (taken + 1)));
  }
  return undefined;
}
