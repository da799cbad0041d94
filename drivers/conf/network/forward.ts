/** `<forward>` of a network: how its traffic leaves the host. */
import { attr, child, element, hex, int, many, oneOf, onOff, string, yesNo } from '../schema/index.ts';

const port = element('port', 'Ports to translate to', {
  start: attr(int({ max: 65535 }), 'First', { required: true }),
  end: attr(int({ max: 65535 }), 'Last', { required: true }),
});

const natAddress = element('address', 'Addresses to translate to', {
  start: attr(string(), 'First', { required: true }),
  end: attr(string(), 'Last', { required: true }),
});

const nat = element('nat', 'Address translation', {
  ipv6: attr(yesNo(), 'Whether IPv6 is translated too'),
  address: child(natAddress),
  port: child(port),
});

const pciAddress = element('address', 'A virtual function', {
  type: attr(oneOf('pci'), 'Kind', { required: true }),
  domain: attr(hex(4), 'PCI domain'),
  bus: attr(hex(2), 'Bus'),
  slot: attr(hex(2), 'Slot'),
  function: attr(hex(1), 'Function'),
  multifunction: attr(onOff(), 'Whether other functions share the slot'),
  connections: attr(int(), 'Interfaces that use it', { live: true, hide: 0 }),
});

const forwardInterface = element('interface', 'A device of the host to use', {
  dev: attr(string(), 'Device name', { required: true }),
  connections: attr(int(), 'Interfaces that use it', { live: true, hide: 0 }),
});

export const forward = element('forward', 'How the network is connected to the outside; absent: not at all', {
  dev: attr(string(), 'Device of the host that alone is used'),
  mode: attr(
    oneOf('none', 'nat', 'route', 'open', 'bridge', 'private', 'vepa', 'passthrough', 'hostdev'),
    'Way of forwarding; nat if absent',
    { fill: 'nat' },
  ),
  managed: attr(yesNo(), "Whether the devices' drivers are changed by libvirt"),
  driver: child(
    element('driver', 'Host driver for the functions', {
      name: attr(oneOf('kvm', 'vfio'), 'Name'),
      model: attr(string(), 'Kernel module'),
    }),
  ),
  nat: child(nat),
  pf: child(
    element('pf', 'Physical function whose virtual functions are used', {
      dev: attr(string(), 'Device name', { required: true }),
    }),
  ),
  interfaces: many(forwardInterface),
  addresses: many(pciAddress),
});
