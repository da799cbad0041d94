/** `<address>` of a device and what else every device may have: alias, boot order, ACPI index. */
import type { Owner } from '../schema/field.ts';
import {
  attr,
  cpuSet,
  child,
  element,
  hex,
  hex64,
  type Infer,
  int,
  oneOf,
  onOff,
  string,
  variant,
  yesNo,
} from '../schema/index.ts';

/** Identifiers of a PCI device on s390. */
/** Where one of the two is known, the other is written too, as zero. */
const givenWith = (own: string, other: string) => (owner: Owner) =>
  (owner[own] as number | undefined) ?? (owner[other] === undefined ? undefined : 0);

const zpci = element('zpci', 'Identifiers of the device on s390', {
  uid: attr(hex(4, 0xffff), 'User-defined identifier; chosen if absent', { derive: givenWith('uid', 'fid') }),
  fid: attr(hex(8), 'Function identifier; chosen if absent', { derive: givenWith('fid', 'uid') }),
});

/** A PCI address of the host. */
export const pciAddressPart = {
  domain: attr(hex(4), 'PCI domain (segment)', { fill: 0 }),
  bus: attr(hex(2), 'Bus; for a guest the index of its PCI controller', { fill: 0 }),
  slot: attr(hex(2), 'Slot on the bus', { fill: 0 }),
  function: attr(hex(1), 'Function in the slot', { fill: 0 }),
  multifunction: attr(onOff(), 'Whether other functions share the slot'),
};

/** libvirt writes a slot of zeroes as one not yet chosen: with the type alone. */
const isChosen = {
  show: (_value: number, owner: Owner) => Boolean(owner['domain'] || owner['bus'] || owner['slot']),
  fill: 0,
} as const;
const guestPciAddressPart = {
  domain: attr(hex(4), 'PCI domain (segment)', isChosen),
  bus: attr(hex(2), 'Index of the PCI controller', isChosen),
  slot: attr(hex(2), 'Slot on the bus', isChosen),
  function: attr(hex(1), 'Function in the slot', isChosen),
};

/** Where a device sits: on a PCI slot, on a disk controller, ... */
export const address = element('address', 'Where the device is attached, as the guest sees it', [
  {
    type: attr(
      oneOf(
        'none',
        'pci',
        'drive',
        'virtio-serial',
        'ccid',
        'usb',
        'spapr-vio',
        'virtio-s390',
        'ccw',
        'virtio-mmio',
        'isa',
        'dimm',
        'unassigned',
        'mdev',
      ),
      'Kind of bus',
      { required: true },
    ),
  },
  variant('type', {
    none: {},
    pci: {
      ...guestPciAddressPart,
      multifunction: attr(onOff(), 'Whether other functions share the slot'),
      zpci: child(zpci),
    },
    drive: {
      controller: attr(int(), 'Index of the disk controller', { fill: 0 }),
      bus: attr(int(), 'Bus on the controller', { fill: 0 }),
      target: attr(int(), 'SCSI target', { fill: 0 }),
      unit: attr(int(), 'Unit on the bus', { fill: 0 }),
    },
    'virtio-serial': {
      controller: attr(int(), 'Index of the virtio-serial controller', { fill: 0 }),
      bus: attr(int(), 'Bus on the controller', { fill: 0 }),
      port: attr(int(), 'Port on the bus', { fill: 0 }),
    },
    ccid: {
      controller: attr(int(), 'Index of the smart card controller', { fill: 0 }),
      slot: attr(int(), 'Slot on the controller', { fill: 0 }),
    },
    usb: {
      bus: attr(int(), 'USB bus: the index of its controller'),
      port: attr(string(), 'Port, with hub ports behind dots: 1.2'),
      device: attr(int(), 'Device number on the host'),
    },
    'spapr-vio': { reg: attr(hex64(8), 'Register of the VIO bus') },
    'virtio-s390': {},
    ccw: {
      cssid: attr(hex(1), 'Channel subsystem', { fill: 0 }),
      ssid: attr(hex(1), 'Subchannel set', { fill: 0 }),
      devno: attr(hex(4), 'Device number', { fill: 0 }),
    },
    'virtio-mmio': {},
    isa: {
      iobase: attr(hex(1), 'I/O port base'),
      irq: attr(hex(1), 'Interrupt'),
    },
    dimm: {
      slot: attr(int(), 'Memory slot'),
      base: attr(string(), 'Guest physical address'),
    },
    unassigned: {},
    mdev: { uuid: attr(string(), 'UUID of the mediated device') },
  }),
]);
export type Address = Infer<typeof address>;

const alias = element('alias', 'Name of the device; a user-given one starts with ua-', {
  name: attr(string(), 'The name', { required: true }),
});

const boot = element('boot', 'Place in the boot order of the devices', {
  order: attr(int({ min: 1 }), 'From 1; no two devices share one', { required: true }),
  loadparm: attr(string(), 'Boot parameter on s390'),
});

const acpi = element('acpi', 'ACPI identity of the device', {
  index: attr(int({ min: 1 }), 'Index by which the guest names the device; unique'),
  nodeset: attr(cpuSet(), 'Nodes of the guest the device is near to'),
});

const rom = element('rom', "The PCI device's option ROM", {
  bar: attr(onOff(), 'Whether the guest sees the ROM'),
  enabled: attr(yesNo(), 'Whether there is a ROM at all'),
  file: attr(string(), 'Image to use as ROM'),
});

const userAlias = {
  alias: child(alias, { show: (value, _owner, context) => !context.inactive || value.name.startsWith('ua-') }),
};

/** What stands at the end of every device, in libvirt's order. */
export const infoPart = { ...userAlias, acpi: child(acpi), address: child(address) };

/** The same of a device that can be booted from. */
export const bootInfoPart = { boot: child(boot), ...infoPart };

/** The same of a device with a PCI option ROM. */
export const romInfoPart = {
  boot: child(boot),
  ...userAlias,
  rom: child(rom),
  acpi: child(acpi),
  address: child(address),
};

const master = element('master', 'Start port of the companion of a USB controller', {
  startport: attr(int(), 'First port', { required: true }),
});

/** The same of a controller. */
export const controllerInfoPart = { ...userAlias, master: child(master), acpi: child(acpi), address: child(address) };

/** Options of a virtio device's driver, for every kind of virtio device. */
export const virtioOptions = {
  iommu: attr(onOff(), 'Whether the device uses the emulated IOMMU'),
  ats: attr(onOff(), 'Address translation services'),
  packed: attr(onOff(), 'Packed virtqueues'),
  pagePerVq: attr(onOff(), 'A page per virtqueue', { name: 'page_per_vq' }),
};
