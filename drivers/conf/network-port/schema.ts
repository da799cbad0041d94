/** `<networkport>`: one interface of a guest on a network, as the network sees it. */
import {
  attr,
  child,
  element,
  hex,
  type Infer,
  leaf,
  mac,
  oneOf,
  onOff,
  string,
  uuid,
  variant,
  yesNo,
} from '../schema/index.ts';
import { bandwidth, portOptions, virtualport, vlan } from '../shared/net.ts';

const owner = element('owner', 'Guest the port belongs to', {
  name: leaf(string(), 'Name', { required: true }),
  uuid: leaf(uuid(), 'UUID', { required: true }),
});

const address = element('address', 'PCI address of the virtual function', {
  domain: attr(hex(4), 'Domain', { required: true }),
  bus: attr(hex(2), 'Bus', { required: true }),
  slot: attr(hex(2), 'Slot', { required: true }),
  function: attr(hex(1), 'Function', { required: true }),
  multifunction: attr(onOff(), 'Whether other functions share the slot'),
});

const bridge = {
  bridge: attr(string(), 'Bridge device', { required: true }),
  macTableManager: attr(oneOf('kernel', 'libvirt'), "Who keeps the bridge's table of MAC addresses"),
};

const plug = element('plug', 'How the port is connected', [
  { type: attr(oneOf('none', 'network', 'bridge', 'direct', 'hostdev-pci'), 'Kind of connection', { required: true }) },
  variant('type', {
    none: {},
    network: bridge,
    bridge,
    direct: {
      dev: attr(string(), 'Device of the host', { required: true }),
      mode: attr(oneOf('vepa', 'private', 'bridge', 'passthrough'), 'Macvtap mode'),
    },
    'hostdev-pci': {
      managed: attr(yesNo(), "Whether the device's driver is changed by libvirt"),
      driver: child(
        element('driver', 'Host driver', { name: attr(oneOf('kvm', 'vfio', 'xen'), 'Name', { required: true }) }),
      ),
      address: child(address, { required: true }),
    },
  }),
]);

export const networkPort = element('networkport', 'A port of a network', {
  uuid: leaf(uuid(), 'UUID', { required: true }),
  owner: child(owner, { required: true }),
  group: leaf(string(), 'Port group'),
  mac: child(element('mac', "The interface's address", { address: attr(mac(), 'Address', { required: true }) }), {
    required: true,
  }),
  virtualport: child(virtualport),
  bandwidth: child(bandwidth),
  vlan: child(vlan),
  port: child(portOptions),
  rxfilters: child(
    element('rxfilters', "The guest's filter changes", {
      trustGuest: attr(yesNo(), 'Whether they are followed', { required: true }),
    }),
  ),
  plug: child(plug),
});
export type NetworkPortDef = Infer<typeof networkPort>;
