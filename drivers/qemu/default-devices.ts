/** Devices that a machine has without being asked: buses, PS/2 inputs, memory balloon, panic notifier. */
import type { ParseContext } from '../conf/schema/index.ts';
import { controller } from '../conf/domain/devices/controller.ts';
import { input } from '../conf/domain/devices/input.ts';
import { memballoon } from '../conf/domain/devices/memory-device.ts';
import { panic } from '../conf/domain/devices/misc.ts';
import type { Devices } from '../conf/domain/devices/index.ts';
import type { DomainDef } from '../conf/index.ts';
import { addDefaultAudio } from './audio.ts';
import { capabilitiesFor, type QemuCapabilities } from './capabilities.ts';
import { defaultPanicModel } from './device-defaults.ts';
import {
  archOf,
  isArm,
  isArmVirt,
  isI440fx,
  isMips,
  isMipsMalta,
  isPpc64,
  isPSeries,
  isQ35,
  isRiscv,
  isRiscvVirt,
  isS390,
  isX86,
  machineOf,
} from './machine.ts';

interface Implicit {
  /** Model of the default USB controller: `''` for QEMU's own choice, undefined for none. */
  usb?: string | undefined;
  pci?: 'pci-root' | 'pcie-root' | undefined;
  hasSata?: boolean;
  hasMemballoon?: boolean;
  /** USB keyboard and mouse for guests with a screen. */
  hasUsbInput?: boolean;
  hasPanic?: boolean;
}

export function addDefaultDevices(def: DomainDef, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  if (isX86(def)) for (const type of ['mouse', 'keyboard'] as const) ensureInput(devices, type, 'ps2');
  const implicit = implicitDevices(def, capabilitiesFor(def, context));
  if (implicit.usb !== undefined) addUsb(devices, implicit.usb);
  if (implicit.hasSata === true && !devices.controllers.some(({ type, index }) => type === 'sata' && index === 0))
    devices.controllers.push(controller.create({ type: 'sata', index: 0 }));
  if (implicit.pci !== undefined) addPciRoot(devices, implicit.pci, context);
  if (implicit.hasMemballoon === true) devices.memballoon ??= memballoon.create({ model: 'virtio' });
  if (implicit.hasUsbInput === true && devices.graphics.length > 0) {
    ensureInput(devices, 'keyboard', 'usb');
    if (!devices.inputs.some(({ type, bus }) => type === 'tablet' && bus === 'usb'))
      ensureInput(devices, 'mouse', 'usb');
  }
  if (implicit.hasPanic === true) addPanic(def, devices);
  addDefaultAudio(devices);
}

function implicitDevices(def: DomainDef, capabilities: QemuCapabilities): Implicit {
  if (isX86(def)) return pcDevices(def, capabilities);
  if (isArm(def)) {
    const machine = machineOf(def);
    if (machine === 'versatilepb' || machine.startsWith('realview-eb')) return { pci: 'pci-root', usb: '' };
    return { pci: isArmVirt(def) && capabilities.pcieOnVirt ? 'pcie-root' : undefined };
  }
  if (isPpc64(def))
    return { pci: 'pci-root', usb: '', hasUsbInput: true, hasMemballoon: true, hasPanic: isPSeries(def) };
  if (isRiscv(def))
    return { hasMemballoon: true, pci: isRiscvVirt(def) && capabilities.pcieOnVirt ? 'pcie-root' : undefined };
  if (isS390(def))
    return { hasMemballoon: true, hasPanic: true, pci: capabilities.zpci || needsZpci(def) ? 'pci-root' : undefined };
  if (isMips(def)) return { usb: '', hasMemballoon: true, pci: isMipsMalta(def) ? 'pci-root' : undefined };
  switch (archOf(def)) {
    case 'alpha':
    case 'ppc':
    case 'ppcemb':
    case 'sh4':
    case 'sh4eb':
    case 'sparc64':
      return { usb: '', hasMemballoon: true, pci: 'pci-root' };
    case 'loongarch64':
      return { pci: 'pcie-root' };
    default:
      return { usb: '', hasMemballoon: true };
  }
}

function pcDevices(def: DomainDef, capabilities: QemuCapabilities): Implicit {
  const machine = machineOf(def);
  if (machine === 'isapc' || machine === 'microvm') return { hasMemballoon: true };
  if (isQ35(def)) {
    return {
      hasMemballoon: true,
      pci: 'pcie-root',
      hasSata: true,
      usb: capabilities.xhci ? 'qemu-xhci' : undefined,
    };
  }
  return { hasMemballoon: true, usb: '', pci: isI440fx(def) ? 'pci-root' : undefined };
}

function needsZpci(def: DomainDef): boolean {
  return def.devices?.hostdevs.some(({ type }) => type === 'pci') === true;
}

function ensureInput(devices: Devices, type: 'mouse' | 'keyboard', bus: 'ps2' | 'usb'): void {
  if (!devices.inputs.some((one) => one.type === type && one.bus === bus))
    devices.inputs.push(input.create({ type, bus }));
}

function addUsb({ controllers }: Devices, model: string): void {
  if (controllers.some(({ type, index }) => type === 'usb' && index === 0)) return;
  const add = (given: Parameters<typeof controller.create>[0]): number =>
    controllers.push(controller.create({ type: 'usb', index: 0, ...given }));
  add(model === '' ? {} : { model });
  if (model !== 'ich9-ehci1') return;
  for (const [position, startport] of [0, 2, 4].entries())
    add({ model: `ich9-uhci${position + 1}`, master: { startport } });
}

function addPciRoot(devices: Devices, model: 'pci-root' | 'pcie-root', context: ParseContext): void {
  const found = devices.controllers.find(({ type, index }) => type === 'pci' && index === 0);
  if (found === undefined) devices.controllers.push(controller.create({ type: 'pci', index: 0, model }));
  else if (found.model !== model) {
    context.refuse(
      `The PCI controller with index='0' must be model='${model}' for this machine type, but model='${found.model}' was found instead`,
      found,
    );
  }
}

function addPanic(def: DomainDef, devices: Devices): void {
  const model = defaultPanicModel(def);
  if (devices.panics.some((one) => one.model === undefined || one.model === model)) return;
  devices.panics.push(panic.create({}));
}
