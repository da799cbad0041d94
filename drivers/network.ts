/** Network: a virtual network of the host, running or not. */
import { toUuid, uuidBytes } from './arguments.ts';
import type { NetworkDhcpLease } from './driver-slots.gen.ts';
import type { CallOptions, NetworkRef } from './driver.ts';
import { Handle } from './handle.ts';
import { NetworkPort } from './network-port.ts';

/** virNetworkDHCPLease: `expirytime` in seconds since 1970, `type` as virIPAddrType. */
export type NetworkDHCPLease = NetworkDhcpLease;

export class Network extends Handle<NetworkRef> {
  /** The name, unique on its host. (virNetworkGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The 16 bytes of the UUID. (virNetworkGetUUID) */
  getUUID(): Uint8Array {
    return uuidBytes(this.getUUIDString());
  }

  /** The UUID as text, in lower case. (virNetworkGetUUIDString) */
  getUUIDString(): string {
    return toUuid(this.ref.uuid);
  }

  /** The description in XML. `flags`: virNetworkXMLFlags. (virNetworkGetXMLDesc) */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('networkGetXmlDesc', { net: this.ref, flags }, options);
  }

  /** Whether it runs. (virNetworkIsActive) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.call('networkIsActive', { net: this.ref }, options)) === 1;
  }

  /** Whether its configuration is kept when it is stopped. (virNetworkIsPersistent) */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.call('networkIsPersistent', { net: this.ref }, options)) === 1;
  }

  /** Name of its bridge on the host. Fails where it has none. (virNetworkGetBridgeName) */
  getBridgeName(options?: CallOptions): Promise<string> {
    return this.call('networkGetBridgeName', { net: this.ref }, options);
  }

  /** Whether it starts together with its host. (virNetworkGetAutostart) */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.call('networkGetAutostart', { net: this.ref }, options)) !== 0;
  }

  /** Makes it start together with its host, or not; only for persistent ones. (virNetworkSetAutostart) */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.call('networkSetAutostart', { net: this.ref, autostart: Number(autostart) }, options);
  }

  /** Starts it. Fails with VIR_ERR_OPERATION_INVALID while it runs. (virNetworkCreate) */
  create(options?: CallOptions): Promise<void> {
    return this.call('networkCreate', { net: this.ref }, options);
  }

  /** Stops it; guests on it lose their connection, a persistent configuration stays. (virNetworkDestroy) */
  destroy(options?: CallOptions): Promise<void> {
    return this.call('networkDestroy', { net: this.ref }, options);
  }

  /** Deletes the configuration; a running one goes on and becomes transient. (virNetworkUndefine) */
  undefine(options?: CallOptions): Promise<void> {
    return this.call('networkUndefine', { net: this.ref }, options);
  }

  /**
   * Changes one part (an address, a DHCP host, a DNS entry, ...). `command`: virNetworkUpdateCommand; `section`:
   * virNetworkUpdateSection; `parentIndex`: which of several parents, -1 for the first that fits; `flags`:
   * virNetworkUpdateFlags. (virNetworkUpdate)
   */
  update(
    command: number,
    section: number,
    parentIndex: number,
    xml: string,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    return this.call('networkUpdate', { net: this.ref, command, section, parentIndex, xml, flags }, options);
  }

  /** Addresses its DHCP server gave out, to one MAC or (null) to all. `flags`: 0. (virNetworkGetDHCPLeases) */
  getDHCPLeases(mac: string | null = null, flags = 0, options?: CallOptions): Promise<NetworkDHCPLease[]> {
    return this.call('networkGetDhcpLeases', { net: this.ref, mac, flags }, options);
  }

  /**
   * Description, title, or the element with the namespace `uri`. `type`: virNetworkMetadataType; `flags`:
   * virNetworkUpdateFlags. Fails with VIR_ERR_NO_NETWORK_METADATA where there is none. (virNetworkGetMetadata)
   */
  getMetadata(type: number, uri: string | null = null, flags = 0, options?: CallOptions): Promise<string> {
    return this.call('networkGetMetadata', { network: this.ref, type, uri, flags }, options);
  }

  /**
   * Sets description, title or an element; null removes it. `key` (the prefix to use) and `uri` only for elements.
   * `flags`: virNetworkUpdateFlags. (virNetworkSetMetadata)
   */
  setMetadata(
    type: number,
    metadata: string | null,
    key: string | null = null,
    uri: string | null = null,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    return this.call('networkSetMetadata', { network: this.ref, type, metadata, key, uri, flags }, options);
  }

  /** Plugs something in, as described in `xml`. `flags`: virNetworkPortCreateFlags. (virNetworkPortCreateXML) */
  async portCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<NetworkPort> {
    const ref = await this.call('networkPortCreateXml', { network: this.ref, xml, flags }, options);
    return new NetworkPort(this.core, ref, this);
  }

  /** The port with that UUID. Fails with VIR_ERR_NO_NETWORK_PORT where there is none. (virNetworkPortLookupByUUID) */
  async portLookupByUUID(uuid: string | Uint8Array, options?: CallOptions): Promise<NetworkPort> {
    const ref = await this.call('networkPortLookupByUuid', { network: this.ref, uuid: toUuid(uuid) }, options);
    return new NetworkPort(this.core, ref, this);
  }

  /** As `portLookupByUUID`. (virNetworkPortLookupByUUIDString) */
  portLookupByUUIDString(uuid: string, options?: CallOptions): Promise<NetworkPort> {
    return this.portLookupByUUID(uuid, options);
  }

  /** What is plugged in. `flags`: 0. (virNetworkListAllPorts) */
  async listAllPorts(flags = 0, options?: CallOptions): Promise<NetworkPort[]> {
    const refs = await this.call('networkListAllPorts', { network: this.ref, flags }, options);
    return refs.map((ref) => new NetworkPort(this.core, ref, this));
  }
}
