/** Ports of USB devices: on the controllers, and on hubs where those have too few. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { Controller } from '../conf/domain/devices/controller.ts';
import { hub as hubElement } from '../conf/domain/devices/input.ts';
import type { DomainDef } from '../conf/index.ts';
import { type Addressed, hasNoAddress } from './device-info.ts';

/** A controller's root hub or a hub: what sits on each port. */
class UsbHub {
  readonly taken: boolean[];
  readonly hubs: (UsbHub | undefined)[];

  constructor(ports: number) {
    this.taken = Array.from({ length: ports }, () => false);
    this.hubs = Array.from({ length: ports });
  }
}

const hubPorts = 8;
const maxDepth = 4;

/** Ports that a controller has for devices. */
function portsOf({ model, ports }: Controller): number {
  switch (model) {
    case undefined:
    case 'piix3-uhci':
    case 'piix4-uhci':
    case 'vt82c686b-uhci':
      return 2;
    case 'ehci':
    case 'ich9-ehci1':
      return 6;
    case 'pci-ohci':
      return 3;
    case 'nec-xhci':
    case 'qemu-xhci':
      return Math.min(ports ?? 4, 255);
    case 'qusb1':
    case 'qusb2':
      return Math.min(ports ?? 8, 255);
    default:
      // The companions of ich9-ehci1 share its ports.
      return 0;
  }
}

/** Gives ports to the USB devices that have none; adds hubs as needed. Existing guests are left as they are. */
export function assignUsbAddresses(def: DomainDef, context: ParseContext, isNew: boolean): void {
  const { devices } = def;
  if (devices === undefined) return;
  const all = usbDevices(def, false);
  if (!isNew && !all.every(hasPort)) return;
  addHubs(def, all.length, context);
  const buses = usbBuses(def, context);
  const users = usbDevices(def, true);
  for (const device of users) reserve(device, buses, context);
  for (const hub of devices.hubs) {
    if (hasPort(hub)) continue;
    assign(hub, buses, context);
    addHub(hub, buses, context);
  }
  for (const device of users) if (isUsbOrNone(device) && !hasPort(device)) assign(device, buses, context);
}

const isUsbOrNone = (device: Addressed): boolean => hasNoAddress(device) || device.address?.type === 'usb';

function hasPort({ address }: Addressed): boolean {
  return address?.type === 'usb' && address.port !== undefined && address.port !== '';
}

/** The devices on USB, in libvirt's order. */
function usbDevices(def: DomainDef, isWithoutHubs: boolean): Addressed[] {
  const { devices } = def;
  if (devices === undefined) return [];
  return [
    ...(isWithoutHubs ? [] : devices.hubs),
    ...devices.hostdevs.filter(({ type }) => type === 'usb'),
    ...devices.redirdevs.filter(({ bus }) => bus === 'usb'),
    ...devices.sounds.filter(({ model }) => model === 'usb'),
    ...devices.controllers.filter(({ type }) => type === 'ccid'),
    ...devices.inputs.filter(({ bus }) => bus === 'usb'),
    ...devices.serials.filter(({ target }) => target?.type === 'usb-serial'),
    ...devices.disks.filter(({ target }) => target?.bus === 'usb'),
    ...devices.interfaces.filter(({ model }) => model?.type === 'usb-net'),
  ];
}

function addHubs(def: DomainDef, count: number, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  const controllers = devices.controllers.filter(({ type }) => type === 'usb');
  if (count > 0 && !controllers.some(({ model }) => model !== 'none')) {
    context.refuse(
      'USB is disabled for this domain, but USB devices are present in the domain XML',
      devices,
      'VIR_ERR_CONFIG_UNSUPPORTED',
    );
  }
  const ports = controllers.reduce((sum, one) => sum + portsOf(one), 0) + devices.hubs.length * hubPorts;
  const needed = count > ports ? Math.ceil((count - ports + 1) / (hubPorts - 1)) : 0;
  for (let index = 0; index < needed; index++) devices.hubs.push(hubElement.create({ type: 'usb' }));
}

