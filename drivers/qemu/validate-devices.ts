/** What QEMU cannot do with single devices whatever its version. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDevice } from '../conf/domain/devices/iterate.ts';
import { domainDevices } from '../conf/domain/devices/iterate.ts';
import { type Check, illegal, internal, runChecks, unsupported } from '../conf/domain/validate/check.ts';
import type { DomainDef } from '../conf/index.ts';
import { archOf, isArm, isArmVirt, isPSeries, isQ35, machineOf } from './machine.ts';

type Of<K extends DomainDevice['kind']> = Extract<DomainDevice, { kind: K }>['device'];

/** Formats that several writers can share. */
const sharedFormats: readonly (string | undefined)[] = [undefined, 'none', 'raw', 'aio', 'luks'];

const diskChecks: readonly Check<Of<'disks'>>[] = [
  unsupported(({ driver }) => driver?.type === 'cow' && "'cow' storage format is not supported"),
  unsupported(
    ({ driver }) =>
      driver?.type === 'iso' && "storage format 'iso' is not directly supported by QEMU, use 'raw' instead",
  ),
  unsupported(
    ({ shareable, driver, target }) =>
      shareable === true &&
      !sharedFormats.includes(driver?.type) &&
      `shared access for disk '${target?.dev}' requires use of supported storage format`,
  ),
  internal(
    ({ target, address }) =>
      target?.bus === 'usb' &&
      address !== undefined &&
      address.type !== 'usb' &&
      address.type !== 'none' &&
      'unexpected address type for usb disk',
  ),
  unsupported(
    ({ target }, def) =>
      target?.bus === 'fdc' && isPSeries(def) && 'PowerPC pseries machines do not support floppy device',
  ),
];

const mebibyte = 1024n * 1024n;

const shmemChecks: readonly Check<Of<'shmems'>>[] = [
  illegal(
    ({ sizeBytes }) =>
      sizeBytes !== undefined && sizeBytes < mebibyte && 'shmem size must be at least 1 MiB (1024 KiB)',
  ),
  illegal(({ sizeBytes = 1n }) => (sizeBytes & (sizeBytes - 1n)) !== 0n && 'shmem size must be a power of two'),
];

const inputChecks: readonly Check<Of<'inputs'>>[] = [
  unsupported(
    ({ bus, type, model }) =>
      bus === 'virtio' &&
      type !== 'passthrough' &&
      model !== undefined &&
      model !== 'virtio' &&
      `virtio (non-)transitional models are not supported for input type=${type}`,
  ),
];

const panicChecks: readonly Check<Of<'panics'>>[] = [
  unsupported(
    ({ model, address }) =>
      (model === 's390' || model === 'pseries') &&
      address !== undefined &&
      `setting the panic device address is not supported for model '${model}'`,
  ),
];

const tpmChecks: readonly Check<Of<'tpms'>>[] = [
  unsupported(({ backend }, def) => backend.version === '1.2' && isArm(def) && 'TPM 1.2 is not supported on ARM'),
];

const iommuChecks: readonly Check<Of<'iommus'>>[] = [
  unsupported(
    ({ model }, def) => model === 'intel' && !isQ35(def) && "IOMMU device: 'intel' is only supported with Q35 machines",
  ),
  unsupported(
    ({ model }, def) =>
      model === 'smmuv3' && !isArmVirt(def) && "IOMMU device: 'smmuv3' is only supported with ARM Virt machines",
  ),
  unsupported(
    ({ model }, def) =>
      model === 'virtio' &&
      !isQ35(def) &&
      !isArmVirt(def) &&
      "IOMMU device: 'virtio' is only supported with Q35 and ARM Virt machines",
  ),
];

const serialChecks: readonly Check<Of<'serials'>>[] = [
  unsupported(
    ({ target }, def) =>
      target?.type === 'spapr-vio-serial' &&
      !isPSeries(def) &&
      `Serial device with target type '${target.type}' and target model '${target.model?.name}' not compatible with guest architecture or machine type`,
  ),
];

const controllerChecks: readonly Check<Of<'controllers'>>[] = [
  unsupported(
    ({ modelName }, def) =>
      modelName?.name === 'spapr-pci-host-bridge' &&
      !isPSeries(def) &&
      `PCI controller model name 'spapr-pci-host-bridge' is not supported for architecture '${archOf(def)}' or machine type '${machineOf(def)}'`,
  ),
];

/** Device kinds with checks of their own. */
const checksByKind: { [K in DomainDevice['kind']]?: readonly Check<Of<K>>[] } = {
  disks: diskChecks,
  shmems: shmemChecks,
  inputs: inputChecks,
  panics: panicChecks,
  tpms: tpmChecks,
  iommus: iommuChecks,
  serials: serialChecks,
  controllers: controllerChecks,
};

export function validateDevices(def: DomainDef, context: ParseContext): void {
  for (const { kind, device } of domainDevices(def)) {
    const checks = checksByKind[kind] as readonly Check<object>[] | undefined;
    if (checks !== undefined) runChecks(checks, device, def, context);
    checkZpci(device, context);
    checkReconnect(device, context);
  }
}

interface WithSource {
  sources?: readonly { reconnect?: { enabled: boolean; timeout?: number | undefined } | undefined }[];
  source?: { reconnect?: { enabled: boolean; timeout?: number | undefined } | undefined };
}

function checkReconnect(device: object, context: ParseContext): void {
  const { sources = [], source } = device as WithSource;
  for (const reconnect of [source?.reconnect, ...sources.map((one) => one.reconnect)]) {
    if (reconnect?.enabled === true && reconnect.timeout === 0)
      context.refuse("chardev reconnect source timeout cannot be '0'", reconnect, 'VIR_ERR_INVALID_ARG');
  }
}

function checkZpci(device: object, context: ParseContext): void {
  const { address } = device as { address?: { type: string; zpci?: { uid?: number } } };
  if (address?.zpci?.uid === 0) {
    context.refuse("Invalid PCI address uid='0x0000', must be > 0x0000 and <= 0xffff", address);
  }
}
