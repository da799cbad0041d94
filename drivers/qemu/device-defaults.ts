/** Defaults of single devices: drivers, formats and models. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDevice } from '../conf/domain/devices/iterate.ts';
import type { DomainDef } from '../conf/index.ts';
import { capabilitiesFor } from './capabilities.ts';
import { chardevDefaults } from './chardev-defaults.ts';
import { controllerDefaults } from './controller-defaults.ts';
import { isArm, isArmVirt, isPpc64, isPSeries, isRiscvVirt, isS390, isX86, machineOf } from './machine.ts';

type Of<K extends DomainDevice['kind']> = Extract<DomainDevice, { kind: K }>['device'];

/** Fills in the defaults of one device. */
export function deviceDefaults(item: DomainDevice, def: DomainDef, context: ParseContext): void {
  switch (item.kind) {
    case 'disks':
      return diskDefaults(item.device);
    case 'interfaces':
      return interfaceDefaults(item.device, def);
    case 'videos':
      return videoDefaults(item.device, def);
    case 'controllers':
      return controllerDefaults(item.device, def, context);
    case 'serials':
    case 'parallels':
    case 'consoles':
    case 'channels':
      return chardevDefaults(item, def, context);
    case 'panics':
      item.device.model ??= defaultPanicModel(def);
      return;
    case 'shmems':
      return shmemDefaults(item.device, context);
    case 'vsock':
      item.device.model ??= 'virtio';
      return;
    case 'hostdevs':
      return hostdevDefaults(item.device, def, context);
    case 'tpms':
      return tpmDefaults(item.device, def);
    default:
      return;
  }
}

function diskDefaults(disk: Of<'disks'>): void {
  const driver = (disk.driver ??= {});
  driver.name ??= 'qemu';
  if (disk.type !== 'volume') driver.type ??= 'raw';
  if (disk.mirror !== undefined && disk.mirror.format === undefined) disk.mirror.format = { type: 'raw' };
  encryptionDefaults(disk);
  encryptionDefaults(disk.source);
  for (let store = disk.backingStore; store !== undefined; store = store.backingStore) encryptionDefaults(store.source);
}

function encryptionDefaults(source: Pick<Of<'disks'>, 'encryption'> | undefined): void {
  if (source?.encryption !== undefined) source.encryption.engine ??= 'qemu';
}

function interfaceDefaults(one: Of<'interfaces'>, def: DomainDef): void {
  if (one.model !== undefined || one.type === 'hostdev') return;
  one.model = { type: one.type === 'vdpa' || one.type === 'vhostuser' ? 'virtio' : defaultInterfaceModel(def) };
}

/** The card that guests of this machine can drive. */
function defaultInterfaceModel(def: DomainDef): string {
  if (isS390(def) || isRiscvVirt(def) || isArmVirt(def)) return 'virtio';
  if (isArm(def)) return machineOf(def) === 'versatilepb' ? 'smc91c111' : 'lan9118';
  return 'rtl8139';
}

/** Video memory of QXL behind the VGA window, in KiB. */
const qxlVgaMemKiB = 16 * 1024;

function videoDefaults({ model }: Of<'videos'>, def: DomainDef): void {
  if (model === undefined) return;
  if (model.type === 'default') model.type = defaultVideoModel(def);
  if (model.type === 'qxl' && (model.vgamem ?? 0) === 0) model.vgamem = qxlVgaMemKiB;
}

function defaultVideoModel(def: DomainDef): 'vga' | 'virtio' | 'cirrus' {
  if (isPpc64(def)) return 'vga';
  return isArmVirt(def) || isRiscvVirt(def) || isS390(def) ? 'virtio' : 'cirrus';
}

/** What the guest tells of a crash through. */
export function defaultPanicModel(def: DomainDef): 'pseries' | 's390' | 'isa' {
  if (isPSeries(def)) return 'pseries';
  return isS390(def) ? 's390' : 'isa';
}

function hostdevDefaults(one: Of<'hostdevs'>, def: DomainDef, context: ParseContext): void {
  if (one.type !== 'mdev' || one.model !== 'vfio-pci' || !capabilitiesFor(def, context).vfioDisplay) return;
  one.display ??= false;
}

const shmemSizeBytes = 4n * 1024n * 1024n;

function shmemDefaults(one: Of<'shmems'>, context: ParseContext): void {
  const model = one.model?.type ?? 'ivshmem';
  const refuse = (reason: string): never =>
    context.refuse(`shmem model '${model}' ${reason}`, one, 'VIR_ERR_CONFIG_UNSUPPORTED');
  if (model !== 'ivshmem-doorbell') one.sizeBytes ??= shmemSizeBytes;
  if (model === 'ivshmem') return;
  if (one.server === undefined) {
    if (model === 'ivshmem-doorbell') refuse('is supported only with server option enabled');
    if (one.msi !== undefined) refuse("doesn't support msi");
    return;
  }
  if (model === 'ivshmem-plain') refuse('is supported only with server option disabled');
  if (one.sizeBytes !== undefined) refuse('does not support size setting');
  (one.msi ??= {}).ioeventfd ??= true;
}

function tpmDefaults(one: Of<'tpms'>, def: DomainDef): void {
  one.model ??= isPpc64(def) ? 'tpm-spapr' : 'tpm-tis';
  const { backend } = one;
  // The old interface on the PC keeps the old version, for guests that have always had it.
  if (backend.type === 'emulator') backend.version ??= one.model === 'tpm-tis' && isX86(def) ? '1.2' : '2.0';
}
