/** Domain, first part: what it is called, in which state it is, how it is described. */
import { toUuid, uuidBytes } from '../arguments.ts';
import type { DomainGetControlInfoResult, DomainGetInfoResult, DomainGetStateResult } from '../driver-slots.gen.ts';
import type { CallOptions, DomainRef } from '../driver.ts';
import { VIR_DOMAIN_XML_MIGRATABLE, VIR_DOMAIN_XML_SECURE } from '../enums.gen.ts';
import { Handle } from '../handle.ts';

/** virDomainInfo: `state` as virDomainState, memory in KiB, CPU time in nanoseconds. */
export type DomainInfo = DomainGetInfoResult;
/** `state` as virDomainState; `reason` as the enum that goes with it (virDomainRunningReason, ...). */
export type DomainState = DomainGetStateResult;
/** virDomainControlInfo: `state` as virDomainControlState, `stateTime` in milliseconds. */
export type DomainControlInfo = DomainGetControlInfoResult;

export abstract class DomainBase extends Handle<DomainRef> {
  /** The name, unique on its host. (virDomainGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The 16 bytes of the UUID. (virDomainGetUUID) */
  getUUID(): Uint8Array {
    return uuidBytes(this.getUUIDString());
  }

  /** The UUID as text, in lower case. (virDomainGetUUIDString) */
  getUUIDString(): string {
    return toUuid(this.ref.uuid);
  }

  /**
   * The hypervisor's number for the running guest, as it was when this handle was got; -1 while shut off.
   * (virDomainGetID)
   */
  getID(): number {
    return this.ref.id;
  }

  /** Whether the guest runs, paused included. (virDomainIsActive) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.call('domainIsActive', { dom: this.ref }, options)) === 1;
  }

  /** Whether its configuration is kept when it is shut off. (virDomainIsPersistent) */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.call('domainIsPersistent', { dom: this.ref }, options)) === 1;
  }

  /** Whether the persistent configuration differs from what runs. (virDomainIsUpdated) */
  async isUpdated(options?: CallOptions): Promise<boolean> {
    return (await this.call('domainIsUpdated', { dom: this.ref }, options)) === 1;
  }

  /** State and the reason for it. `flags`: 0. (virDomainGetState) */
  getState(flags = 0, options?: CallOptions): Promise<DomainState> {
    return this.call('domainGetState', { dom: this.ref, flags }, options);
  }

  /** State, memory in KiB, number of virtual CPUs and used CPU time in nanoseconds. (virDomainGetInfo) */
  getInfo(options?: CallOptions): Promise<DomainInfo> {
    return this.call('domainGetInfo', { dom: this.ref }, options);
  }

  /** State of the channel through which the hypervisor controls the guest. `flags`: 0. (virDomainGetControlInfo) */
  getControlInfo(flags = 0, options?: CallOptions): Promise<DomainControlInfo> {
    return this.call('domainGetControlInfo', { dom: this.ref, flags }, options);
  }

  /** Kind of the operating system's interface: `hvm`, `exe`, `xen`, ... (virDomainGetOSType) */
  getOSType(options?: CallOptions): Promise<string> {
    return this.call('domainGetOsType', { dom: this.ref }, options);
  }

  /**
   * The description in XML: of the running guest, or the persistent one with VIR_DOMAIN_XML_INACTIVE. `flags`:
   * virDomainXMLFlags; those for secrets and for migration are denied on a read-only connection. (virDomainGetXMLDesc)
   */
  async getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    this.core.checkSecureFlags('virDomainGetXMLDesc', flags, VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_MIGRATABLE);
    return this.call('domainGetXmlDesc', { dom: this.ref, flags }, options);
  }

  /**
   * Description, title, or the element with the namespace `uri`. `type`: virDomainMetadataType; `uri` only for
   * elements; `flags`: virDomainModificationImpact. Fails with VIR_ERR_NO_DOMAIN_METADATA where there is none.
   * (virDomainGetMetadata)
   */
  getMetadata(type: number, uri: string | null = null, flags = 0, options?: CallOptions): Promise<string> {
    return this.call('domainGetMetadata', { dom: this.ref, type, uri, flags }, options);
  }

  /**
   * Sets description, title or an element; null removes it. `key` (the prefix to use) and `uri` only for elements.
   * `flags`: virDomainModificationImpact. (virDomainSetMetadata)
   */
  setMetadata(
    type: number,
    metadata: string | null,
    key: string | null = null,
    uri: string | null = null,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    return this.call('domainSetMetadata', { dom: this.ref, type, metadata, key, uri, flags }, options);
  }

  /**
   * Gives the domain another name; usually it must be shut off. This handle has the new name afterwards. `flags`: 0.
   * (virDomainRename)
   */
  async rename(newName: string, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('domainRename', { dom: this.ref, newName, flags }, options);
    this.ref = { ...this.ref, name: newName };
  }

  /** Whether the guest starts together with its host. (virDomainGetAutostart) */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.call('domainGetAutostart', { dom: this.ref }, options)) !== 0;
  }

  /** Makes the guest start together with its host, or not; only for persistent ones. (virDomainSetAutostart) */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.call('domainSetAutostart', { dom: this.ref, autostart: Number(autostart) }, options);
  }

  /** Whether the guest starts at the next start of its host, and only then. (virDomainGetAutostartOnce) */
  async getAutostartOnce(options?: CallOptions): Promise<boolean> {
    return (await this.call('domainGetAutostartOnce', { dom: this.ref }, options)) !== 0;
  }

  /** Makes the guest start at the next start of its host, or not. (virDomainSetAutostartOnce) */
  setAutostartOnce(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.call('domainSetAutostartOnce', { dom: this.ref, autostart: Number(autostart) }, options);
  }

  /**
   * What the driver has to say about the domain (tainted, deprecated, ...). `flags`: virDomainMessageType.
   * (virDomainGetMessages)
   */
  getMessages(flags = 0, options?: CallOptions): Promise<string[]> {
    return this.call('domainGetMessages', { dom: this.ref, flags }, options);
  }
}
