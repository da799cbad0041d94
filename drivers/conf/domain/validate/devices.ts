/** What is refused of the other devices. */
import type { ParseContext } from '../../schema/index.ts';
import { type Controller, controllerModels } from '../devices/controller.ts';
import type { Filesystem } from '../devices/filesystem.ts';
import type { Graphics } from '../devices/graphics.ts';
import type { Hub, Input } from '../devices/input.ts';
import type { InterfaceDevice } from '../devices/interface.ts';
import type { MemoryDevice, Shmem } from '../devices/memory-device.ts';
import type { Vsock } from '../devices/misc.ts';
import type { Video } from '../devices/video.ts';
import type { DomainDef } from '../schema.ts';
import { type Check, contradictory, duplicate, illegal, internal, runChecks, unsupported, withCode } from './check.ts';
import { virtioOptionGiven } from './virtio.ts';

const usbIsOff = (def: DomainDef): boolean =>
  (def.devices?.controllers ?? []).some(({ type, model }) => type === 'usb' && model === 'none');
const hasUsb = (def: DomainDef): boolean =>
  (def.devices?.controllers ?? []).some(({ type, model }) => type === 'usb' && model !== 'none');
const isRoot = ({ model }: Controller): boolean => model === 'pci-root' || model === 'pcie-root';
const isScsiVirtio = ({ model }: Controller): boolean => model?.startsWith('virtio') === true;
const outside = (value: number | undefined, min: number, max: number): boolean =>
  value !== undefined && (value < min || value > max);

const controllerChecks: readonly Check<Controller>[] = [
  illegal(({ type, model }) => {
    const models = controllerModels[type];
    return (
      model !== undefined &&
      models.length > 0 &&
      !models.includes(model) &&
      `Invalid value for attribute 'model' in element 'controller': '${model}'; allowed: ${models.join(', ')}`
    );
  }),
  illegal(
    (one) =>
      one.driver?.iothread !== undefined &&
      !isScsiVirtio(one) &&
      "'iothread' attribute only supported for virtio scsi controllers",
  ),
  contradictory(
    (one, def) =>
      one.type === 'usb' &&
      one.model !== 'none' &&
      usbIsOff(def) &&
      "Can't add another USB controller: USB is disabled for this domain",
  ),
  unsupported(
    (one) =>
      one.type === 'pci' &&
      isRoot(one) &&
      one.address !== undefined &&
      'pci-root and pcie-root controllers should not have an address',
  ),
  unsupported(
    ({ type, index }) =>
      type === 'pci' && (index ?? 0) > 255 && `PCI controller index ${index} too high, maximum is 255`,
  ),
  unsupported(
    ({ target }) =>
      outside(target?.index, 0, 30) && `PCI controller target index '${target?.index}' out of range - must be 0-30`,
  ),
  unsupported(
    ({ index, target }) =>
      target?.index !== undefined &&
      (index === 0) !== (target.index === 0) &&
      'Only the PCI controller with index 0 can have target index 0, and vice versa',
  ),
  unsupported(
    ({ target }) =>
      outside(target?.chassisNr, 1, 255) &&
      `PCI controller chassisNr '${target?.chassisNr}' out of range - must be 1-255`,
  ),
  unsupported(
    ({ target }) =>
      outside(target?.busNr, 1, 254) && `PCI controller busNr '${target?.busNr}' out of range - must be 1-254`,
  ),
  unsupported(
    ({ type, index, target }) =>
      type === 'pci' &&
      index === 0 &&
      target?.node !== undefined &&
      "The PCI controller with index=0 can't be associated with a NUMA node",
  ),
];

const isVirtioModel = (model: string | undefined): boolean => model?.startsWith('virtio') === true;

