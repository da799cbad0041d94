/**
 * Values of a network filter's criteria: a literal in canonical text, or a variable (`$IP`, `$PORT[2]`) that stands for
 * one.
 */
import { isIPv4, isIPv6 } from 'node:net';
import { invalid, type ValueModel, type ValueType } from '../schema/value.ts';

const variable = /^\$([A-Za-z0-9_]+)(?:\[\s*(@?)\s*([0-9]+)\s*\])?\s*$/;

function readVariable(raw: string): string | undefined {
  const [, name, at, index] = variable.exec(raw) ?? [];
  if (name === undefined) return undefined;
  if (index === undefined) return `$${name}`;
  // Iterator 0 is the one taken by itself.
  return at === '@' && Number(index) === 0 ? `$${name}` : `$${name}[${at ?? ''}${Number(index)}]`;
}

/** A literal made canonical by `read` (undefined: not one), or a variable. */
function criterion(model: ValueModel, read: (raw: string) => string | undefined): ValueType<string> {
  return {
    parse: (raw) => (raw.startsWith('$') ? readVariable(raw) : read(raw)) ?? invalid,
    format: (value) => value,
    model: { ...model, allowed: `${model.allowed}, or a variable such as $NAME` },
  };
}

/** A number up to `max`, kept decimal or hexadecimal as it was given. */
function readNumber(raw: string, max: number): string | undefined {
  if (/^\d{1,10}$/.test(raw)) return Number(raw) <= max ? String(Number(raw)) : undefined;
  const digits = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(raw)?.[1];
  const value = digits === undefined ? Number.NaN : Number.parseInt(digits, 16);
  return value <= max ? `0x${value.toString(16)}` : undefined;
}

const numeric = (max: number): ValueType<string> =>
  criterion({ kind: 'integer', allowed: `a number from 0 to ${max}, decimal or hexadecimal`, example: '1' }, (raw) =>
    readNumber(raw, max),
  );

export const u8 = numeric(0xff);
export const u16 = numeric(0xffff);
export const u32 = numeric(0xffffffff);
export const dscp = numeric(63);
export const vlanId = numeric(4095);

/** A number, or a name for one; a number that has a name is written as that. */
function namedNumber(
  names: Readonly<Record<string, number>>,
  min: number,
  max: number,
  hasHex = true,
): ValueType<string> {
  const byNumber = new Map(Object.entries(names).map(([name, value]) => [value, name]));
  const words = Object.keys(names);
  return criterion(
    { kind: 'enum', allowed: `${words.join(', ')} or a number from ${min} to ${max}`, values: words },
    (raw) => {
      if (names[raw] !== undefined) return raw;
      const number = readNumber(raw, max);
      if (number === undefined || Number(number) < min) return undefined;
      return byNumber.get(Number(number)) ?? (hasHex ? number : String(Number(number)));
    },
  );
}

const etherTypes = { arp: 0x806, rarp: 0x8035, ipv4: 0x800, ipv6: 0x86dd, vlan: 0x8100 };
export const macProtocol = namedNumber(etherTypes, 0x600, 0xffff);
export const vlanProtocol = namedNumber(etherTypes, 0x3c, 0xffff);

/** Names as `ebtables` has them. */
const arpOpcodes = {
  Request: 1,
  Reply: 2,
  Request_Reverse: 3,
  Reply_Reverse: 4,
  DRARP_Request: 5,
  DRARP_Reply: 6,
  DRARP_Error: 7,
  InARP_Request: 8,
  ARP_NAK: 9,
};
export const arpOpcode = namedNumber(arpOpcodes, 0, 0xffff, false);

const ipProtocols = { tcp: 6, udp: 17, udplite: 136, esp: 50, ah: 51, icmp: 1, igmp: 2, sctp: 132, icmpv6: 58 };
export const ipProtocol = namedNumber(ipProtocols, 0, 0xff);

export const macAddress = criterion(
  { kind: 'mac', allowed: 'a MAC address such as 52:54:00:12:34:56', example: '52:54:00:12:34:56' },
  (raw) => {
    const parts = raw.toLowerCase().split(':');
    if (parts.length !== 6 || !parts.every((part) => /^[0-9a-f]{1,2}$/.test(part))) return undefined;
    return parts.map((part) => part.padStart(2, '0')).join(':');
  },
);

export const macMask = criterion(
  { kind: 'mac', allowed: 'a MAC mask: ones, then zeroes', example: 'ff:ff:ff:00:00:00' },
  (raw) => {
    const address = macAddress.parse(raw);
    if (typeof address !== 'string') return undefined;
    return isMask(address.split(':').map((part) => Number.parseInt(part, 16))) ? address : undefined;
  },
);

function isMask(octets: readonly number[]): boolean {
  return /^1*0*$/.test(octets.map((octet) => octet.toString(2).padStart(8, '0')).join(''));
}

export const ipv4Address = criterion({ kind: 'string', allowed: 'an IPv4 address', example: '192.0.2.1' }, (raw) =>
  isIPv4(raw) ? raw : undefined,
);

