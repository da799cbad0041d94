/** Which kind of PCI slot each device needs; none for devices that are not on PCI. */
import type { DomainDevice } from '../conf/domain/devices/iterate.ts';
import type { DomainDef } from '../conf/index.ts';
import type { QemuCapabilities } from './capabilities.ts';
import { pciAddressOf } from './device-info.ts';
import { hasPcieRoot } from './machine.ts';
import { connect, controllerConnect } from './pci-bus.ts';

/** The slots that the guest has for devices by what they are. */
export interface ConnectKinds {
  pcie: number;
  virtio: number;
}

const pci = connect.pci | connect.autoassign;

export function connectKinds(def: DomainDef, capabilities: QemuCapabilities): ConnectKinds {
  const pcie = hasPcieRoot(def) ? connect.pcie | connect.autoassign : pci;
  return { pcie, virtio: capabilities.virtioOnPcie ? pcie : pci };
}

/** The slot that a device needs; 0 for none. */
export function connectFlags(item: DomainDevice, kinds: ConnectKinds): number {
  /** Transitional devices have a legacy interface, which only conventional slots can carry. */
  const virtio = (model: string | undefined): number => (model === 'virtio-transitional' ? pci : kinds.virtio);
  switch (item.kind) {
    case 'controllers':
      return controllerFlags(item.device, kinds, virtio);
    case 'filesystems':
      return ['loop', 'nbd', 'ploop'].includes(item.device.driver?.type ?? '') ? 0 : virtio(item.device.model);
    case 'interfaces':
      return interfaceFlags(item.device, kinds, virtio);
    case 'sounds':
      return ['es1370', 'ac97', 'ich6', 'ich9'].includes(item.device.model) ? pci : 0;
    case 'disks':
      return item.device.target?.bus === 'virtio' ? virtio(item.device.model) : 0;
    case 'hostdevs':
      return hostdevFlags(item.device, kinds, virtio);
    case 'memballoon':
      return item.device.model === 'none' || item.device.model === 'xen' ? 0 : virtio(item.device.model);
    case 'rngs':
    case 'vsock':
      return virtio(item.device.model);
    case 'watchdogs':
      return item.device.model === 'i6300esb' ? pci : 0;
    case 'videos':
      return videoFlags(item.device.model?.type, kinds);
    case 'shmems':
      return pci;
    case 'inputs':
      return item.device.bus === 'virtio' ? virtio(item.device.model) : 0;
    case 'serials':
      return item.device.target?.type === 'pci-serial' ? pci : 0;
    case 'iommus':
      return item.device.model === 'virtio' ? kinds.virtio | connect.integrated : 0;
    case 'memories':
      return item.device.model === 'virtio-pmem' || item.device.model === 'virtio-mem' ? kinds.virtio : 0;
    case 'cryptos':
      return pci;
    case 'panics':
      return item.device.model === 'pvpanic' ? pci | connect.integrated : 0;
    default:
      return 0;
  }
}

type Of<K extends DomainDevice['kind']> = Extract<DomainDevice, { kind: K }>['device'];
type Virtio = (model: string | undefined) => number;

function controllerFlags({ type, model }: Of<'controllers'>, kinds: ConnectKinds, virtio: Virtio): number {
  switch (type) {
    case 'pci':
      return controllerConnect[model ?? ''] ?? 0;
    case 'sata':
    case 'ide':
      return pci;
    case 'usb':
      if (model === 'nec-xhci' || model === 'qemu-xhci') return kinds.pcie;
      return model === 'none' || model === 'qusb1' || model === 'qusb2' ? 0 : pci;
    case 'scsi':
      if (model === undefined || model === 'ncr53c90') return 0;
      return model.startsWith('virtio') ? virtio(model) : pci;
    case 'virtio-serial':
      return virtio(model);
    case 'nvme':
      return kinds.pcie;
    default:
      return 0;
  }
}

function interfaceFlags({ type, model, source }: Of<'interfaces'>, kinds: ConnectKinds, virtio: Virtio): number {
  const name = model?.type;
  if (type === 'hostdev') return source?.hostAddress?.type === 'usb' ? 0 : kinds.pcie;
  if (name === 'usb-net') return 0;
  if (name?.startsWith('virtio') === true) return virtio(name);
  // Without a model it is a host device of a network's pool, and those are PCI Express.
  return name === 'e1000e' || name === 'igb' || name === undefined ? kinds.pcie : pci;
}

function hostdevFlags(device: Of<'hostdevs'>, kinds: ConnectKinds, virtio: Virtio): number {
  if (device.type !== 'mdev' && device.type !== 'pci' && device.type !== 'scsi_host') return 0;
  if (pciAddressOf(device) === undefined && device.type === 'scsi_host') return virtio(device.model);
  // Whether a host device is PCI Express only the host can tell; nearly all are.
  return kinds.pcie;
}

function videoFlags(type: string | undefined, kinds: ConnectKinds): number {
  switch (type) {
    case 'virtio':
      return kinds.virtio;
    case 'bochs':
      return kinds.pcie;
    case 'vga':
    case 'cirrus':
    case 'vmvga':
    case 'xen':
    case 'vbox':
    case 'qxl':
    case 'parallels':
      return pci;
    default:
      return 0;
  }
}
