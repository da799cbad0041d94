/** Changing one part of a network: hosts, ranges, port groups, DNS records, forward interfaces. */
import { network as networkKind, type NetworkDef } from '../conf/index.ts';
import {
  VIR_NETWORK_SECTION_DNS_HOST,
  VIR_NETWORK_SECTION_DNS_SRV,
  VIR_NETWORK_SECTION_DNS_TXT,
  VIR_NETWORK_SECTION_FORWARD_INTERFACE,
  VIR_NETWORK_SECTION_IP_DHCP_HOST,
  VIR_NETWORK_SECTION_IP_DHCP_RANGE,
  VIR_NETWORK_SECTION_PORTGROUP,
  VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST,
  VIR_NETWORK_UPDATE_COMMAND_ADD_LAST,
  VIR_NETWORK_UPDATE_COMMAND_DELETE,
  VIR_NETWORK_UPDATE_COMMAND_MODIFY,
} from '../enums.gen.ts';
import { testError } from './errors.ts';

type Item = object;

/** How one section's items are found and told apart. */
interface Section {
  name: string;
  /** The item's XML put where a network has it. */
  wrap: (xml: string) => string;
  /** The list of such items, made where there is none. Throws where the network cannot have one. */
  list: (def: NetworkDef, parentIndex: number) => Item[];
  /** Whether two items are the same one; a part that is absent matches anything. */
  isSame: (one: Item, other: Item) => boolean;
  /** Whether a new item cannot stand beside another, where that is not the same question. */
  isInWay?: (one: Item, other: Item) => boolean;
  canModify: boolean;
}

/** Same in every named part that both have, and in at least one. */
function sameIn(...keys: string[]): (one: Item, other: Item) => boolean {
  return (one, other) => {
    const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
    const shared = keys.filter((key) => left[key] !== undefined && right[key] !== undefined);
    return shared.length > 0 && shared.every((key) => left[key] === right[key]);
  };
}

/** Same in at least one of the named parts. */
function sameInAny(...keys: string[]): (one: Item, other: Item) => boolean {
  return (one, other) => {
    const [left, right] = [one as Record<string, unknown>, other as Record<string, unknown>];
    return keys.some((key) => left[key] !== undefined && left[key] === right[key]);
  };
}

const inNetwork = (inner: string): string => `<network><name>x</name>${inner}</network>`;
const inDhcp = (xml: string): string =>
  inNetwork(`<ip address='10.0.0.1' netmask='255.0.0.0'><dhcp>${xml}</dhcp></ip>`);
const inDns = (xml: string): string => inNetwork(`<dns>${xml}</dns>`);

function dhcpOf(def: NetworkDef, parentIndex: number): NonNullable<NetworkDef['ips'][number]['dhcp']> {
  const candidates = parentIndex < 0 ? def.ips : def.ips.slice(parentIndex, parentIndex + 1);
  const ip = candidates.find(({ dhcp }) => dhcp !== undefined) ?? candidates[0];
  if (!ip)
    throw testError(
      'VIR_ERR_OPERATION_INVALID',
      `couldn't update dhcp entry - no <ip> element found at index ${parentIndex} in network '${def.name}'`,
    );
  return (ip.dhcp ??= { ranges: [], hosts: [] });
}

function dnsOf(def: NetworkDef): NonNullable<NetworkDef['dns']> {
  return (def.dns ??= { forwarders: [], txts: [], srvs: [], hosts: [] });
}

