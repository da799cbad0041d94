/** The network calls. */
import { network as networkKind } from '../conf/index.ts';
import type { DriverSlots, NetworkRef } from '../driver.ts';
import {
  VIR_CONNECT_LIST_NETWORKS_ACTIVE,
  VIR_CONNECT_LIST_NETWORKS_AUTOSTART,
  VIR_CONNECT_LIST_NETWORKS_INACTIVE,
  VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART,
  VIR_CONNECT_LIST_NETWORKS_PERSISTENT,
  VIR_CONNECT_LIST_NETWORKS_TRANSIENT,
  VIR_NETWORK_CREATE_VALIDATE,
  VIR_NETWORK_DEFINE_VALIDATE,
  VIR_NETWORK_EVENT_DEFINED,
  VIR_NETWORK_EVENT_ID_LIFECYCLE,
  VIR_NETWORK_EVENT_ID_METADATA_CHANGE,
  VIR_NETWORK_EVENT_STARTED,
  VIR_NETWORK_EVENT_STOPPED,
  VIR_NETWORK_EVENT_UNDEFINED,
  VIR_NETWORK_UPDATE_AFFECT_CONFIG,
  VIR_NETWORK_UPDATE_AFFECT_LIVE,
  VIR_NETWORK_XML_INACTIVE,
} from '../enums.gen.ts';
import { checkFlags, testError } from './errors.ts';
import { either, flagsOf, passes, type FilterGroup } from './filters.ts';
import { networkLeases } from './leases.ts';
import { getMetadata, setMetadata } from './metadata.ts';
import { NetworkObj, parseNetwork } from './network-obj.ts';
import { updateNetwork } from './network-update.ts';
import type { TestNode } from './node.ts';
import type { XmlInput } from './xml-input.ts';

const filters: readonly FilterGroup<NetworkObj>[] = [
  either(VIR_CONNECT_LIST_NETWORKS_ACTIVE, VIR_CONNECT_LIST_NETWORKS_INACTIVE, (net) => net.isActive),
  either(VIR_CONNECT_LIST_NETWORKS_PERSISTENT, VIR_CONNECT_LIST_NETWORKS_TRANSIENT, (net) => net.isPersistent),
  either(VIR_CONNECT_LIST_NETWORKS_AUTOSTART, VIR_CONNECT_LIST_NETWORKS_NO_AUTOSTART, (net) => net.isAutostart),
];
const affectFlags = VIR_NETWORK_UPDATE_AFFECT_LIVE | VIR_NETWORK_UPDATE_AFFECT_CONFIG;

/** Networks: lists, life cycle, definitions. */
export function networkSlots(node: TestNode): DriverSlots {
  return { ...listSlots(node), ...lifeCycleSlots(node), ...definitionSlots(node) };
}

/** The network a reference means. Throws NO_NETWORK. */
export function networkOf(node: TestNode, ref: NetworkRef): NetworkObj {
  const found = node.networks.byUuid(ref.uuid);
  if (found) return found;
  throw testError('VIR_ERR_NO_NETWORK', `no network with matching uuid '${ref.uuid}' (${ref.name})`);
}

function listSlots(node: TestNode): DriverSlots {
  const { networks } = node;
  const names = (isActive: boolean): string[] =>
    networks.filter((net) => net.isActive === isActive).map(({ name }) => name);
  return {
    connectListAllNetworks: async ({ flags }) => {
      checkFlags(flags, flagsOf(filters), 'connectListAllNetworks');
      return networks.filter((net) => passes(net, flags, filters)).map((net) => net.ref);
    },
    connectListNetworks: async ({ maxnames }) => names(true).slice(0, maxnames),
    connectNumOfNetworks: async () => names(true).length,
    connectListDefinedNetworks: async ({ maxnames }) => names(false).slice(0, maxnames),
    connectNumOfDefinedNetworks: async () => names(false).length,
    networkLookupByName: async ({ name }) => {
      const found = networks.byName(name);
      if (found) return found.ref;
      throw testError('VIR_ERR_NO_NETWORK', `no network with matching name '${name}'`);
    },
    networkLookupByUuid: async ({ uuid }) => networkOf(node, { name: '', uuid }).ref,
    networkIsActive: async ({ net }) => Number(networkOf(node, net).isActive),
    networkIsPersistent: async ({ net }) => Number(networkOf(node, net).isPersistent),
    networkGetAutostart: async ({ net }) => Number(networkOf(node, net).isAutostart),
    networkSetAutostart: async ({ net, autostart }) => {
      const network = networkOf(node, net);
      if (!network.isPersistent)
        throw testError('VIR_ERR_OPERATION_INVALID', 'cannot set autostart for transient network');
      network.isAutostart = autostart !== 0;
    },
    networkGetBridgeName: async ({ net }) => {
      const network = networkOf(node, net);
      const name = network.def.bridge?.name;
      if (name !== undefined) return name;
      throw testError('VIR_ERR_INTERNAL_ERROR', `network '${network.name}' does not have a bridge name.`);
    },
    networkGetDhcpLeases: async ({ net, mac, flags }) => {
      checkFlags(flags, 0, 'networkGetDHCPLeases');
      return networkLeases(node, networkOf(node, net), mac);
    },
  };
}

