/** Connection, fifth part: storage pools and volumes, devices of the host, secrets. */
import { toUuid } from '../arguments.ts';
import type { CallOptions, StoragePoolRef } from '../driver.ts';
import { NodeDevice } from '../node-device.ts';
import { Secret } from '../secret.ts';
import { StoragePool } from '../storage-pool.ts';
import { StorageVol } from '../storage-vol.ts';
import { ConnectionNetworks } from './networks.ts';

/** The most names that are asked for. */
const namesAtMost = 16_384;
const nodeDevicesAtMost = 65_536;

export abstract class ConnectionStorage extends ConnectionNetworks {
  /**
   * All storage pools, running or not. `flags`: virConnectListAllStoragePoolsFlags, which filter.
   * (virConnectListAllStoragePools)
   */
  async listAllStoragePools(flags = 0, options?: CallOptions): Promise<StoragePool[]> {
    const refs = await this.core.call('connectListAllStoragePools', { flags }, options);
    return refs.map((ref) => new StoragePool(this.core, ref));
  }

  /** Names of the running storage pools. (virConnectListStoragePools) */
  listStoragePools(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListStoragePools', { maxnames: namesAtMost }, options);
  }

  /** Number of running storage pools. (virConnectNumOfStoragePools) */
  numOfStoragePools(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfStoragePools', {}, options);
  }

  /** Names of the storage pools that are stopped. (virConnectListDefinedStoragePools) */
  listDefinedStoragePools(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListDefinedStoragePools', { maxnames: namesAtMost }, options);
  }

  /** Number of storage pools that are stopped. (virConnectNumOfDefinedStoragePools) */
  numOfDefinedStoragePools(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfDefinedStoragePools', {}, options);
  }

  /**
   * What pools of that type could be made of (exports, targets, volume groups, ...), in XML; `srcSpec` says where to
   * look. `flags`: 0. (virConnectFindStoragePoolSources)
   */
  findStoragePoolSources(
    type: string,
    srcSpec: string | null = null,
    flags = 0,
    options?: CallOptions,
  ): Promise<string> {
    return this.core.call('connectFindStoragePoolSources', { type, srcSpec, flags }, options);
  }

  /**
   * The storage pool of that name. Fails with VIR_ERR_NO_STORAGE_POOL where there is none.
   * (virStoragePoolLookupByName)
   */
  async storagePoolLookupByName(name: string, options?: CallOptions): Promise<StoragePool> {
    return this.storagePoolOf(await this.core.call('storagePoolLookupByName', { name }, options));
  }

  /**
   * The storage pool with that UUID. Fails with VIR_ERR_NO_STORAGE_POOL where there is none.
   * (virStoragePoolLookupByUUID)
   */
  async storagePoolLookupByUUID(uuid: string | Uint8Array, options?: CallOptions): Promise<StoragePool> {
    return this.storagePoolOf(await this.core.call('storagePoolLookupByUuid', { uuid: toUuid(uuid) }, options));
  }

  /** As `storagePoolLookupByUUID`. (virStoragePoolLookupByUUIDString) */
  storagePoolLookupByUUIDString(uuid: string, options?: CallOptions): Promise<StoragePool> {
    return this.storagePoolLookupByUUID(uuid, options);
  }

  /**
   * The running storage pool whose volumes lie at that path. Fails with VIR_ERR_NO_STORAGE_POOL where there is none.
   * (virStoragePoolLookupByTargetPath)
   */
  async storagePoolLookupByTargetPath(path: string, options?: CallOptions): Promise<StoragePool> {
    return this.storagePoolOf(await this.core.call('storagePoolLookupByTargetPath', { path }, options));
  }

  /** The pool a volume lies in; the same as `vol.storagePoolLookupByVolume`. */
  storagePoolLookupByVolume(vol: StorageVol, options?: CallOptions): Promise<StoragePool> {
    return vol.storagePoolLookupByVolume(options);
  }

  /**
   * Keeps the configuration in `xml`, new or changed; does not start it. `flags`: virStoragePoolDefineFlags.
   * (virStoragePoolDefineXML)
   */
  async storagePoolDefineXML(xml: string, flags = 0, options?: CallOptions): Promise<StoragePool> {
    return this.storagePoolOf(await this.core.call('storagePoolDefineXml', { xml, flags }, options));
  }

  /**
   * Starts a storage pool whose configuration is not kept. `flags`: virStoragePoolCreateFlags.
   * (virStoragePoolCreateXML)
   */
  async storagePoolCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<StoragePool> {
    return this.storagePoolOf(await this.core.call('storagePoolCreateXml', { xml, flags }, options));
  }

  /** The volume with that key. Fails with VIR_ERR_NO_STORAGE_VOL where there is none. (virStorageVolLookupByKey) */
  async storageVolLookupByKey(key: string, options?: CallOptions): Promise<StorageVol> {
    return new StorageVol(this.core, await this.core.call('storageVolLookupByKey', { key }, options));
  }

  /**
   * The volume at that path of the host. Fails with VIR_ERR_NO_STORAGE_VOL where no running pool has one.
   * (virStorageVolLookupByPath)
   */
  async storageVolLookupByPath(path: string, options?: CallOptions): Promise<StorageVol> {
    return new StorageVol(this.core, await this.core.call('storageVolLookupByPath', { path }, options));
  }

