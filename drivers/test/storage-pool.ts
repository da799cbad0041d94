/** The storage pool calls. */
import type { DriverSlots, StoragePoolRef } from '../driver.ts';
import {
  VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE,
  VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART,
  VIR_CONNECT_LIST_STORAGE_POOLS_DIR,
  VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE,
  VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART,
  VIR_CONNECT_LIST_STORAGE_POOLS_PERSISTENT,
  VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT,
  VIR_STORAGE_POOL_BUILD_NEW,
  VIR_STORAGE_POOL_BUILD_NO_OVERWRITE,
  VIR_STORAGE_POOL_BUILD_OVERWRITE,
  VIR_STORAGE_POOL_CREATE_WITH_BUILD,
  VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE,
  VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE,
  VIR_STORAGE_POOL_DEFINE_VALIDATE,
  VIR_STORAGE_POOL_DELETE_ZEROED,
  VIR_STORAGE_POOL_EVENT_CREATED,
  VIR_STORAGE_POOL_EVENT_DEFINED,
  VIR_STORAGE_POOL_EVENT_DELETED,
  VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE,
  VIR_STORAGE_POOL_EVENT_ID_REFRESH,
  VIR_STORAGE_POOL_EVENT_STARTED,
  VIR_STORAGE_POOL_EVENT_STOPPED,
  VIR_STORAGE_POOL_EVENT_UNDEFINED,
  VIR_STORAGE_POOL_INACTIVE,
  VIR_STORAGE_POOL_RUNNING,
  VIR_STORAGE_XML_INACTIVE,
} from '../enums.gen.ts';
import { checkExclusive, checkFlags, testError } from './errors.ts';
import { either, flagsOf, passes, type FilterGroup } from './filters.ts';
import type { TestNode } from './node.ts';
import { createVport, destroyVport } from './node-device.ts';
import { parsePool, StoragePoolObj } from './storage-pool-obj.ts';
import { poolCapabilitiesXml, poolSourcesXml } from './storage-pool-sources.ts';
import type { XmlInput } from './xml-input.ts';

/** The pool types in the order of libvirt's filter flags, from VIR_CONNECT_LIST_STORAGE_POOLS_DIR up. */
const typesByFlag = [
  'dir',
  'fs',
  'netfs',
  'logical',
  'disk',
  'iscsi',
  'scsi',
  'mpath',
  'rbd',
  'sheepdog',
  'gluster',
  'zfs',
  'vstorage',
  'iscsi-direct',
];
const filters: readonly FilterGroup<StoragePoolObj>[] = [
  either(VIR_CONNECT_LIST_STORAGE_POOLS_ACTIVE, VIR_CONNECT_LIST_STORAGE_POOLS_INACTIVE, (pool) => pool.isActive),
  either(
    VIR_CONNECT_LIST_STORAGE_POOLS_PERSISTENT,
    VIR_CONNECT_LIST_STORAGE_POOLS_TRANSIENT,
    (pool) => pool.isPersistent,
  ),
  either(
    VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART,
    VIR_CONNECT_LIST_STORAGE_POOLS_NO_AUTOSTART,
    (pool) => pool.isAutostart,
  ),
  typesByFlag.map((type, index) => [VIR_CONNECT_LIST_STORAGE_POOLS_DIR << index, (pool) => pool.def.type === type]),
];
const buildFlags = VIR_STORAGE_POOL_BUILD_NEW | VIR_STORAGE_POOL_BUILD_OVERWRITE | VIR_STORAGE_POOL_BUILD_NO_OVERWRITE;
const createFlags =
  VIR_STORAGE_POOL_CREATE_WITH_BUILD |
  VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE |
  VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE;

/** Storage pools: lists, life cycle, definitions. */
export function storagePoolSlots(node: TestNode): DriverSlots {
  return { ...listSlots(node), ...readSlots(node), ...lifeCycleSlots(node), ...definitionSlots(node) };
}

/** The pool a reference means. Throws NO_STORAGE_POOL. */
export function poolOf(node: TestNode, ref: StoragePoolRef): StoragePoolObj {
  const found = node.pools.byUuid(ref.uuid);
  if (found) return found;
  throw noPool(`uuid '${ref.uuid}' (${ref.name})`);
}

