/** Ports of networks: those made by hand, and one for every interface of a running guest on the network. */
import { createHash } from 'node:crypto';
import { networkPort as portKind, type NetworkPortDef } from '../conf/index.ts';
import type { DriverSlots, NetworkPortRef, TypedParam } from '../driver.ts';
import {
  VIR_NETWORK_PORT_CREATE_RECLAIM,
  VIR_NETWORK_PORT_CREATE_VALIDATE,
  VIR_TYPED_PARAM_STRING_OKAY,
} from '../enums.gen.ts';
import {
  VIR_NETWORK_PORT_BANDWIDTH_IN_AVERAGE,
  VIR_NETWORK_PORT_BANDWIDTH_IN_BURST,
  VIR_NETWORK_PORT_BANDWIDTH_IN_FLOOR,
  VIR_NETWORK_PORT_BANDWIDTH_IN_PEAK,
  VIR_NETWORK_PORT_BANDWIDTH_OUT_AVERAGE,
  VIR_NETWORK_PORT_BANDWIDTH_OUT_BURST,
  VIR_NETWORK_PORT_BANDWIDTH_OUT_PEAK,
} from '../typed-params.gen.ts';
import type { DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import { networkOf } from './network.ts';
import type { NetworkObj } from './network-obj.ts';
import type { TestNode } from './node.ts';

type Rates = NonNullable<NonNullable<NetworkPortDef['bandwidth']>['inbound']>;

const bandwidthFields: readonly (readonly [field: string, side: 'inbound' | 'outbound', rate: keyof Rates & string])[] =
  [
    [VIR_NETWORK_PORT_BANDWIDTH_IN_AVERAGE, 'inbound', 'average'],
    [VIR_NETWORK_PORT_BANDWIDTH_IN_PEAK, 'inbound', 'peak'],
    [VIR_NETWORK_PORT_BANDWIDTH_IN_FLOOR, 'inbound', 'floor'],
    [VIR_NETWORK_PORT_BANDWIDTH_IN_BURST, 'inbound', 'burst'],
    [VIR_NETWORK_PORT_BANDWIDTH_OUT_AVERAGE, 'outbound', 'average'],
    [VIR_NETWORK_PORT_BANDWIDTH_OUT_PEAK, 'outbound', 'peak'],
    [VIR_NETWORK_PORT_BANDWIDTH_OUT_BURST, 'outbound', 'burst'],
  ];

/** Network ports. */
export function networkPortSlots(node: TestNode): DriverSlots {
  const portOf = (ref: NetworkPortRef): NetworkPortDef => {
    const found = portsOf(node, networkOf(node, ref.net)).get(ref.uuid);
    if (found) return found;
    throw testError('VIR_ERR_NO_NETWORK_PORT', `Network port with UUID ${ref.uuid} does not exist`);
  };
  return {
    networkListAllPorts: async ({ network: ref, flags }) => {
      checkFlags(flags, 0, 'networkListAllPorts');
      const network = networkOf(node, ref);
      return [...portsOf(node, network).keys()].map((uuid) => ({ net: network.ref, uuid }));
    },
    networkPortLookupByUuid: async ({ network, uuid }) => {
      const ref = { net: networkOf(node, network).ref, uuid };
      portOf(ref);
      return ref;
    },
    networkPortCreateXml: async ({ network: ref, xml, flags }) => {
      checkFlags(flags, VIR_NETWORK_PORT_CREATE_RECLAIM | VIR_NETWORK_PORT_CREATE_VALIDATE, 'networkPortCreateXML');
      const network = networkOf(node, ref);
      if (!network.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `network '${network.name}' is not active`);
      const def = portKind.parse(xml, { driver: 'test' });
      if (portsOf(node, network).has(def.uuid)) {
        throw testError('VIR_ERR_INTERNAL_ERROR', `Network port with UUID ${def.uuid} already exists`);
      }
      network.ports.set(def.uuid, def);
      return { net: network.ref, uuid: def.uuid };
    },
    networkPortGetXmlDesc: async ({ port, flags }) => {
      checkFlags(flags, 0, 'networkPortGetXMLDesc');
      return portKind.format(portOf(port));
    },
    networkPortGetParameters: async ({ port, flags }) => {
      checkFlags(flags, VIR_TYPED_PARAM_STRING_OKAY, 'networkPortGetParameters');
      const { bandwidth } = portOf(port);
      return bandwidthFields.map(([field, side, rate]): TypedParam => ({
        field,
        type: 'uint',
        value: Number(bandwidth?.[side]?.[rate] ?? 0),
      }));
    },
    networkPortSetParameters: async ({ port, params, flags }) => {
      checkFlags(flags, 0, 'networkPortSetParameters');
      const def = structuredClone(portOf(port));
      for (const param of params) setRate(def, param);
      networkOf(node, port.net).ports.set(port.uuid, def);
    },
    networkPortDelete: async ({ port, flags }) => {
      checkFlags(flags, 0, 'networkPortDelete');
      portOf(port);
      networkOf(node, port.net).ports.delete(port.uuid);
    },
  };
}

function setRate(def: NetworkPortDef, { field, type, value }: TypedParam): void {
  const known = bandwidthFields.find(([name]) => name === field);
  if (!known || type !== 'uint')
    throw testError('VIR_ERR_INVALID_ARG', `parameter '${field}' of type ${type} is not supported by a port`);
  const [, side, rate] = known;
  const rates = ((def.bandwidth ??= {})[side] ??= {});
  if (value === 0) delete rates[rate];
  else Object.assign(rates, { [rate]: value });
}

/** The ports of a running network by UUID. A guest's port keeps its UUID as long as the guest keeps its own. */
export function portsOf(node: TestNode, network: NetworkObj): Map<string, NetworkPortDef> {
  const ports = new Map<string, NetworkPortDef>();
  if (!network.isActive) return ports;
  for (const domain of node.domains) {
    if (!domain.isActive) continue;
    for (const [index, nic] of domain.config.interfaces.entries()) {
      if (nic.network !== network.name) continue;
      const port = guestPort(network, domain, index, nic.mac);
      ports.set(port.uuid, port);
    }
  }
  // A port that was changed stands in for the one that would be computed.
  for (const [uuid, port] of network.ports) ports.set(uuid, port);
  return ports;
}

function guestPort(network: NetworkObj, domain: DomainObj, index: number, mac: string): NetworkPortDef {
  const bridge = network.def.bridge?.name;
  return {
    uuid: portUuid(domain.uuid, index),
    owner: { name: domain.name, uuid: domain.uuid },
    mac: { address: mac },
    plug: bridge === undefined ? { type: 'none' } : { type: 'network', bridge },
  };
}

/** A version 5 UUID of the guest's own and the interface's place. */
function portUuid(domainUuid: string, index: number): string {
  const hash = createHash('sha1').update(`${domainUuid}/${index}`).digest().subarray(0, 16);
  hash[6] = (hash[6]! & 0x0f) | 0x50;
  hash[8] = (hash[8]! & 0x3f) | 0x80;
  const hex = hash.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
