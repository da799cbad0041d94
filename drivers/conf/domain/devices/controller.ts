/** `<controller>`: a bus of the guest and what provides it. */
import {
  attr,
  child,
  element,
  hex,
  type Infer,
  int,
  leaf,
  oneOf,
  onOff,
  scaledLeaf,
  string,
} from '../../schema/index.ts';
import { queueMapping } from './disk.ts';
import { controllerInfoPart, virtioOptions } from '../address.ts';

export const controllerTypes = [
  'ide',
  'fdc',
  'scsi',
  'sata',
  'virtio-serial',
  'ccid',
  'usb',
  'pci',
  'xenbus',
  'isa',
  'nvme',
] as const;

/** Models by type, for validation and completion. */
export const controllerModels: Readonly<Record<(typeof controllerTypes)[number], readonly string[]>> = {
  ide: ['piix3', 'piix4', 'ich6'],
  fdc: [],
  scsi: [
    'auto',
    'buslogic',
    'lsilogic',
    'lsisas1068',
    'vmpvscsi',
    'ibmvscsi',
    'virtio-scsi',
    'lsisas1078',
    'virtio-transitional',
    'virtio-non-transitional',
    'ncr53c90',
    'dc390',
    'am53c974',
  ],
  sata: [],
  'virtio-serial': ['virtio', 'virtio-transitional', 'virtio-non-transitional'],
  ccid: [],
  usb: [
    'piix3-uhci',
    'piix4-uhci',
    'ehci',
    'ich9-ehci1',
    'ich9-uhci1',
    'ich9-uhci2',
    'ich9-uhci3',
    'vt82c686b-uhci',
    'pci-ohci',
    'nec-xhci',
    'qusb1',
    'qusb2',
    'qemu-xhci',
    'none',
  ],
  pci: [
    'pci-root',
    'pcie-root',
    'pci-bridge',
    'dmi-to-pci-bridge',
    'pcie-to-pci-bridge',
    'pcie-root-port',
    'pcie-switch-upstream-port',
    'pcie-switch-downstream-port',
    'pci-expander-bus',
    'pcie-expander-bus',
  ],
  xenbus: [],
  isa: [],
  nvme: [],
};

const target = element('target', 'Numbers the guest sees (PCI)', {
  chassisNr: attr(int({ max: 255 }), 'Chassis of a PCI bridge'),
  chassis: attr(int({ max: 255 }), 'Chassis of a PCI Express port'),
  port: attr(hex(1, 255), 'Port'),
  busNr: attr(int({ max: 255 }), 'First bus number of an expander'),
  index: attr(int(), 'Index of a pSeries host bridge'),
  hotplug: attr(onOff(), 'Whether devices can be plugged'),
  memReserve: attr(string(), 'Memory reserved for hot-plug'),
  node: leaf(int(), 'Node of the guest'),
});

const driver = element('driver', 'Options', {
  queues: attr(int(), 'Virtqueues'),
  cmdPerLun: attr(int(), 'Requests under way per unit', { name: 'cmd_per_lun' }),
  maxSectors: attr(int(), 'Largest request in sectors', { name: 'max_sectors' }),
  ioeventfd: attr(onOff(), 'Whether requests are taken off the processor thread'),
  iothread: attr(int({ min: 1 }), 'I/O thread'),
  ...virtioOptions,
  iothreads: child(queueMapping),
});

export const controller = element('controller', 'A bus of the guest and what provides it', {
  type: attr(oneOf(...controllerTypes), 'Kind of bus', { required: true }),
  index: attr(int(), 'Number among those of its type'),
  model: attr(string(), 'Model'),
  ports: attr(int(), 'Ports'),
  vectors: attr(int(), 'Interrupt vectors (virtio-serial)'),
  maxGrantFrames: attr(int(), 'Grant frames (Xen)'),
  maxEventChannels: attr(int(), 'Event channels (Xen)'),
  serial: leaf(string(), 'Serial number (NVMe)'),
  modelName: child(
    element('model', 'Model within the kind (PCI)', { name: attr(string(), 'Name', { required: true }) }),
  ),
  target: child(target),
  driver: child(driver),
  ...controllerInfoPart,
  pcihole64KiB: scaledLeaf('KiB', 'Size of the 64-bit PCI window', { name: 'pcihole64' }),
});
export type Controller = Infer<typeof controller>;