const interfaceChecks: readonly Check<InterfaceDevice>[] = [
  unsupported(
    ({ type, source }) =>
      type !== 'ethernet' &&
      source !== undefined &&
      (source.ips.length > 0 || source.routes.length > 0) &&
      `Invalid attempt to set network interface host-side IP route and/or address info on interface of type '${type}'. This is only supported on interfaces of type 'ethernet'`,
  ),
  unsupported(
    ({ type, target }) =>
      target?.managed === false &&
      type !== 'ethernet' &&
      `unmanaged target dev is not supported on interfaces of type '${type}'; allowed: ethernet`,
  ),
  unsupported(
    ({ teaming }) =>
      teaming?.type === 'transient' &&
      teaming.persistent === undefined &&
      "teaming persistent attribute must be set if teaming type is 'transient'",
  ),
  unsupported(
    ({ teaming }) =>
      teaming?.type === 'persistent' &&
      teaming.persistent !== undefined &&
      "teaming persistent attribute not allowed if teaming type is 'persistent'",
  ),
  unsupported(
    ({ mac, type, port }) =>
      port?.isolated === true &&
      type !== 'network' &&
      type !== 'bridge' &&
      `interface ${mac?.address} - <port isolated='yes'/> is not supported for network interfaces with type='${type}'`,
  ),
  unsupported(
    ({ mac, virtualport, port }) =>
      port?.isolated === true &&
      virtualport?.type !== undefined &&
      virtualport.type !== 'none' &&
      `interface ${mac?.address} - <port isolated='yes'/> is not supported for network interfaces with virtualport type='${virtualport.type}'`,
  ),
  unsupported(({ model, driver }) => !isVirtioModel(model?.type) && virtioOptionGiven(driver)),
  internal(
    ({ type, source }) =>
      type === 'network' &&
      source?.network === undefined &&
      "No <source> 'network' attribute specified with <interface type='network'/>",
  ),
  internal(
    ({ type, source }) =>
      type === 'bridge' &&
      source?.bridge === undefined &&
      "No <source> 'bridge' attribute specified with <interface type='bridge'/>",
  ),
  internal(
    ({ type, source }) =>
      type === 'direct' &&
      source?.dev === undefined &&
      "No <source> 'dev' attribute specified with <interface type='direct'/>",
  ),
  internal(
    ({ type, source }) =>
      type === 'internal' &&
      source?.name === undefined &&
      "No <source> 'name' attribute specified with <interface type='internal'/>",
  ),
  illegal(
    ({ type, source }) =>
      (type === 'mcast' || type === 'server' || type === 'client' || type === 'udp') &&
      source?.port === undefined &&
      `No <source> 'port' attribute specified with socket interface of type '${type}'`,
  ),
  illegal(
    ({ mac }) =>
      mac !== undefined &&
      (Number.parseInt(mac.address.slice(0, 2), 16) & 1) === 1 &&
      `expected unicast mac address, found multicast '${mac.address}'`,
  ),
];

const videoChecks: readonly Check<Video>[] = [
  internal(
    ({ model }) =>
      (model === undefined || model.type === 'default') && 'missing video model and cannot determine default',
  ),
  unsupported(
    ({ model }, def) =>
      model?.type === 'none' &&
      (def.devices?.videos.length ?? 0) > 1 &&
      "a 'none' video type must be the only video device defined for the domain",
  ),
  unsupported(
    ({ model, driver }) =>
      driver?.name === 'vhostuser' &&
      model?.type !== 'virtio' &&
      "'vhostuser' driver is only supported with 'virtio' device",
  ),
  unsupported(
    ({ model, driver }) =>
      driver?.name !== 'vhostuser' &&
      model?.acceleration?.rendernode !== undefined &&
      "unsupported rendernode accel attribute without 'vhostuser'",
  ),
  unsupported(
    ({ model }) =>
      model?.resolution !== undefined &&
      (model.resolution.x === 0 || model.resolution.y === 0) &&
      'video resolution values must be greater than 0',
  ),
  unsupported(
    ({ model }) => model?.type !== 'qxl' && (model?.ram ?? 0) > 0 && 'ram attribute only supported for video type qxl',
  ),
  unsupported(
    ({ model }) =>
      model?.type !== 'qxl' && (model?.vram64 ?? 0) > 0 && 'vram64 attribute only supported for video type qxl',
  ),
  unsupported(
    ({ model }) =>
      model?.type !== 'qxl' && (model?.vgamem ?? 0) > 0 && 'vgamem attribute only supported for video type qxl',
  ),
  unsupported(
    ({ model, address }) =>
      model?.type === 'ramfb' && address !== undefined && 'address not supported for video type ramfb',
  ),
  unsupported(({ model, driver }) => model?.type !== 'virtio' && virtioOptionGiven(driver)),
  unsupported(
    ({ model }) =>
      model?.type !== 'virtio' &&
      model?.blob !== undefined &&
      `video type '${model.type}' does not support blob resources`,
  ),
];

