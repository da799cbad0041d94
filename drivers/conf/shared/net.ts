/** What networks, interfaces of guests and network ports have in common: bandwidth, VLANs, virtual ports, addresses, routes. */
import { attr, child, element, type Infer, int, many, oneOf, string, uuid, yesNo } from '../schema/index.ts';

const rates = {
  average: attr(int({ min: 1 }), 'Average rate in kilobytes a second'),
  peak: attr(int({ min: 1 }), 'Highest rate in kilobytes a second'),
  floor: attr(int({ min: 1 }), 'Guaranteed rate in kilobytes a second'),
  burst: attr(int({ min: 1 }), 'Kilobytes that may be sent at the peak rate'),
};

export const bandwidth = element('bandwidth', 'Limits on the traffic', {
  classID: attr(int({ min: 1 }), 'Traffic class of the interface', { live: true }),
  inbound: child(element('inbound', 'Traffic to the guest', rates)),
  outbound: child(element('outbound', 'Traffic from the guest', rates)),
});
export type Bandwidth = Infer<typeof bandwidth>;

const tag = element('tag', 'A VLAN', {
  id: attr(int({ max: 4095 }), 'VLAN number', { required: true }),
  nativeMode: attr(oneOf('tagged', 'untagged'), 'How the native VLAN is sent'),
});

export const vlan = element('vlan', 'VLANs of the port', {
  trunk: attr(yesNo(), 'Whether the guest sees the tags'),
  tags: many(tag),
});
export type Vlan = Infer<typeof vlan>;

const parameters = element('parameters', 'What the switch asks for', {
  managerid: attr(int({ max: 255 }), 'VSI manager'),
  typeid: attr(int({ max: 0xffffff }), 'VSI type'),
  typeidversion: attr(int({ max: 255 }), 'VSI type version'),
  instanceid: attr(uuid(), 'VSI instance'),
  interfaceid: attr(uuid(), 'Interface on the virtual switch'),
  profileid: attr(string(), 'Port profile'),
});

export const virtualport = element('virtualport', 'Port on a managed switch', {
  type: attr(oneOf('none', '802.1Qbg', '802.1Qbh', 'openvswitch', 'midonet'), 'Kind of switch'),
  parameters: child(parameters),
});
export type VirtualPort = Infer<typeof virtualport>;

export const route = element('route', 'A static route', {
  family: attr(oneOf('ipv4', 'ipv6'), 'Address family; ipv4 if absent'),
  address: attr(string(), 'Network reached', { required: true }),
  netmask: attr(string(), 'Netmask (IPv4)'),
  prefix: attr(int({ max: 128 }), 'Length of the network prefix'),
  gateway: attr(string(), 'Router', { required: true }),
  metric: attr(int({ min: 1 }), 'Cost'),
});

export const mtu = element('mtu', 'Largest packet', { size: attr(int({ max: 65535 }), 'Octets', { required: true }) });

export const portOptions = element('port', 'Port options', {
  isolated: attr(yesNo(), 'Not reachable from other isolated ports'),
});

export const coalesce = element('coalesce', 'Interrupt coalescing', {
  rx: child(
    element('rx', 'Receiving', {
      frames: child(element('frames', 'Frames', { max: attr(int(), 'Frames before an interrupt', { hide: 0 }) })),
    }),
  ),
});