export const ipv6Address = criterion({ kind: 'string', allowed: 'an IPv6 address', example: '2001:db8::1' }, (raw) =>
  isIPv6(raw) && !raw.includes('%') ? canonicalIPv6(raw) : undefined,
);

/** The eight groups of an IPv6 address. */
function groupsOf(address: string): number[] {
  const plain = address.replace(
    /(\d+)\.(\d+)\.(\d+)\.(\d+)$/,
    (_all, a: string, b: string, c: string, d: string) =>
      `${((Number(a) << 8) | Number(b)).toString(16)}:${((Number(c) << 8) | Number(d)).toString(16)}`,
  );
  const [head = '', tail] = plain.split('::');
  const numbers = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const first = numbers(head);
  const last = tail === undefined ? [] : numbers(tail);
  return [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last];
}

/** As inet_ntop writes it: the longest run of zero groups shortened, an embedded IPv4 address with dots. */
function canonicalIPv6(address: string): string {
  const groups = groupsOf(address);
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (start + length < 8 && groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  const isMapped = best.start === 0 && (best.length === 6 || (best.length === 5 && groups[5] === 0xffff));
  const hex = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(':');
  if (isMapped) {
    const [high = 0, low = 0] = groups.slice(6);
    const dotted = [high >> 8, high & 255, low >> 8, low & 255].join('.');
    return best.length === 5 ? `::ffff:${dotted}` : `::${dotted}`;
  }
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}

/** A prefix length, or a mask that is one; written as the length. */
function mask(bits: number, octetsOf: (raw: string) => number[] | undefined): ValueType<string> {
  return criterion(
    { kind: 'string', allowed: `a prefix length from 0 to ${bits} or a network mask`, example: '24' },
    (raw) => {
      if (/^\d{1,3}$/.test(raw)) return Number(raw) <= bits ? String(Number(raw)) : undefined;
      const octets = octetsOf(raw);
      if (octets === undefined || !isMask(octets)) return undefined;
      return String(octets.reduce((sum, octet) => sum + octet.toString(2).replaceAll('0', '').length, 0));
    },
  );
}

export const ipv4Mask = mask(32, (raw) => (isIPv4(raw) ? raw.split('.').map(Number) : undefined));
export const ipv6Mask = mask(128, (raw) =>
  isIPv6(raw) ? groupsOf(raw).flatMap((group) => [group >> 8, group & 255]) : undefined,
);

export const truth = criterion({ kind: 'boolean', allowed: 'true, false', values: ['true', 'false'] }, (raw) =>
  ['true', '1', 'yes'].includes(raw) ? 'true' : 'false',
);

/** Some of `words`, comma separated; written in their order. */
function wordList(words: readonly string[], raw: string): string[] | undefined {
  const given = raw
    .split(',')
    .map((word) => word.trim().toUpperCase())
    .filter((word) => word !== '');
  return given.every((word) => words.includes(word)) ? words.filter((word) => given.includes(word)) : undefined;
}

const states = ['NEW', 'ESTABLISHED', 'RELATED', 'INVALID', 'NONE'];
export const connectionStates = criterion({ kind: 'list', allowed: states.join(', '), values: states }, (raw) => {
  const list = wordList(states, raw);
  return list?.includes('NONE') === true ? 'NONE' : list?.join(',');
});

const flagWords = ['FIN', 'SYN', 'RST', 'PSH', 'ACK', 'URG'];
function readTcpFlags(raw: string): string | undefined {
  const list = wordList([...flagWords, 'ALL', 'NONE'], raw);
  if (list === undefined) return undefined;
  const set = list.includes('ALL') ? flagWords : flagWords.filter((word) => list.includes(word));
  return set.length === 0 ? 'NONE' : set.length === flagWords.length ? 'ALL' : set.join(',');
}

export const tcpFlags = criterion(
  { kind: 'list', allowed: `mask/flags, each of ${flagWords.join(', ')}, ALL, NONE`, example: 'SYN,ACK/SYN' },
  (raw) => {
    const parts = raw.split('/').map(readTcpFlags);
    return parts.length === 2 && !parts.includes(undefined) ? parts.join('/') : undefined;
  },
);

export const ipsetName = criterion({ kind: 'string', allowed: 'up to 31 letters, digits and -_.:+' }, (raw) =>
  /^[A-Za-z0-9_.:+-]{1,31}$/.test(raw) ? raw : undefined,
);
export const ipsetFlags = criterion({ kind: 'list', allowed: 'up to 6 of src, dst', example: 'src,dst' }, (raw) =>
  /^(src|dst)(,(src|dst)){0,5}$/i.test(raw) ? raw.toLowerCase() : undefined,
);
/** libvirt's bound on a comment (MAX_COMMENT_LENGTH). */
export const comment = criterion({ kind: 'string', allowed: 'up to 256 characters' }, (raw) => raw.slice(0, 256));
