/** NodeDevice: a device of the host (PCI, USB, SCSI, mediated, ...). */
import type { CallOptions, NodeDeviceRef } from './driver.ts';
import { Handle } from './handle.ts';

/** The most capabilities that are asked for. */
const capsAtMost = 65_536;

export class NodeDevice extends Handle<NodeDeviceRef> {
  /** The name, unique on its host. (virNodeDeviceGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The description in XML. `flags`: virNodeDeviceXMLFlags. (virNodeDeviceGetXMLDesc) */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('nodeDeviceGetXmlDesc', { name: this.ref.name, flags }, options);
  }

  /** Name of the device it hangs on; null for the root. (virNodeDeviceGetParent) */
  getParent(options?: CallOptions): Promise<string | null> {
    return this.call('nodeDeviceGetParent', { name: this.ref.name }, options);
  }

  /** Number of capabilities. (virNodeDeviceNumOfCaps) */
  numOfCaps(options?: CallOptions): Promise<number> {
    return this.call('nodeDeviceNumOfCaps', { name: this.ref.name }, options);
  }

  /** What it is: `pci`, `usb_device`, `net`, `scsi_host`, ... (virNodeDeviceListCaps) */
  listCaps(options?: CallOptions): Promise<string[]> {
    return this.call('nodeDeviceListCaps', { name: this.ref.name, maxnames: capsAtMost }, options);
  }

  /** Takes the device from its driver on the host, for a guest. (virNodeDeviceDettach) */
  dettach(options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceDettach', { name: this.ref.name }, options);
  }

  /**
   * As `dettach`, with the driver to bind to (`vfio`; null: the hypervisor's choice). `flags`: 0.
   * (virNodeDeviceDetachFlags)
   */
  detach(driverName: string | null = null, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceDetachFlags', { name: this.ref.name, driverName, flags }, options);
  }

  /** Gives the device back to its driver on the host. (virNodeDeviceReAttach) */
  reAttach(options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceReAttach', { name: this.ref.name }, options);
  }

  /** Resets the device; it must not be in use. (virNodeDeviceReset) */
  reset(options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceReset', { name: this.ref.name }, options);
  }

  /** Starts a defined device (mediated ones). `flags`: 0. (virNodeDeviceCreate) */
  create(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceCreate', { name: this.ref.name, flags }, options);
  }

  /** Removes a device that was created (virtual host adapters, mediated devices). (virNodeDeviceDestroy) */
  destroy(options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceDestroy', { name: this.ref.name }, options);
  }

  /** Deletes the configuration of a defined device. `flags`: 0. (virNodeDeviceUndefine) */
  undefine(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceUndefine', { name: this.ref.name, flags }, options);
  }

  /** Changes a mediated device to the description in `xml`. `flags`: virNodeDeviceUpdateFlags. (virNodeDeviceUpdate) */
  update(xml: string, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceUpdate', { name: this.ref.name, xmlDesc: xml, flags }, options);
  }

  /** Whether a defined device starts together with its parent. (virNodeDeviceGetAutostart) */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.call('nodeDeviceGetAutostart', { name: this.ref.name }, options)) !== 0;
  }

  /** Makes a defined device start together with its parent, or not. (virNodeDeviceSetAutostart) */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.call('nodeDeviceSetAutostart', { name: this.ref.name, autostart: Number(autostart) }, options);
  }

  /** Whether its configuration is kept. (virNodeDeviceIsPersistent) */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.call('nodeDeviceIsPersistent', { name: this.ref.name }, options)) === 1;
  }

  /** Whether it is there, and not only defined. (virNodeDeviceIsActive) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.call('nodeDeviceIsActive', { name: this.ref.name }, options)) === 1;
  }
}
