/** `<interface>` of the host: an Ethernet device, bridge, bond or VLAN. */
import {
  attr,
  child,
  element,
  flag,
  type Infer,
  int,
  mac,
  many,
  oneOf,
  onOff,
  pattern,
  string,
  variant,
  yesNo,
} from '../schema/index.ts';

const interfaceTypes = oneOf('ethernet', 'bridge', 'bond', 'vlan');

const linkState = {
  link: child(
    element('link', 'State of the link', {
      speed: attr(int(), 'Megabits a second', { live: true }),
      state: attr(oneOf('unknown', 'notpresent', 'down', 'lowerlayerdown', 'testing', 'dormant', 'up'), 'State'),
    }),
  ),
  mac: child(element('mac', 'Hardware address', { address: attr(mac(), 'Address', { required: true }) })),
};

const slave = element(
  'interface',
  'A member',
  {
    type: attr(interfaceTypes, 'Kind'),
    name: attr(string(), 'Name', { required: true }),
    ...linkState,
  },
  { block: true },
);

const bond = element('bond', 'Several devices as one', {
  mode: attr(
    oneOf('balance-rr', 'active-backup', 'balance-xor', 'broadcast', '802.3ad', 'balance-tlb', 'balance-alb'),
    'How the members share the work',
  ),
  arpmon: child(
    element('arpmon', 'Watches the link by ARP', {
      interval: attr(int(), 'Milliseconds', { required: true }),
      target: attr(string(), 'Address asked', { required: true }),
      validate: attr(oneOf('none', 'active', 'backup', 'all'), 'Members whose answers are checked'),
    }),
  ),
  miimon: child(
    element('miimon', 'Watches the link by MII', {
      freq: attr(int(), 'Milliseconds between checks', { required: true }),
      downdelay: attr(int(), 'Milliseconds before a link counts as down'),
      updelay: attr(int(), 'Milliseconds before a link counts as up'),
      carrier: attr(oneOf('ioctl', 'netif'), 'How the carrier is found out'),
    }),
  ),
  interfaces: many(slave),
});

const vlan = element('vlan', 'A VLAN of a device', {
  tag: attr(int({ max: 4095 }), 'VLAN number', { required: true }),
  interface: child(element('interface', 'The device below', { name: attr(string(), 'Name', { required: true }) }), {
    required: true,
  }),
});

const port = element(
  'interface',
  'A port of the bridge',
  [
    { type: attr(interfaceTypes, 'Kind'), name: attr(string(), 'Name', { required: true }), ...linkState },
    variant('type', { ethernet: {}, bridge: {}, bond: { bond: child(bond) }, vlan: { vlan: child(vlan) } }),
  ],
  { block: true },
);

const bridge = element(
  'bridge',
  'A bridge',
  {
    stp: attr(onOff(), 'Spanning tree protocol'),
    delay: attr(pattern(/^\d+(\.\d+)?$/, 'seconds, such as 0 or 0.5', '0.5'), 'Forward delay in seconds'),
    interfaces: many(port),
  },
  { block: true },
);

const protocol = element(
  'protocol',
  'Addresses of one family',
  {
    family: attr(oneOf('ipv4', 'ipv6'), 'Address family', { required: true }),
    autoconf: flag('Addresses from router advertisements'),
    dhcp: child(
      element(
        'dhcp',
        'Address by DHCP',
        { peerdns: attr(yesNo(), 'Whether its DNS servers are taken') },
        { keepEmpty: true },
      ),
    ),
    ips: many(
      element('ip', 'An address', {
        address: attr(string(), 'Address', { required: true }),
        prefix: attr(int({ max: 128 }), 'Length of the network prefix'),
      }),
    ),
    routes: many(element('route', 'A route', { gateway: attr(string(), 'Gateway', { required: true }) })),
  },
  { block: true },
);

export const hostInterface = element('interface', 'An interface of the host', [
  {
    type: attr(interfaceTypes, 'Kind', { required: true }),
    name: attr(string(), 'Name', { required: true }),
    start: child(
      element('start', 'When it is started', {
        mode: attr(oneOf('onboot', 'none', 'hotplug'), 'When', { required: true }),
      }),
    ),
    mtu: child(element('mtu', 'Largest packet', { size: attr(int(), 'Octets', { required: true }) })),
    protocols: many(protocol),
    ...linkState,
  },
  variant('type', {
    ethernet: {},
    bridge: { bridge: child(bridge, { required: true }) },
    bond: { bond: child(bond, { required: true }) },
    vlan: { vlan: child(vlan, { required: true }) },
  }),
]);
export type InterfaceDef = Infer<typeof hostInterface>;
