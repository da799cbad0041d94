/**
 * Which QEMU a definition was made for, where nobody says so. A definition that names a version, or asks for something
 * that only a QEMU of recent years has, is taken to run on one that tells its capabilities; a guess, which the option
 * `capabilities` replaces.
 */
import type { DomainDef } from '../conf/index.ts';
import type { Devices } from '../conf/domain/devices/index.ts';
import { isPpc64, machineOf } from './machine.ts';

/** Whether the definition needs a QEMU of recent years. */
export function needsRecentQemu(def: DomainDef): boolean {
  // A machine type with a version was made for a QEMU that is known; an alias such as `pc` says nothing.
  if (/-\d+\.\d+$/.test(machineOf(def)) || isPpc64(def)) return true;
  return hasRecentFirmware(def) || hasRecentFeature(def) || (def.devices !== undefined && hasRecentDevice(def.devices));
}

/** Firmware chosen by its features, or with variables of its own. */
function hasRecentFirmware({ os }: DomainDef): boolean {
  if (os === undefined) return false;
  const { firmware, firmwareFeatures, loader, nvram } = os;
  return (
    firmware !== undefined ||
    firmwareFeatures !== undefined ||
    loader?.stateless !== undefined ||
    loader?.type === 'pflash' ||
    nvram !== undefined
  );
}

/** Processors that came to QEMU with version 3 or later. */
const recentCpu = /^(?:Icelake|Cascadelake|Cooperlake|Snowridge|SapphireRapids|Denverton|KnightsMill|Dhyana|EPYC-)/;

function hasRecentFeature(def: DomainDef): boolean {
  const { clock, features, cpu, genid, launchSecurity, memoryBacking } = def;
  return (
    def.qemuCapabilities !== undefined ||
    def.qemuOverride !== undefined ||
    def.qemuDeprecation !== undefined ||
    def.numatune?.memory?.mode === 'restrictive' ||
    recentCpu.test(cpu?.model?.name ?? '') ||
    genid !== undefined ||
    launchSecurity !== undefined ||
    clock?.offset === 'absolute' ||
    memoryBacking?.hugepages !== undefined ||
    memoryBacking?.source?.type === 'memfd' ||
    features?.smm?.tsegBytes !== undefined ||
    features?.ioapic !== undefined ||
    cpu?.features.some(({ name }) => name.startsWith('sve')) === true
  );
}

/** Options that virtio devices have had since the standard's version 1. */
interface VirtioDriver {
  iommu?: unknown;
  ats?: unknown;
  packed?: unknown;
  pagePerVq?: unknown;
}

function isRecentVirtio({ driver }: { driver?: VirtioDriver | undefined }): boolean {
  return (
    driver !== undefined && [driver.iommu, driver.ats, driver.packed, driver.pagePerVq].some((set) => set !== undefined)
  );
}

function hasRecentDevice(devices: Devices): boolean {
  return (
    devices.iommus.length > 0 ||
    devices.filesystems.length > 0 ||
    devices.tpms.length > 0 ||
    devices.memories.some(({ model, discard }) => model.startsWith('virtio') || discard !== undefined) ||
    [devices.memballoon, devices.vsock].some((one) => one !== undefined && isRecentVirtio(one)) ||
    devices.controllers.some(({ model }) => model === 'qemu-xhci' || model === 'pcie-to-pci-bridge') ||
    [devices.disks, devices.interfaces, devices.controllers, devices.videos, devices.inputs, devices.rngs].some(
      (list) => (list as { driver?: VirtioDriver }[]).some(isRecentVirtio),
    ) ||
    devices.disks.some(isRecentDisk) ||
    devices.graphics.some(isRecentScreen) ||
    devices.videos.some(isRecentCard) ||
    devices.interfaces.some(({ port }) => port?.isolated !== undefined)
  );
}

function isRecentCard({ driver, model }: Devices['videos'][number]): boolean {
  return driver?.name === 'vhostuser' || model?.type === 'ramfb' || model?.vram64 !== undefined;
}

function isRecentDisk({ type, driver, encryption, source, transient, iotune, wwn }: Devices['disks'][number]): boolean {
  return (
    wwn !== undefined ||
    transient?.shareBacking !== undefined ||
    iotune?.totalBytesSecMaxLength !== undefined ||
    iotune?.totalIopsSecMaxLength !== undefined ||
    iotune?.groupName !== undefined ||
    type === 'vhostuser' ||
    driver?.io === 'io_uring' ||
    driver?.discard !== undefined ||
    driver?.detectZeroes !== undefined ||
    encryption?.format === 'luks' ||
    source?.encryption?.format === 'luks' ||
    source?.tlsHostname !== undefined
  );
}

function isRecentScreen(screen: Devices['graphics'][number]): boolean {
  const { type, image, jpeg, zlib, playback, streaming, clipboard, filetransfer, channels, gl } = screen;
  if (type === 'egl-headless') return true;
  const isTuned = [image, jpeg, zlib, playback, streaming, clipboard, filetransfer, gl].some(
    (set) => set !== undefined,
  );
  return (
    type === 'spice' && (isTuned || channels.length > 0 || screen.listens.some((listen) => listen.type === 'socket'))
  );
}
