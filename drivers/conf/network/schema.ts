/** `<network>`: a virtual network. */
import {
  attr,
  child,
  element,
  type Infer,
  int,
  leaf,
  mac,
  many,
  oneOf,
  onOff,
  raw,
  string,
  uuid,
  yesNo,
} from '../schema/index.ts';
import { bandwidth, mtu, portOptions, route, virtualport, vlan } from '../shared/net.ts';
import { forward } from './forward.ts';
import { dns, ip } from './ip.ts';

const bridge = element('bridge', 'The bridge on the host', {
  name: attr(string(), 'Device name'),
  zone: attr(string(), "firewalld's zone"),
  stp: attr(onOff(), 'Spanning tree protocol'),
  delay: attr(int(), 'Forward delay in seconds'),
  macTableManager: attr(oneOf('kernel', 'libvirt'), "Who keeps the bridge's table of MAC addresses"),
});

const portgroup = element('portgroup', 'A class of connections to the network', {
  name: attr(string(), 'Name', { required: true }),
  default: attr(yesNo(), 'Taken by interfaces that name none'),
  trustGuestRxFilters: attr(yesNo(), "Whether the guest's filter changes are followed"),
  vlan: child(vlan),
  virtualport: child(virtualport),
  bandwidth: child(bandwidth),
});

const dnsmasqOptions = element('dnsmasq:options', 'Lines for the configuration of dnsmasq', {
  options: many(element('dnsmasq:option', 'A line', { value: attr(string(), 'The line', { required: true }) })),
});

const domain = element('domain', 'DNS domain of the network', {
  name: attr(string(), 'Domain name', { required: true }),
  localOnly: attr(yesNo(), 'Whether questions about it stay here'),
  register: attr(yesNo(), "Whether the host's resolver is told of it"),
});

export const network = element('network', 'A virtual network', {
  connections: attr(int(), 'Interfaces connected', { live: true, hide: 0 }),
  ipv6: attr(yesNo(), 'Whether IPv6 is allowed without an address'),
  trustGuestRxFilters: attr(yesNo(), "Whether the guest's filter changes are followed"),
  dnsmasqNamespace: attr(string(), "dnsmasq's XML namespace", { name: 'xmlns:dnsmasq' }),
  name: leaf(string(), 'Name', { required: true, missing: 'VIR_ERR_NO_NAME' }),
  uuid: leaf(uuid(), 'UUID'),
  title: leaf(string(), 'Short description'),
  description: leaf(string(), 'Description'),
  metadata: raw('Data of applications, kept as it is'),
  forward: child(forward),
  bridge: child(bridge),
  mac: child(element('mac', "The bridge's MAC address", { address: attr(mac(), 'Address', { required: true }) })),
  mtu: child(mtu),
  domain: child(domain),
  dns: child(dns),
  vlan: child(vlan),
  bandwidth: child(bandwidth),
  port: child(portOptions),
  ips: many(ip),
  routes: many(route),
  virtualport: child(virtualport),
  portgroups: many(portgroup),
  dnsmasqOptions: child(dnsmasqOptions),
});
export type NetworkDef = Infer<typeof network>;