const isPointerOrKeyboard = (type: string): boolean => type === 'mouse' || type === 'keyboard';

const inputChecks: readonly Check<Input>[] = [
  unsupported(({ bus }, def) => bus === 'usb' && usbIsOff(def) && "Can't add USB input device. USB bus is disabled"),
  internal(({ type, bus }, def) => {
    const guest = def.os?.type?.value;
    if (guest === 'hvm') {
      if (bus === 'ps2' && !isPointerOrKeyboard(type)) return `ps2 bus does not support ${type} input device`;
      return bus === 'xen' && 'unsupported input bus xen';
    }
    if (guest === 'xen' || guest === 'linux' || guest === 'xenpvh') {
      if (bus !== 'xen') return `unsupported input bus ${bus}; allowed: xen`;
      return !isPointerOrKeyboard(type) && `xen bus does not support ${type} input device`;
    }
    if (def.type !== 'vz' && def.type !== 'parallels')
      return 'Input devices are not supported by this virtualization driver.';
    if (bus !== 'parallels') return `parallels containers don't support input bus ${bus}`;
    return !isPointerOrKeyboard(type) && `parallels bus does not support ${type} input device`;
  }),
  unsupported(
    ({ type, source }) =>
      (isPointerOrKeyboard(type) || type === 'tablet') &&
      source?.evdev !== undefined &&
      'setting source evdev path only supported for passthrough input devices',
  ),
  illegal(
    ({ type, source }) =>
      type === 'passthrough' && source?.evdev === undefined && 'Missing evdev path for input device passthrough',
  ),
  illegal(
    ({ type, source }) =>
      type === 'evdev' && source?.dev === undefined && "Missing required attribute 'dev' in element 'source'",
  ),
  unsupported(
    ({ type, bus }) =>
      type === 'passthrough' && bus !== 'virtio' && "only bus 'virtio' is supported for 'passthrough' input devices",
  ),
  unsupported(({ type, bus }) => type === 'evdev' && bus !== 'none' && "input evdev doesn't support bus element"),
  unsupported(
    ({ model, bus }) =>
      model !== undefined && bus !== 'virtio' && `only bus 'virtio' is supported for input model '${model}'`,
  ),
];

const hubChecks: readonly Check<Hub>[] = [
  unsupported((_hub, def) => usbIsOff(def) && "Can't add USB hub: USB is disabled for this domain"),
];

const memoryChecks: readonly Check<MemoryDevice>[] = [
  contradictory(
    ({ model, source }) =>
      (model === 'nvdimm' || model === 'virtio-pmem') &&
      source?.path === undefined &&
      `path is required for model '${model}'`,
  ),
  unsupported(({ model, discard }) => model === 'nvdimm' && discard === true && 'discard is not supported for nvdimms'),
  unsupported(
    ({ model, discard }) =>
      model === 'virtio-pmem' && discard === true && "discard is not supported for model 'virtio-pmem'",
  ),
  unsupported(
    ({ model, target }, def) =>
      model === 'nvdimm' &&
      isPower(def) &&
      (target.label?.sizeKiB ?? 0n) === 0n &&
      'label size is required for NVDIMM device',
  ),
  unsupported(
    ({ model, uuid }, def) =>
      model === 'nvdimm' && !isPower(def) && uuid !== undefined && 'UUID is not supported for NVDIMM device',
  ),
  unsupported(
    ({ model, access }) =>
      model === 'virtio-pmem' && access !== 'shared' && 'shared access mode required for virtio-pmem device',
  ),
  unsupported(
    ({ model, target }) =>
      model === 'virtio-pmem' && target.node !== undefined && 'virtio-pmem does not support NUMA nodes',
  ),
  contradictory(
    ({ model, target }) =>
      model === 'virtio-mem' &&
      (target.requestedKiB ?? 0n) > target.sizeKiB &&
      'requested size must be smaller than or equal to @size',
  ),
  contradictory(
    ({ model, target }) => model === 'virtio-mem' && blockRefusal(target.blockKiB ?? 0n, target.requestedKiB ?? 0n),
  ),
  contradictory(
    ({ target }, def) =>
      target.node !== undefined &&
      target.node >= cellCount(def) &&
      `can't add memory backend for guest node '${target.node}' as the guest has only '${cellCount(def)}' NUMA nodes configured`,
  ),
];

