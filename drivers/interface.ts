/** Interface: a network interface of the host itself. */
import type { CallOptions, InterfaceRef } from './driver.ts';
import { Handle } from './handle.ts';

export class Interface extends Handle<InterfaceRef> {
  /** The name, unique on its host. (virInterfaceGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The MAC address. (virInterfaceGetMACString) */
  getMACString(): string {
    return this.ref.mac;
  }

  /**
   * The description in XML: as it is, or as configured with VIR_INTERFACE_XML_INACTIVE. `flags`:
   * virInterfaceXMLFlags. (virInterfaceGetXMLDesc)
   */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('interfaceGetXmlDesc', { iface: this.ref, flags }, options);
  }

  /** Whether it is up. (virInterfaceIsActive) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.call('interfaceIsActive', { iface: this.ref }, options)) === 1;
  }

  /** Brings it up, as `ifup`. `flags`: 0. (virInterfaceCreate) */
  create(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('interfaceCreate', { iface: this.ref, flags }, options);
  }

  /** Takes it down, as `ifdown`. `flags`: 0. (virInterfaceDestroy) */
  destroy(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('interfaceDestroy', { iface: this.ref, flags }, options);
  }

  /** Deletes its configuration. (virInterfaceUndefine) */
  undefine(options?: CallOptions): Promise<void> {
    return this.call('interfaceUndefine', { iface: this.ref }, options);
  }
}