function noPool(how: string): Error {
  return testError('VIR_ERR_NO_STORAGE_POOL', `no storage pool with matching ${how}`);
}

function listSlots(node: TestNode): DriverSlots {
  const { pools } = node;
  const names = (isActive: boolean): string[] =>
    pools.filter((pool) => pool.isActive === isActive).map(({ name }) => name);
  const byName = (name: string): StoragePoolRef => {
    const found = pools.byName(name);
    if (found) return found.ref;
    throw noPool(`name '${name}'`);
  };
  return {
    connectListAllStoragePools: async ({ flags }) => {
      checkFlags(flags, flagsOf(filters), 'connectListAllStoragePools');
      return pools.filter((pool) => passes(pool, flags, filters)).map((pool) => pool.ref);
    },
    connectListStoragePools: async ({ maxnames }) => names(true).slice(0, maxnames),
    connectNumOfStoragePools: async () => names(true).length,
    connectListDefinedStoragePools: async ({ maxnames }) => names(false).slice(0, maxnames),
    connectNumOfDefinedStoragePools: async () => names(false).length,
    storagePoolLookupByName: async ({ name }) => byName(name),
    storagePoolLookupByUuid: async ({ uuid }) => poolOf(node, { name: '', uuid }).ref,
    storagePoolLookupByVolume: async ({ vol }) => byName(vol.pool),
    storagePoolLookupByTargetPath: async ({ path }) => {
      const found = pools.filter((pool) => pool.isActive && pool.targetPath === path)[0];
      if (found) return found.ref;
      throw noPool(`target path '${path}'`);
    },
    connectFindStoragePoolSources: async ({ type, srcSpec, flags }) => {
      checkFlags(flags, 0, 'connectFindStoragePoolSources');
      return poolSourcesXml(type, srcSpec);
    },
    connectGetStoragePoolCapabilities: async ({ flags }) => {
      checkFlags(flags, 0, 'connectGetStoragePoolCapabilities');
      return poolCapabilitiesXml(typesByFlag);
    },
  };
}

function readSlots(node: TestNode): DriverSlots {
  return {
    storagePoolIsActive: async ({ pool }) => Number(poolOf(node, pool).isActive),
    storagePoolIsPersistent: async ({ pool }) => Number(poolOf(node, pool).isPersistent),
    storagePoolGetInfo: async ({ pool: ref }) => {
      const pool = poolOf(node, ref);
      return { state: pool.isActive ? VIR_STORAGE_POOL_RUNNING : VIR_STORAGE_POOL_INACTIVE, ...pool.sizes };
    },
    storagePoolGetXmlDesc: async ({ pool, flags }) => {
      checkFlags(flags, VIR_STORAGE_XML_INACTIVE, 'storagePoolGetXMLDesc');
      return poolOf(node, pool).format((flags & VIR_STORAGE_XML_INACTIVE) !== 0);
    },
    storagePoolGetAutostart: async ({ pool }) => Number(poolOf(node, pool).isAutostart),
    storagePoolSetAutostart: async ({ pool: ref, autostart }) => {
      const pool = poolOf(node, ref);
      if (!pool.isPersistent) throw testError('VIR_ERR_INVALID_ARG', 'pool has no config file');
      pool.isAutostart = autostart !== 0;
    },
  };
}

function lifeCycleSlots(node: TestNode): DriverSlots {
  return {
    storagePoolCreate: async ({ pool: ref, flags }) => {
      checkCreateFlags(flags, 'storagePoolCreate');
      const pool = poolOf(node, ref);
      pool.assertInactive();
      startPool(node, pool, flags);
    },
    storagePoolBuild: async ({ pool: ref, flags }) => {
      checkFlags(flags, buildFlags, 'storagePoolBuild');
      const pool = poolOf(node, ref);
      pool.assertInactive();
      emit(node, pool, VIR_STORAGE_POOL_EVENT_CREATED);
    },
    storagePoolDestroy: async ({ pool: ref }) => {
      const pool = poolOf(node, ref);
      pool.assertActive();
      for (const volume of pool.volumes.values()) volume.assertUnused();
      const adapter = pool.def.source?.adapter;
      pool.stop();
      if (adapter?.type === 'fc_host') destroyVport(node, adapter.wwnn ?? '', adapter.wwpn ?? '');
      emit(node, pool, VIR_STORAGE_POOL_EVENT_STOPPED);
      if (!pool.isPersistent) removePool(node, pool);
    },
    storagePoolDelete: async ({ pool: ref, flags }) => {
      checkFlags(flags, VIR_STORAGE_POOL_DELETE_ZEROED, 'storagePoolDelete');
      const pool = poolOf(node, ref);
      pool.assertInactive();
      dropVolumes(pool);
      emit(node, pool, VIR_STORAGE_POOL_EVENT_DELETED);
    },
    storagePoolRefresh: async ({ pool: ref, flags }) => {
      checkFlags(flags, 0, 'storagePoolRefresh');
      const pool = poolOf(node, ref);
      pool.assertActive();
      node.events.emit({
        family: 'storagePool',
        eventId: VIR_STORAGE_POOL_EVENT_ID_REFRESH,
        payload: { pool: pool.ref },
      });
    },
  };
}