const isPower = (def: DomainDef): boolean => def.os?.type?.arch?.startsWith('ppc64') === true;
const cellCount = (def: DomainDef): number => def.cpu?.numa?.cells.length ?? 0;

function blockRefusal(block: bigint, requested: bigint): string | undefined {
  if (block === 0n || (block & (block - 1n)) !== 0n) return 'block size must be a power of two';
  if (block < 2048n) return 'block size too small, must be at least 2048KiB';
  return requested % block === 0n ? undefined : 'requested size must be an integer multiple of block size';
}

const shmemChecks: readonly Check<Shmem>[] = [
  unsupported(({ name }) => name.includes('/') && "shmem name cannot include '/' character"),
  unsupported(({ name }) => (name === '.' || name === '..') && `shmem name cannot be equal to '${name}'`),
  illegal(
    ({ msi, server }) => msi !== undefined && server === undefined && 'msi option is only supported with a server',
  ),
];

const filesystemChecks: readonly Check<Filesystem>[] = [
  withCode(
    'VIR_ERR_NO_TARGET',
    ({ target, source }) => target === undefined && `missing target information for device ${source?.dir ?? ''}`.trim(),
  ),
  unsupported(
    ({ boot, driver }) =>
      boot !== undefined && driver?.type !== 'virtiofs' && 'boot order is only supported for virtiofs',
  ),
];

const graphicsChecks: readonly Check<Graphics>[] = [
  illegal(
    ({ audio }, def) =>
      audio !== undefined &&
      !(def.devices?.audios ?? []).some(({ id }) => id === audio.id) &&
      `no audio device with ID ${audio.id}`,
  ),
  illegal(
    ({ type, p2p, address }) =>
      type === 'dbus' && p2p === true && address !== undefined && 'D-Bus p2p with an address is not supported',
  ),
];

const vsockChecks: readonly Check<Vsock>[] = [
  unsupported(({ model, driver }) => !isVirtioModel(model) && virtioOptionGiven(driver)),
];

export function validateDevices(def: DomainDef, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  const each = <T extends object>(checks: readonly Check<T>[], subjects: readonly T[]): void =>
    subjects.forEach((subject) => runChecks(checks, subject, def, context));
  each(controllerChecks, devices.controllers);
  each(interfaceChecks, devices.interfaces);
  each(videoChecks, devices.videos);
  each(inputChecks, devices.inputs);
  each(hubChecks, devices.hubs);
  each(memoryChecks, devices.memories);
  each(shmemChecks, devices.shmems);
  each(filesystemChecks, devices.filesystems);
  each(graphicsChecks, devices.graphics);
  if (devices.vsock !== undefined) runChecks(vsockChecks, devices.vsock, def, context);
  for (const one of devices.redirdevs) {
    if (!hasUsb(def))
      context.refuse(
        'cannot add redirected USB device: USB is disabled for this domain',
        one,
        'VIR_ERR_CONFIG_UNSUPPORTED',
      );
  }
  for (const one of devices.smartcards) {
    if (one.address !== undefined && one.address.type !== 'ccid')
      context.refuse("Controllers must use the 'ccid' address type", one, 'VIR_ERR_CONFIG_UNSUPPORTED');
  }
  for (const one of devices.sounds) {
    if (one.audio !== undefined && !devices.audios.some(({ id }) => id === one.audio?.id))
      context.refuse(`no audio device with ID ${one.audio.id}`, one);
  }
  const audio = duplicate(devices.audios.map(({ id }) => id));
  if (audio !== undefined) context.refuse(`audio ID ${audio} is used multiple times`, devices);
  const tag = duplicate(
    devices.filesystems.filter(({ driver }) => driver?.type === 'virtiofs').map(({ target }) => target?.dir),
  );
  if (tag !== undefined)
    context.refuse(`filesystem target '${tag}' specified twice`, devices, 'VIR_ERR_CONFIG_UNSUPPORTED');
}
