/** StoragePool: a place for volumes (a folder, a volume group, a share, ...), running or not. */
import { toUuid, uuidBytes } from './arguments.ts';
import type { StoragePoolGetInfoResult } from './driver-slots.gen.ts';
import type { CallOptions, StoragePoolRef } from './driver.ts';
import { Handle } from './handle.ts';
import { StorageVol } from './storage-vol.ts';

/** virStoragePoolInfo: `state` as virStoragePoolState, sizes in bytes. */
export type StoragePoolInfo = StoragePoolGetInfoResult;

/** The most names that are asked for. */
const namesAtMost = 16_384;

export class StoragePool extends Handle<StoragePoolRef> {
  /** The name, unique on its host. (virStoragePoolGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The 16 bytes of the UUID. (virStoragePoolGetUUID) */
  getUUID(): Uint8Array {
    return uuidBytes(this.getUUIDString());
  }

  /** The UUID as text, in lower case. (virStoragePoolGetUUIDString) */
  getUUIDString(): string {
    return toUuid(this.ref.uuid);
  }

  /** The description in XML. `flags`: virStorageXMLFlags. (virStoragePoolGetXMLDesc) */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('storagePoolGetXmlDesc', { pool: this.ref, flags }, options);
  }

  /** State, capacity, allocation and free space, in bytes. (virStoragePoolGetInfo) */
  getInfo(options?: CallOptions): Promise<StoragePoolInfo> {
    return this.call('storagePoolGetInfo', { pool: this.ref }, options);
  }

  /** Whether it runs. (virStoragePoolIsActive) */
  async isActive(options?: CallOptions): Promise<boolean> {
    return (await this.call('storagePoolIsActive', { pool: this.ref }, options)) === 1;
  }

  /** Whether its configuration is kept when it is stopped. (virStoragePoolIsPersistent) */
  async isPersistent(options?: CallOptions): Promise<boolean> {
    return (await this.call('storagePoolIsPersistent', { pool: this.ref }, options)) === 1;
  }

  /** Whether it starts together with its host. (virStoragePoolGetAutostart) */
  async getAutostart(options?: CallOptions): Promise<boolean> {
    return (await this.call('storagePoolGetAutostart', { pool: this.ref }, options)) !== 0;
  }

  /** Makes it start together with its host, or not; only for persistent ones. (virStoragePoolSetAutostart) */
  setAutostart(autostart: boolean, options?: CallOptions): Promise<void> {
    return this.call('storagePoolSetAutostart', { pool: this.ref, autostart: Number(autostart) }, options);
  }

  /**
   * Makes what the pool needs (folder, file system, volume group), which may destroy data. `flags`:
   * virStoragePoolBuildFlags. (virStoragePoolBuild)
   */
  build(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('storagePoolBuild', { pool: this.ref, flags }, options);
  }

  /** Starts it, so that its volumes can be used. `flags`: virStoragePoolCreateFlags. (virStoragePoolCreate) */
  create(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('storagePoolCreate', { pool: this.ref, flags }, options);
  }

  /** Stops it; volumes and a persistent configuration stay. (virStoragePoolDestroy) */
  destroy(options?: CallOptions): Promise<void> {
    return this.call('storagePoolDestroy', { pool: this.ref }, options);
  }

  /**
   * Deletes what the pool stands on, and with it every volume; the pool must be stopped. `flags`:
   * virStoragePoolDeleteFlags. (virStoragePoolDelete)
   */
  delete(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('storagePoolDelete', { pool: this.ref, flags }, options);
  }

  /** Deletes the configuration; the pool must be stopped, its volumes stay. (virStoragePoolUndefine) */
  undefine(options?: CallOptions): Promise<void> {
    return this.call('storagePoolUndefine', { pool: this.ref }, options);
  }

  /** Looks again for volumes and their sizes. `flags`: 0. (virStoragePoolRefresh) */
  refresh(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('storagePoolRefresh', { pool: this.ref, flags }, options);
  }

  /** Number of volumes. (virStoragePoolNumOfVolumes) */
  numOfVolumes(options?: CallOptions): Promise<number> {
    return this.call('storagePoolNumOfVolumes', { pool: this.ref }, options);
  }

  /** Names of the volumes. (virStoragePoolListVolumes) */
  listVolumes(options?: CallOptions): Promise<string[]> {
    return this.call('storagePoolListVolumes', { pool: this.ref, maxnames: namesAtMost }, options);
  }

  /** All volumes. `flags`: 0. (virStoragePoolListAllVolumes) */
  async listAllVolumes(flags = 0, options?: CallOptions): Promise<StorageVol[]> {
    const refs = await this.call('storagePoolListAllVolumes', { pool: this.ref, flags }, options);
    return refs.map((ref) => new StorageVol(this.core, ref));
  }

  /** The volume of that name. Fails with VIR_ERR_NO_STORAGE_VOL where there is none. (virStorageVolLookupByName) */
  async storageVolLookupByName(name: string, options?: CallOptions): Promise<StorageVol> {
    return new StorageVol(this.core, await this.call('storageVolLookupByName', { pool: this.ref, name }, options));
  }

  /** Makes a volume as described in `xml`. `flags`: virStorageVolCreateFlags. (virStorageVolCreateXML) */
  async storageVolCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<StorageVol> {
    return new StorageVol(this.core, await this.call('storageVolCreateXml', { pool: this.ref, xml, flags }, options));
  }

  /**
   * Makes a volume as described in `xml` with the content of another, which may be in another pool. `flags`:
   * virStorageVolCreateFlags. (virStorageVolCreateXMLFrom)
   */
  async storageVolCreateXMLFrom(
    xml: string,
    cloneVol: StorageVol,
    flags = 0,
    options?: CallOptions,
  ): Promise<StorageVol> {
    const args = { pool: this.ref, xml, clonevol: cloneVol.ref, flags };
    return new StorageVol(this.core, await this.call('storageVolCreateXmlFrom', args, options));
  }

  /** The same as `storageVolCreateXML`, by the name it has in other bindings. */
  createXML(xml: string, flags = 0, options?: CallOptions): Promise<StorageVol> {
    return this.storageVolCreateXML(xml, flags, options);
  }

  /** The same as `storageVolCreateXMLFrom`, by the name it has in other bindings. */
  createXMLFrom(xml: string, cloneVol: StorageVol, flags = 0, options?: CallOptions): Promise<StorageVol> {
    return this.storageVolCreateXMLFrom(xml, cloneVol, flags, options);
  }
}
