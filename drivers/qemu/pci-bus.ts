/** What a PCI bus offers, what a device needs of it, and which of its functions are taken. */

/** What a device needs of a bus, and what a bus offers. */
export const connect = {
  hotpluggable: 1,
  autoassign: 2,
  pci: 4,
  pcie: 8,
  rootPort: 16,
  upstreamPort: 32,
  downstreamPort: 64,
  dmiBridge: 128,
  expander: 256,
  pcieExpander: 512,
  bridge: 1024,
  aggregate: 2048,
  pcieToPci: 4096,
  integrated: 8192,
} as const;

/** Devices that are no bridges. */
export const endpoint = connect.pci | connect.pcie;
/** All bits that say what a slot is for. */
export const types =
  endpoint |
  connect.rootPort |
  connect.upstreamPort |
  connect.downstreamPort |
  connect.dmiBridge |
  connect.expander |
  connect.pcieExpander |
  connect.bridge |
  connect.pcieToPci;

/** In words, for refusals. */
export const typeNames: readonly (readonly [number, string])[] = [
  [connect.pci, 'standard PCI device'],
  [connect.pcie, 'PCI Express device'],
  [connect.rootPort, 'pcie-root-port'],
  [connect.upstreamPort, 'pcie-switch-upstream-port'],
  [connect.downstreamPort, 'pcie-switch-downstream-port'],
  [connect.dmiBridge, 'dmi-to-pci-bridge'],
  [connect.pcieToPci, 'pcie-to-pci-bridge'],
  [connect.expander, 'pci-expander-bus'],
  [connect.pcieExpander, 'pcie-expander-bus'],
  [connect.bridge, 'pci-bridge'],
];

/** What each controller model must be plugged into. */
export const controllerConnect: Readonly<Record<string, number>> = {
  'pci-bridge': connect.bridge,
  'pci-expander-bus': connect.expander,
  'pcie-expander-bus': connect.pcieExpander,
  'dmi-to-pci-bridge': connect.dmiBridge,
  'pcie-to-pci-bridge': connect.pcieToPci,
  'pcie-root-port': connect.rootPort | connect.aggregate,
  'pcie-switch-upstream-port': connect.upstreamPort,
  'pcie-switch-downstream-port': connect.downstreamPort,
};

interface BusKind {
  flags: number;
  minSlot: number;
  maxSlot: number;
  canHotplug: boolean;
}

const conventional = connect.autoassign | connect.pci | connect.bridge;
const port: BusKind = {
  flags: connect.autoassign | connect.pcie | connect.upstreamPort | connect.pcieToPci,
  minSlot: 0,
  maxSlot: 0,
  canHotplug: true,
};

/** What each controller model offers downstream. */
const busKinds: Readonly<Record<string, BusKind>> = {
  'pci-root': { flags: conventional | connect.expander, minSlot: 1, maxSlot: 31, canHotplug: true },
  'pci-bridge': { flags: conventional, minSlot: 1, maxSlot: 31, canHotplug: true },
  'pci-expander-bus': { flags: conventional, minSlot: 0, maxSlot: 31, canHotplug: true },
  'pcie-root': {
    flags: connect.pcie | connect.rootPort | connect.dmiBridge | connect.pcieExpander,
    minSlot: 1,
    maxSlot: 31,
    canHotplug: false,
  },
  'dmi-to-pci-bridge': { flags: connect.pci | connect.bridge, minSlot: 0, maxSlot: 31, canHotplug: false },
  'pcie-to-pci-bridge': { flags: conventional, minSlot: 1, maxSlot: 31, canHotplug: true },
  'pcie-root-port': port,
  'pcie-switch-downstream-port': port,
  'pcie-switch-upstream-port': { flags: connect.downstreamPort, minSlot: 0, maxSlot: 31, canHotplug: false },
  'pcie-expander-bus': { flags: connect.rootPort | connect.dmiBridge, minSlot: 0, maxSlot: 31, canHotplug: false },
};

/** One bus: 32 slots of 8 functions. */
export class PciBus {
  model: string;
  flags: number;
  readonly minSlot: number;
  readonly maxSlot: number;
  /** A bit for each function taken. */
  readonly slots = new Uint8Array(32);
  /** Slots that fill up function by function. */
  readonly aggregate = new Uint8Array(32);
  isolationGroup = 0;
  isIsolationLocked = false;

  constructor(model: string, isHotplugAllowed = true) {
    const kind = busKinds[model] ?? port;
    this.model = model;
    this.flags = kind.flags | (kind.canHotplug && isHotplugAllowed ? connect.hotpluggable : 0);
    this.minSlot = kind.minSlot;
    this.maxSlot = kind.maxSlot;
  }

  get isEmpty(): boolean {
    return this.slots.subarray(this.minSlot, this.maxSlot + 1).every((functions) => functions === 0);
  }

  get isFull(): boolean {
    return this.slots.subarray(this.minSlot, this.maxSlot + 1).every((functions) => functions !== 0);
  }
}
