/** What a rule of a network filter can look at, protocol by protocol. */
import { attr, element, oneOf } from '../schema/index.ts';
import type { ValueType } from '../schema/value.ts';
import * as value from './values.ts';

const at = (type: ValueType<string>, doc: string, name?: string) => attr(type, doc, name === undefined ? {} : { name });

type Criteria = Readonly<Record<string, ReturnType<typeof at>>>;

const match = { match: attr(oneOf('yes', 'no'), 'With no, what does not match', { hide: 'yes' }) };
const noted = { comment: at(value.comment, 'Note') };

const sourceMac = {
  srcmacaddr: at(value.macAddress, 'MAC address of the sender'),
  srcmacmask: at(value.macMask, 'Its mask'),
};
const ethernet = {
  ...sourceMac,
  dstmacaddr: at(value.macAddress, 'MAC address of the receiver'),
  dstmacmask: at(value.macMask, 'Its mask'),
};

const numberPair = (name: string, doc: string, type: ValueType<string>) => ({
  [name]: at(type, doc),
  [`${name}-hi`]: at(type, `${doc}: end of the range`),
});

const stp = {
  ...match,
  ...sourceMac,
  type: at(value.u8, 'Type of the bridge protocol unit'),
  flags: at(value.u8, 'Flags'),
  ...numberPair('root-priority', 'Priority of the root', value.u16),
  'root-address': at(value.macAddress, 'Address of the root'),
  'root-address-mask': at(value.macMask, 'Its mask'),
  ...numberPair('root-cost', 'Cost to the root', value.u32),
  ...numberPair('sender-priority', 'Priority of the sender', value.u16),
  'sender-address': at(value.macAddress, 'Address of the sender'),
  'sender-address-mask': at(value.macMask, 'Its mask'),
  ...numberPair('port', 'Port', value.u16),
  ...numberPair('age', 'Age of the message', value.u16),
  ...numberPair('max-age', 'Highest age', value.u16),
  ...numberPair('hello-time', 'Time between messages', value.u16),
  ...numberPair('forward-delay', 'Forward delay', value.u16),
  ...noted,
};

const arp = {
  ...match,
  ...ethernet,
  hwtype: at(value.u16, 'Kind of hardware'),
  protocoltype: at(value.u16, 'Kind of protocol'),
  opcode: at(value.arpOpcode, 'What is asked or answered'),
  arpsrcmacaddr: at(value.macAddress, 'MAC address asked for'),
  arpdstmacaddr: at(value.macAddress, 'MAC address answered'),
  arpsrcipaddr: at(value.ipv4Address, 'IP address of the sender'),
  arpsrcipmask: at(value.ipv4Mask, 'Its mask'),
  arpdstipaddr: at(value.ipv4Address, 'IP address of the receiver'),
  arpdstipmask: at(value.ipv4Mask, 'Its mask'),
  gratuitous: at(value.truth, 'Unasked announcement'),
  ...noted,
};

const addresses = (address: ValueType<string>, mask: ValueType<string>) => ({
  srcipaddr: at(address, 'Address of the sender'),
  srcipmask: at(mask, 'Its mask'),
  dstipaddr: at(address, 'Address of the receiver'),
  dstipmask: at(mask, 'Its mask'),
});

const ports = {
  srcportstart: at(value.u16, 'First port of the sender'),
  srcportend: at(value.u16, 'Last port of the sender'),
  dstportstart: at(value.u16, 'First port of the receiver'),
  dstportend: at(value.u16, 'Last port of the receiver'),
};

const ip = {
  ...match,
  ...ethernet,
  ...addresses(value.ipv4Address, value.ipv4Mask),
  protocol: at(value.ipProtocol, 'Protocol inside'),
  ...ports,
  dscp: at(value.dscp, 'Traffic class'),
  ...noted,
};

const ipv6 = {
  ...match,
  ...ethernet,
  ...addresses(value.ipv6Address, value.ipv6Mask),
  protocol: at(value.ipProtocol, 'Protocol inside'),
  ...ports,
  type: at(value.u8, 'First ICMPv6 type'),
  typeend: at(value.u8, 'Last ICMPv6 type'),
  code: at(value.u8, 'First ICMPv6 code'),
  codeend: at(value.u8, 'Last ICMPv6 code'),
  ...noted,
};

const layer3 = (address: ValueType<string>, mask: ValueType<string>) => ({
  ...match,
  srcmacaddr: at(value.macAddress, 'MAC address of the sender'),
  ...addresses(address, mask),
  srcipfrom: at(address, "First of the sender's addresses"),
  srcipto: at(address, "Last of the sender's addresses"),
  dstipfrom: at(address, "First of the receiver's addresses"),
  dstipto: at(address, "Last of the receiver's addresses"),
  dscp: at(value.dscp, 'Traffic class'),
  'connlimit-above': at(value.u16, 'With more connections than this'),
  state: at(value.connectionStates, 'State of the connection'),
  ipset: at(value.ipsetName, 'Set of addresses of the host'),
  ipsetflags: at(value.ipsetFlags, 'Which addresses are looked up in it'),
});

const icmp = { type: at(value.u8, 'Type'), code: at(value.u8, 'Code') };
const option = { option: at(value.u8, 'TCP option'), flags: at(value.tcpFlags, 'TCP flags: mask/flags') };

function family(suffix: string, icmpName: string, address: ValueType<string>, mask: ValueType<string>) {
  const common = layer3(address, mask);
  const fieldsOf: Record<string, Criteria> = {
    [`tcp${suffix}`]: { ...common, ...ports, ...option, ...noted },
    [`udp${suffix}`]: { ...common, ...ports, ...noted },
    [`sctp${suffix}`]: { ...common, ...ports, ...noted },
    [icmpName]: { ...common, ...icmp, ...noted },
  };
  for (const name of ['udplite', 'esp', 'ah', 'all']) fieldsOf[`${name}${suffix}`] = { ...common, ...noted };
  return fieldsOf;
}

const fieldsOf: Record<string, Criteria> = {
  mac: { ...match, ...ethernet, protocolid: at(value.macProtocol, 'Protocol inside'), ...noted },
  vlan: {
    ...match,
    ...ethernet,
    vlanid: at(value.vlanId, 'VLAN number'),
    'encap-protocol': at(value.vlanProtocol, 'Protocol inside'),
    ...noted,
  },
  stp,
  arp,
  rarp: arp,
  ip,
  ipv6,
  ...family('', 'icmp', value.ipv4Address, value.ipv4Mask),
  igmp: { ...layer3(value.ipv4Address, value.ipv4Mask), ...noted },
  ...family('-ipv6', 'icmpv6', value.ipv6Address, value.ipv6Mask),
};

/** One element for each protocol; their values are the criteria by attribute name. */
export const protocols = Object.fromEntries(
  Object.entries(fieldsOf).map(([name, fields]) => [
    name,
    element(name, `Packets of ${name}`, fields, { keepEmpty: true }),
  ]),
);