  /**
   * All devices of the host. `flags`: virConnectListAllNodeDeviceFlags, which filter. (virConnectListAllNodeDevices)
   */
  async listAllNodeDevices(flags = 0, options?: CallOptions): Promise<NodeDevice[]> {
    const refs = await this.core.call('connectListAllNodeDevices', { flags }, options);
    return refs.map((ref) => new NodeDevice(this.core, ref));
  }

  /** Number of devices with a capability (`pci`, `net`, ...; null: of all). `flags`: 0. (virNodeNumOfDevices) */
  nodeNumOfDevices(cap: string | null = null, flags = 0, options?: CallOptions): Promise<number> {
    return this.core.call('nodeNumOfDevices', { cap, flags }, options);
  }

  /** Names of the devices with a capability (null: of all). `flags`: 0. (virNodeListDevices) */
  nodeListDevices(cap: string | null = null, flags = 0, options?: CallOptions): Promise<string[]> {
    return this.core.call('nodeListDevices', { cap, maxnames: nodeDevicesAtMost, flags }, options);
  }

  /** The device of that name. Fails with VIR_ERR_NO_NODE_DEVICE where there is none. (virNodeDeviceLookupByName) */
  async nodeDeviceLookupByName(name: string, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this.core, await this.core.call('nodeDeviceLookupByName', { name }, options));
  }

  /** The SCSI host adapter with those World Wide Names. `flags`: 0. (virNodeDeviceLookupSCSIHostByWWN) */
  async nodeDeviceLookupSCSIHostByWWN(
    wwnn: string,
    wwpn: string,
    flags = 0,
    options?: CallOptions,
  ): Promise<NodeDevice> {
    const ref = await this.core.call('nodeDeviceLookupScsiHostByWwn', { wwnn, wwpn, flags }, options);
    return new NodeDevice(this.core, ref);
  }

  /**
   * Makes a device (virtual host adapter, mediated device) that is not kept. `flags`: virNodeDeviceCreateXMLFlags.
   * (virNodeDeviceCreateXML)
   */
  async nodeDeviceCreateXML(xml: string, flags = 0, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this.core, await this.core.call('nodeDeviceCreateXml', { xmlDesc: xml, flags }, options));
  }

  /**
   * Keeps the configuration of a mediated device; does not start it. `flags`: virNodeDeviceDefineXMLFlags.
   * (virNodeDeviceDefineXML)
   */
  async nodeDeviceDefineXML(xml: string, flags = 0, options?: CallOptions): Promise<NodeDevice> {
    return new NodeDevice(this.core, await this.core.call('nodeDeviceDefineXml', { xmlDesc: xml, flags }, options));
  }

  /** All secrets. `flags`: virConnectListAllSecretsFlags, which filter. (virConnectListAllSecrets) */
  async listAllSecrets(flags = 0, options?: CallOptions): Promise<Secret[]> {
    const refs = await this.core.call('connectListAllSecrets', { flags }, options);
    return refs.map((ref) => new Secret(this.core, ref));
  }

  /** UUIDs of the secrets. (virConnectListSecrets) */
  listSecrets(options?: CallOptions): Promise<string[]> {
    return this.core.call('connectListSecrets', { maxuuids: namesAtMost }, options);
  }

  /** Number of secrets. (virConnectNumOfSecrets) */
  numOfSecrets(options?: CallOptions): Promise<number> {
    return this.core.call('connectNumOfSecrets', {}, options);
  }

  /** The secret with that UUID. Fails with VIR_ERR_NO_SECRET where there is none. (virSecretLookupByUUID) */
  async secretLookupByUUID(uuid: string | Uint8Array, options?: CallOptions): Promise<Secret> {
    return new Secret(this.core, await this.core.call('secretLookupByUuid', { uuid: toUuid(uuid) }, options));
  }

  /** As `secretLookupByUUID`. (virSecretLookupByUUIDString) */
  secretLookupByUUIDString(uuid: string, options?: CallOptions): Promise<Secret> {
    return this.secretLookupByUUID(uuid, options);
  }

  /**
   * The secret for a use: virSecretUsageType and the volume, server, ... it is for. Fails with VIR_ERR_NO_SECRET
   * where there is none. (virSecretLookupByUsage)
   */
  async secretLookupByUsage(usageType: number, usageID: string, options?: CallOptions): Promise<Secret> {
    return new Secret(this.core, await this.core.call('secretLookupByUsage', { usageType, usageID }, options));
  }

  /**
   * Makes or changes a secret; its value is set apart (`secret.setValue`). `flags`: virSecretDefineFlags.
   * (virSecretDefineXML)
   */
  async secretDefineXML(xml: string, flags = 0, options?: CallOptions): Promise<Secret> {
    return new Secret(this.core, await this.core.call('secretDefineXml', { xml, flags }, options));
  }

  /** Not for applications: the object of a reference. */
  storagePoolOf(ref: StoragePoolRef): StoragePool {
    return new StoragePool(this.core, ref);
  }
}
