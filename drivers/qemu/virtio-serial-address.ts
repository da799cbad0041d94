/** Ports of virtio consoles and channels on the virtio-serial controllers. */
import type { ParseContext } from '../conf/schema/index.ts';
import { type Controller, controller } from '../conf/domain/devices/controller.ts';
import type { DomainDef } from '../conf/index.ts';
import { type Addressed, addressedDevices } from './device-info.ts';

const defaultPorts = 31;
const maxPorts = 511;

/** What is taken on one controller. */
interface PortMap {
  taken: boolean[];
  free: number;
}

/** By controller index, ascending. */
type Ports = Map<number, PortMap>;

/** Port 0 stands for one yet to be chosen. */
function isComplete({ address }: Addressed): boolean {
  return address?.type === 'virtio-serial' && (address.port ?? 0) !== 0;
}

export function assignVirtioSerialAddresses(def: DomainDef, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  const ports: Ports = new Map();
  for (const one of devices.controllers.toSorted((a, b) => (a.index ?? 0) - (b.index ?? 0)))
    if (one.type === 'virtio-serial') addController(ports, one);
  for (const { device } of addressedDevices(def)) {
    if (isComplete(device as Addressed)) reserve(ports, device as Addressed, context);
  }
  // A console keeps the port it gets only in the books: it is addressed at the start.
  for (const one of devices.consoles)
    if (one.target?.type === 'virtio' && !isComplete(one)) assign(def, ports, one, context, true);
  for (const one of devices.channels)
    if (one.target?.type === 'virtio' && !isComplete(one)) assign(def, ports, one, context, false);
}

function addController(ports: Ports, { index = 0, ports: count = defaultPorts }: Controller): void {
  const free = Math.min(count, maxPorts);
  ports.set(index, { taken: Array.from({ length: free }, () => false), free });
}

function take(map: PortMap, port: number): void {
  map.taken[port] = true;
  map.free--;
}

function reserve(ports: Ports, device: Addressed, context: ParseContext): void {
  if (device.address?.type !== 'virtio-serial') return;
  const { controller: index = 0, port = 0 } = device.address;
  const map = ports.get(index) ?? context.refuse(`virtio serial controller ${index} is missing`, device);
  if (map.taken[port] === undefined)
    context.refuse(`virtio serial controller ${index} does not have port ${port}`, device);
  if (map.taken[port]) context.refuse(`virtio serial port ${port} on controller ${index} is already occupied`, device);
  take(map, port);
}

function assign(def: DomainDef, ports: Ports, device: Addressed, context: ParseContext, isConsole: boolean): void {
  const wanted = device.address?.type === 'virtio-serial' ? (device.address.controller ?? 0) : undefined;
  // Port 0 is for consoles.
  const first = isConsole && wanted === undefined ? 0 : 1;
  const [index, port] = findFree(def, ports, device, context, wanted, first);
  const map = ports.get(index);
  if (map !== undefined) take(map, port);
  if (!isConsole) device.address = { type: 'virtio-serial', controller: index, bus: 0, port };
}

function findFree(
  def: DomainDef,
  ports: Ports,
  device: Addressed,
  context: ParseContext,
  wanted: number | undefined,
  first: number,
): [controller: number, port: number] {
  for (const [index, map] of ports) {
    if (map.free === 0 || (wanted !== undefined && wanted !== index)) continue;
    const port = map.taken.indexOf(false, first);
    if (port !== -1) return [index, port];
  }
  if (wanted !== undefined) {
    return ports.has(wanted)
      ? context.refuse(`Unable to find a free port on virtio-serial controller ${wanted}`, device)
      : context.refuse(`virtio-serial controller ${wanted} not available`, device, 'VIR_ERR_INTERNAL_ERROR');
  }
  let index = 0;
  while (ports.has(index)) index++;
  const added = controller.create({ type: 'virtio-serial', index });
  def.devices?.controllers.push(added);
  // The lower ones are full: that the order is lost does no harm.
  addController(ports, added);
  return [index, first];
}
