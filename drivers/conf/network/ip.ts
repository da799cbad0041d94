/** Addresses of a network with DHCP, and its DNS. */
import { attr, child, element, int, leaves, many, oneOf, string, u64, yesNo } from '../schema/index.ts';

const lease = element('lease', 'How long addresses are given for', {
  expiry: attr(u64(), 'Time; 0 for ever', { required: true }),
  unit: attr(oneOf('seconds', 'minutes', 'hours'), 'Unit of the time; minutes if absent'),
});

const range = element('range', 'Addresses to give out', {
  start: attr(string(), 'First', { required: true }),
  end: attr(string(), 'Last', { required: true }),
  lease: child(lease),
});

const dhcpHost = element('host', 'A fixed address', {
  mac: attr(string(), 'MAC address of the guest'),
  id: attr(string(), 'DHCP unique identifier (IPv6)'),
  name: attr(string(), 'Host name'),
  ip: attr(string(), 'Address given'),
  lease: child(lease),
});

const bootp = element('bootp', 'Network boot', {
  file: attr(string(), 'Boot file', { required: true }),
  server: attr(string(), 'TFTP server; the network itself if absent'),
});

const dhcp = element('dhcp', 'DHCP service', { ranges: many(range), hosts: many(dhcpHost), bootp: child(bootp) });

export const ip = element(
  'ip',
  'An address of the host on the network',
  {
    family: attr(oneOf('ipv4', 'ipv6'), 'Address family; ipv4 if absent'),
    address: attr(string(), 'Address', { required: true }),
    netmask: attr(string(), 'Netmask (IPv4)'),
    prefix: attr(int({ max: 128 }), 'Length of the network prefix'),
    localPtr: attr(yesNo(), 'Whether reverse lookups stay here'),
    tftp: child(element('tftp', 'TFTP service', { root: attr(string(), 'Folder served', { required: true }) })),
    dhcp: child(dhcp),
  },
  { block: true },
);

const forwarder = element('forwarder', 'Another DNS server to ask', {
  domain: attr(string(), 'Only for this domain'),
  addr: attr(string(), 'Address of the server'),
  port: attr(int({ max: 65535 }), 'Port of the server'),
});

const srv = element('srv', 'A service record', {
  service: attr(string(), 'Service', { required: true }),
  protocol: attr(string(), 'tcp or udp', { required: true }),
  domain: attr(string(), 'Domain'),
  target: attr(string(), 'Host that offers it'),
  port: attr(int({ max: 65535 }), 'Port'),
  priority: attr(int({ max: 65535 }), 'Lower is tried first'),
  weight: attr(int({ max: 65535 }), 'Share among equals'),
});

const txt = element('txt', 'A text record', {
  name: attr(string(), 'Name', { required: true }),
  value: attr(string(), 'Text'),
});

const dnsHost = element('host', 'Names of an address', {
  ip: attr(string(), 'Address', { required: true }),
  hostnames: leaves(string(), 'A name', { name: 'hostname' }),
});

export const dns = element('dns', 'DNS service of the network', {
  enable: attr(yesNo(), 'Whether there is one'),
  forwardPlainNames: attr(yesNo(), 'Whether names without a dot are asked for elsewhere'),
  forwarders: many(forwarder),
  txts: many(txt),
  srvs: many(srv),
  hosts: many(dnsHost),
});