function lifeCycleSlots(node: TestNode): DriverSlots {
  const createXml = (xml: string, flags: number): NetworkRef => {
    checkFlags(flags, VIR_NETWORK_CREATE_VALIDATE, 'networkCreateXMLFlags');
    const def = parseNetwork(xml);
    const known = node.networks.claim(def.name, def.uuid!);
    if (known?.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `network is already active as '${def.name}'`);
    const network = known ?? new NetworkObj(def);
    if (known) {
      network.nextDef ??= network.def;
      network.def = def;
    } else {
      node.networks.add(network);
    }
    return startNetwork(node, network);
  };
  return {
    networkCreateXml: async ({ xml }) => createXml(xml, 0),
    networkCreateXmlFlags: async ({ xml, flags }) => createXml(xml, flags),
    networkCreate: async ({ net }) => {
      const network = networkOf(node, net);
      if (network.isActive)
        throw testError('VIR_ERR_OPERATION_INVALID', `Network '${network.name}' is already running`);
      startNetwork(node, network);
    },
    networkDestroy: async ({ net }) => {
      const network = networkOf(node, net);
      if (!network.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `network '${network.name}' is not active`);
      network.stop();
      emit(node, network, VIR_NETWORK_EVENT_STOPPED);
      if (!network.isPersistent) node.networks.remove(network);
    },
  };
}

function startNetwork(node: TestNode, network: NetworkObj): NetworkRef {
  network.start();
  emit(node, network, VIR_NETWORK_EVENT_STARTED);
  return network.ref;
}

function definitionSlots(node: TestNode): DriverSlots {
  const define = (xml: string, flags: number): NetworkRef => {
    checkFlags(flags, VIR_NETWORK_DEFINE_VALIDATE, 'networkDefineXMLFlags');
    const network = defineNetwork(node, xml);
    emit(node, network, VIR_NETWORK_EVENT_DEFINED);
    return network.ref;
  };
  return {
    networkDefineXml: async ({ xml }) => define(xml, 0),
    networkDefineXmlFlags: async ({ xml, flags }) => define(xml, flags),
    networkUndefine: async ({ net }) => {
      const network = networkOf(node, net);
      if (network.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `Network '${network.name}' is still running`);
      node.networks.remove(network);
      emit(node, network, VIR_NETWORK_EVENT_UNDEFINED);
    },
    networkUpdate: async ({ net, command, section, parentIndex, xml, flags }) => {
      checkFlags(flags, affectFlags, 'networkUpdate');
      networkOf(node, net).edit(flags, (def) => updateNetwork(def, command, section, parentIndex, xml));
    },
    networkGetXmlDesc: async ({ net, flags }) => {
      checkFlags(flags, VIR_NETWORK_XML_INACTIVE, 'networkGetXMLDesc');
      const network = networkOf(node, net);
      const isInactive = (flags & VIR_NETWORK_XML_INACTIVE) !== 0;
      return networkKind.format(isInactive ? network.persistentDef : network.def, { inactive: isInactive });
    },
    networkGetMetadata: async ({ network: net, type, uri, flags }) => {
      checkFlags(flags, affectFlags, 'networkGetMetadata');
      const network = networkOf(node, net);
      const def = flags & VIR_NETWORK_UPDATE_AFFECT_CONFIG ? network.persistentDef : network.def;
      return getMetadata(def, type, uri, 'VIR_ERR_NO_NETWORK_METADATA');
    },
    networkSetMetadata: async ({ network: net, type, metadata, key, uri, flags }) => {
      checkFlags(flags, affectFlags, 'networkSetMetadata');
      const network = networkOf(node, net);
      network.edit(flags, (def) => setMetadata(def, type, metadata, key, uri));
      node.events.emit({
        family: 'network',
        eventId: VIR_NETWORK_EVENT_ID_METADATA_CHANGE,
        payload: { net: network.ref, type, nsuri: uri },
      });
    },
  };
}

/** Puts a definition in the list, as a new network or as the next start's definition of one that is there. */
export function defineNetwork(node: TestNode, input: XmlInput): NetworkObj {
  const def = parseNetwork(input);
  const known = node.networks.claim(def.name, def.uuid!);
  const network = known ?? new NetworkObj(def);
  if (!known) node.networks.add(network);
  else if (known.isActive) known.nextDef = def;
  else known.def = def;
  network.isPersistent = true;
  return network;
}

function emit(node: TestNode, network: NetworkObj, event: number): void {
  node.events.emit({
    family: 'network',
    eventId: VIR_NETWORK_EVENT_ID_LIFECYCLE,
    payload: { net: network.ref, event, detail: 0 },
  });
}
