/** Connection, fourth part: virtual networks, network filters, the host's own interfaces. */
import { toUuid } from '../arguments.ts';
import type { CallOptions } from '../driver.ts';
import { Interface } from '../interface.ts';
import { Network } from '../network.ts';
import { NWFilterBinding } from '../nwfilter-binding.ts';
import { NWFilter } from '../nwfilter.ts';
import { ConnectionDomains } from './domains.ts';

/** The most names that are asked for. */
const namesAtMost = 16_384;

export abstract class ConnectionNetworks extends ConnectionDomains {
  /**
   * All networks, running or not. `flags`: virConnectListAllNetworksFlags, which filter. (virConnectListAllNetworks)
   */
  async listAllNetworks(flags = 0, options?: CallOptions): Promise<Network[]> {
    const refs = await this.core.call('connectListAllNetworks', { flags }, options);
    return refs.map((ref) => new Network(this.core, ref));
  }

  /** Names of the running networks. (virConnectListNetworks) */
  listNetworks(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListNetworks', { maxnames: namesAtMost }, options);
  }

  /** Number of running networks. (virConnectNumOfNetworks) */
  numOfNetworks(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfNetworks', {}, options);
  }

  /** Names of the networks that are stopped. (virConnectListDefinedNetworks) */
  listDefinedNetworks(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListDefinedNetworks', { maxnames: namesAtMost }, options);
  }

  /** Number of networks that are stopped. (virConnectNumOfDefinedNetworks) */
  numOfDefinedNetworks(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfDefinedNetworks', {}, options);
  }

  /** The network of that name. Fails with VIR_ERR_NO_NETWORK where there is none. (virNetworkLookupByName) */
  async networkLookupByName(name: string, options?: CallOptions): Promise<Network> {
    return new Network(this.core, await this.core.call('networkLookupByName', { name }, options));
  }

  /** The network with that UUID. Fails with VIR_ERR_NO_NETWORK where there is none. (virNetworkLookupByUUID) */
  async networkLookupByUUID(uuid: string | Uint8Array, options?: CallOptions): Promise<Network> {
    return new Network(this.core, await this.core.call('networkLookupByUuid', { uuid: toUuid(uuid) }, options));
  }

  /** As `networkLookupByUUID`. (virNetworkLookupByUUIDString) */
  networkLookupByUUIDString(uuid: string, options?: CallOptions): Promise<Network> {
    return this.networkLookupByUUID(uuid, options);
  }

  /**
   * Keeps the configuration in `xml`, new or changed; does not start it. `flags`: virNetworkDefineFlags.
   * (virNetworkDefineXML, virNetworkDefineXMLFlags)
   */
  async networkDefineXML(xml: string, flags?: number, options?: CallOptions): Promise<Network> {
    const ref = await this.core.callWithFlags('networkDefineXml', 'networkDefineXmlFlags', { xml }, flags, options);
    return new Network(this.core, ref);
  }

  /**
   * Starts a network whose configuration is not kept. `flags`: virNetworkCreateFlags. (virNetworkCreateXML,
   * virNetworkCreateXMLFlags)
   */
  async networkCreateXML(xml: string, flags?: number, options?: CallOptions): Promise<Network> {
    const ref = await this.core.callWithFlags('networkCreateXml', 'networkCreateXmlFlags', { xml }, flags, options);
    return new Network(this.core, ref);
  }

  /** All network filters. `flags`: 0. (virConnectListAllNWFilters) */
  async listAllNWFilters(flags = 0, options?: CallOptions): Promise<NWFilter[]> {
    const refs = await this.core.call('connectListAllNwfilters', { flags }, options);
    return refs.map((ref) => new NWFilter(this.core, ref));
  }

  /** Names of the network filters. (virConnectListNWFilters) */
  listNWFilters(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListNwfilters', { maxnames: namesAtMost }, options);
  }

  /** Number of network filters. (virConnectNumOfNWFilters) */
  numOfNWFilters(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfNwfilters', {}, options);
  }

  /** The network filter of that name. Fails with VIR_ERR_NO_NWFILTER where there is none. (virNWFilterLookupByName) */
  async nwfilterLookupByName(name: string, options?: CallOptions): Promise<NWFilter> {
    return new NWFilter(this.core, await this.core.call('nwfilterLookupByName', { name }, options));
  }

  /**
   * The network filter with that UUID. Fails with VIR_ERR_NO_NWFILTER where there is none. (virNWFilterLookupByUUID)
   */
  async nwfilterLookupByUUID(uuid: string | Uint8Array, options?: CallOptions): Promise<NWFilter> {
    return new NWFilter(this.core, await this.core.call('nwfilterLookupByUuid', { uuid: toUuid(uuid) }, options));
  }

  /** As `nwfilterLookupByUUID`. (virNWFilterLookupByUUIDString) */
  nwfilterLookupByUUIDString(uuid: string, options?: CallOptions): Promise<NWFilter> {
    return this.nwfilterLookupByUUID(uuid, options);
  }