const sections: Record<number, Section> = {
  [VIR_NETWORK_SECTION_IP_DHCP_HOST]: {
    name: 'ip-dhcp-host',
    wrap: inDhcp,
    list: (def, index) => dhcpOf(def, index).hosts,
    isSame: sameIn('mac', 'id', 'name', 'ip'),
    isInWay: sameInAny('mac', 'id', 'name', 'ip'),
    canModify: true,
  },
  [VIR_NETWORK_SECTION_IP_DHCP_RANGE]: {
    name: 'ip-dhcp-range',
    wrap: inDhcp,
    list: (def, index) => dhcpOf(def, index).ranges,
    isSame: sameIn('start', 'end'),
    canModify: false,
  },
  [VIR_NETWORK_SECTION_FORWARD_INTERFACE]: {
    name: 'forward-interface',
    wrap: (xml) => inNetwork(`<forward mode='bridge'>${xml}</forward>`),
    list: (def) => {
      if (def.forward) return def.forward.interfaces;
      throw testError('VIR_ERR_OPERATION_INVALID', `network '${def.name}' has no <forward> to add interfaces to`);
    },
    isSame: sameIn('dev'),
    canModify: false,
  },
  [VIR_NETWORK_SECTION_PORTGROUP]: {
    name: 'portgroup',
    wrap: inNetwork,
    list: (def) => def.portgroups,
    isSame: sameIn('name'),
    canModify: true,
  },
  [VIR_NETWORK_SECTION_DNS_HOST]: {
    name: 'dns-host',
    wrap: inDns,
    list: (def) => dnsOf(def).hosts,
    isSame: sameIn('ip'),
    canModify: false,
  },
  [VIR_NETWORK_SECTION_DNS_TXT]: {
    name: 'dns-txt',
    wrap: inDns,
    list: (def) => dnsOf(def).txts,
    isSame: sameIn('name'),
    canModify: false,
  },
  [VIR_NETWORK_SECTION_DNS_SRV]: {
    name: 'dns-srv',
    wrap: inDns,
    list: (def) => dnsOf(def).srvs,
    isSame: sameIn('service', 'protocol', 'domain', 'target'),
    canModify: false,
  },
};

/** Applies one `networkUpdate` to a definition. Throws NO_SUPPORT for sections that cannot be changed, OPERATION_INVALID otherwise. */
export function updateNetwork(
  def: NetworkDef,
  command: number,
  sectionNumber: number,
  parentIndex: number,
  xml: string,
): void {
  const section = sections[sectionNumber];
  if (!section) throw testError('VIR_ERR_NO_SUPPORT', `can't update section ${sectionNumber} of network '${def.name}'`);
  const [item] = section.list(networkKind.parse(section.wrap(xml), { skipPostParse: true }), -1);
  if (!item) throw testError('VIR_ERR_XML_ERROR', `the XML is no item of the section '${section.name}'`);
  const list = section.list(def, parentIndex);
  const finds = command === VIR_NETWORK_UPDATE_COMMAND_DELETE ? section.isSame : (section.isInWay ?? section.isSame);
  const found = list.findIndex((other) => finds(other, item));
  switch (command) {
    case VIR_NETWORK_UPDATE_COMMAND_MODIFY:
      if (!section.canModify) {
        throw testError(
          'VIR_ERR_OPERATION_UNSUPPORTED',
          `'${section.name}' entries cannot be modified, only added or deleted`,
        );
      }
      if (found < 0) throw refused(section, def, 'there is no such entry to modify');
      list[found] = item;
      return;
    case VIR_NETWORK_UPDATE_COMMAND_DELETE:
      if (found < 0) throw refused(section, def, 'there is no such entry to delete');
      list.splice(found, 1);
      return;
    case VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST:
    case VIR_NETWORK_UPDATE_COMMAND_ADD_LAST:
      if (found >= 0) throw refused(section, def, 'there is such an entry already');
      if (command === VIR_NETWORK_UPDATE_COMMAND_ADD_FIRST) list.unshift(item);
      else list.push(item);
      return;
    default:
      throw testError('VIR_ERR_NO_SUPPORT', `unrecognized network update command code ${command}`);
  }
}

function refused(section: Section, def: NetworkDef, why: string): Error {
  return testError('VIR_ERR_OPERATION_INVALID', `cannot update '${section.name}' of network '${def.name}': ${why}`);
}