function usbBuses(def: DomainDef, context: ParseContext): Map<number, UsbHub> {
  const buses = new Map<number, UsbHub>();
  for (const one of def.devices?.controllers ?? []) {
    if (one.type !== 'usb' || portsOf(one) === 0) continue;
    const index = one.index ?? 0;
    if (buses.has(index)) context.refuse(`Duplicate USB controllers with index ${index}`, one);
    buses.set(index, new UsbHub(portsOf(one)));
  }
  for (const hub of def.devices?.hubs ?? []) if (hasPort(hub)) addHub(hub, buses, context);
  return new Map([...buses].toSorted(([a], [b]) => a - b));
}

interface Place {
  hub: UsbHub;
  port: number;
}

/** The hub and the port (from 0) that an address names. */
function findPort(device: Addressed, buses: Map<number, UsbHub>, context: ParseContext): Place | undefined {
  const { address } = device;
  if (address?.type !== 'usb') return undefined;
  const { bus = 0, port: text = '' } = address;
  const path = text.split('.').map(Number);
  let hub = buses.get(bus) ?? context.refuse(`Missing USB bus ${bus}`, device);
  for (const port of path.slice(0, -1)) {
    if (port > hub.taken.length)
      context.refuse(`port ${port} out of range in USB address bus: ${bus} port: ${text}`, device);
    hub =
      hub.hubs[port - 1] ??
      context.refuse(`there is no hub at port ${port} in USB address bus: ${bus} port: ${text}`, device);
  }
  const port = (path.at(-1) ?? 0) - 1;
  if (hub.taken[port] === undefined) context.refuse(`requested USB port ${text} not present on USB bus ${bus}`, device);
  return { hub, port };
}

function addHub(device: Addressed, buses: Map<number, UsbHub>, context: ParseContext): void {
  const place = findPort(device, buses, context);
  if (place === undefined) return context.refuse('Wrong address type for USB hub', device);
  if (place.hub.hubs[place.port] !== undefined) context.refuse('Duplicate USB hub on this bus and port', device);
  place.hub.taken[place.port] = true;
  place.hub.hubs[place.port] = new UsbHub(hubPorts);
}

function reserve(device: Addressed, buses: Map<number, UsbHub>, context: ParseContext): void {
  if (!hasPort(device)) return;
  const place = findPort(device, buses, context);
  if (place === undefined || device.address?.type !== 'usb') return;
  const { bus = 0, port } = device.address;
  if (place.hub.taken[place.port] === true) context.refuse(`Duplicate USB address bus ${bus} port ${port}`, device);
  place.hub.taken[place.port] = true;
}

function assign(device: Addressed, buses: Map<number, UsbHub>, context: ParseContext): void {
  const wanted = device.address?.type === 'usb' ? (device.address.bus ?? 0) : undefined;
  if (wanted !== undefined && !buses.has(wanted))
    context.refuse(`USB bus ${wanted} requested but no controller with that index is present`, device);
  for (const [bus, hub] of buses) {
    if (wanted !== undefined && wanted !== bus) continue;
    const path = takeFree(hub, 0);
    if (path === undefined) continue;
    device.address = { type: 'usb', bus, port: path.join('.') };
    return;
  }
  context.refuse('No free USB ports', device, 'VIR_ERR_INTERNAL_ERROR');
}

/** The lowest free port of a hub, else of the hubs on it. */
function takeFree(hub: UsbHub, level: number): number[] | undefined {
  const free = hub.taken.indexOf(false);
  if (free !== -1) {
    hub.taken[free] = true;
    return [free + 1];
  }
  if (level >= maxDepth - 1) return undefined;
  for (const [index, inner] of hub.hubs.entries()) {
    const path = inner === undefined ? undefined : takeFree(inner, level + 1);
    if (path !== undefined) return [index + 1, ...path];
  }
  return undefined;
}