  /**
   * Keeps the filter in `xml`, new or changed; running guests that use it follow. `flags`: virNWFilterDefineFlags.
   * (virNWFilterDefineXML, virNWFilterDefineXMLFlags)
   */
  async nwfilterDefineXML(xml: string, flags?: number, options?: CallOptions): Promise<NWFilter> {
    const ref = await this.core.callWithFlags('nwfilterDefineXml', 'nwfilterDefineXmlFlags', { xml }, flags, options);
    return new NWFilter(this.core, ref);
  }

  /** All filters in force on network ports. `flags`: 0. (virConnectListAllNWFilterBindings) */
  async listAllNWFilterBindings(flags = 0, options?: CallOptions): Promise<NWFilterBinding[]> {
    const refs = await this.core.call('connectListAllNwfilterBindings', { flags }, options);
    return refs.map((ref) => new NWFilterBinding(this.core, ref));
  }

  /**
   * The filter in force on the port with that host-side device. Fails with VIR_ERR_NO_NWFILTER_BINDING where there is
   * none. (virNWFilterBindingLookupByPortDev)
   */
  async nwfilterBindingLookupByPortDev(portdev: string, options?: CallOptions): Promise<NWFilterBinding> {
    const ref = await this.core.call('nwfilterBindingLookupByPortDev', { name: portdev }, options);
    return new NWFilterBinding(this.core, ref);
  }

  /** Puts a filter in force on a port. `flags`: virNWFilterBindingCreateFlags. (virNWFilterBindingCreateXML) */
  async nwfilterBindingCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<NWFilterBinding> {
    return new NWFilterBinding(this.core, await this.core.call('nwfilterBindingCreateXml', { xml, flags }, options));
  }

  /**
   * All network interfaces of the host. `flags`: virConnectListAllInterfacesFlags, which filter.
   * (virConnectListAllInterfaces)
   */
  async listAllInterfaces(flags = 0, options?: CallOptions): Promise<Interface[]> {
    const refs = await this.core.call('connectListAllInterfaces', { flags }, options);
    return refs.map((ref) => new Interface(this.core, ref));
  }

  /** Names of the interfaces that are up. (virConnectListInterfaces) */
  listInterfaces(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListInterfaces', { maxnames: namesAtMost }, options);
  }

  /** Number of interfaces that are up. (virConnectNumOfInterfaces) */
  numOfInterfaces(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfInterfaces', {}, options);
  }

  /** Names of the interfaces that are down. (virConnectListDefinedInterfaces) */
  listDefinedInterfaces(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListDefinedInterfaces', { maxnames: namesAtMost }, options);
  }

  /** Number of interfaces that are down. (virConnectNumOfDefinedInterfaces) */
  numOfDefinedInterfaces(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfDefinedInterfaces', {}, options);
  }

  /** The interface of that name. Fails with VIR_ERR_NO_INTERFACE where there is none. (virInterfaceLookupByName) */
  async interfaceLookupByName(name: string, options?: CallOptions): Promise<Interface> {
    return new Interface(this.core, await this.core.call('interfaceLookupByName', { name }, options));
  }

  /**
   * The interface with that MAC. Fails with VIR_ERR_NO_INTERFACE or VIR_ERR_MULTIPLE_INTERFACES.
   * (virInterfaceLookupByMACString)
   */
  async interfaceLookupByMACString(mac: string, options?: CallOptions): Promise<Interface> {
    return new Interface(this.core, await this.core.call('interfaceLookupByMacString', { mac }, options));
  }

  /**
   * Writes the interface's configuration into the host's network settings. `flags`: virInterfaceDefineFlags.
   * (virInterfaceDefineXML)
   */
  async interfaceDefineXML(xml: string, flags = 0, options?: CallOptions): Promise<Interface> {
    return new Interface(this.core, await this.core.call('interfaceDefineXml', { xml, flags }, options));
  }

  /**
   * Notes the host's network settings, so that what follows can be taken back. `flags`: 0. (virInterfaceChangeBegin)
   */
  interfaceChangeBegin(flags = 0, options?: CallOptions): Promise<void> {
    return this.core.call('interfaceChangeBegin', { flags }, options);
  }

  /** Keeps what changed since `interfaceChangeBegin`. `flags`: 0. (virInterfaceChangeCommit) */
  interfaceChangeCommit(flags = 0, options?: CallOptions): Promise<void> {
    return this.core.call('interfaceChangeCommit', { flags }, options);
  }

  /** Takes back what changed since `interfaceChangeBegin`. `flags`: 0. (virInterfaceChangeRollback) */
  interfaceChangeRollback(flags = 0, options?: CallOptions): Promise<void> {
    return this.core.call('interfaceChangeRollback', { flags }, options);
  }
}