function definitionSlots(node: TestNode): DriverSlots {
  return {
    storagePoolDefineXml: async ({ xml, flags }) => {
      checkFlags(flags, VIR_STORAGE_POOL_DEFINE_VALIDATE, 'storagePoolDefineXML');
      const pool = definePool(node, xml);
      emit(node, pool, VIR_STORAGE_POOL_EVENT_DEFINED);
      return pool.ref;
    },
    storagePoolCreateXml: async ({ xml, flags }) => {
      checkCreateFlags(flags, 'storagePoolCreateXML');
      const pool = claimLive(node, xml);
      const adapter = pool.def.source?.adapter;
      if (adapter?.type === 'fc_host') createVport(node, adapter.wwnn ?? '', adapter.wwpn ?? '');
      startPool(node, pool, flags);
      return pool.ref;
    },
    storagePoolUndefine: async ({ pool: ref }) => {
      const pool = poolOf(node, ref);
      pool.assertInactive();
      removePool(node, pool);
      emit(node, pool, VIR_STORAGE_POOL_EVENT_UNDEFINED);
    },
  };
}

function checkCreateFlags(flags: number, slot: string): void {
  checkFlags(flags, createFlags, slot);
  checkExclusive(
    flags,
    ['VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE', VIR_STORAGE_POOL_CREATE_WITH_BUILD_OVERWRITE],
    ['VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE', VIR_STORAGE_POOL_CREATE_WITH_BUILD_NO_OVERWRITE],
    slot,
  );
}

function startPool(node: TestNode, pool: StoragePoolObj, flags: number): void {
  if (flags !== 0) emit(node, pool, VIR_STORAGE_POOL_EVENT_CREATED);
  pool.start();
  emit(node, pool, VIR_STORAGE_POOL_EVENT_STARTED);
}

/** Puts a definition in the list, as a new pool or as the next start's definition of one that is there. */
export function definePool(node: TestNode, input: XmlInput): StoragePoolObj {
  const def = parsePool(input);
  const known = node.pools.claim(def.name, def.uuid);
  const pool = known ?? new StoragePoolObj(def);
  if (!known) node.pools.add(pool);
  else if (known.isActive) known.nextDef = def;
  else known.def = def;
  pool.isPersistent = true;
  return pool;
}

function claimLive(node: TestNode, xml: string): StoragePoolObj {
  const def = parsePool(xml);
  const known = node.pools.claim(def.name, def.uuid);
  if (known?.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `pool is already active as '${def.name}'`);
  const pool = known ?? new StoragePoolObj(def);
  if (known) {
    pool.nextDef ??= pool.def;
    pool.def = def;
  } else {
    node.pools.add(pool);
  }
  return pool;
}

function removePool(node: TestNode, pool: StoragePoolObj): void {
  dropVolumes(pool);
  node.pools.remove(pool);
}

function dropVolumes(pool: StoragePoolObj): void {
  for (const volume of pool.volumes.values()) volume.data.clear();
  pool.volumes.clear();
}

function emit(node: TestNode, pool: StoragePoolObj, event: number): void {
  node.events.emit({
    family: 'storagePool',
    eventId: VIR_STORAGE_POOL_EVENT_ID_LIFECYCLE,
    payload: { pool: pool.ref, event, detail: 0 },
  });
}
