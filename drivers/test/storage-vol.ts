/** The storage volume calls. */
import type { DriverSlots, DriverStream, StorageVolRef } from '../driver.ts';
import {
  VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA,
  VIR_STORAGE_VOL_CREATE_REFLINK,
  VIR_STORAGE_VOL_CREATE_VALIDATE,
  VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS,
  VIR_STORAGE_VOL_DELETE_ZEROED,
  VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM,
  VIR_STORAGE_VOL_GET_PHYSICAL,
  VIR_STORAGE_VOL_RESIZE_ALLOCATE,
  VIR_STORAGE_VOL_RESIZE_DELTA,
  VIR_STORAGE_VOL_RESIZE_SHRINK,
  VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM,
  VIR_STORAGE_VOL_WIPE_ALG_TRIM,
} from '../enums.gen.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';
import { poolOf } from './storage-pool.ts';
import type { StoragePoolObj } from './storage-pool-obj.ts';
import { parseVolume, StorageVolObj } from './storage-vol-obj.ts';
import { VolumeSink, VolumeSource } from './streams.ts';
import type { XmlInput } from './xml-input.ts';

const createFlags = VIR_STORAGE_VOL_CREATE_PREALLOC_METADATA | VIR_STORAGE_VOL_CREATE_VALIDATE;
const resizeFlags = VIR_STORAGE_VOL_RESIZE_ALLOCATE | VIR_STORAGE_VOL_RESIZE_DELTA | VIR_STORAGE_VOL_RESIZE_SHRINK;
const deleteFlags = VIR_STORAGE_VOL_DELETE_ZEROED | VIR_STORAGE_VOL_DELETE_WITH_SNAPSHOTS;

/** Volumes: lists, creation, content. */
export function storageVolSlots(node: TestNode): DriverSlots {
  return { ...listSlots(node), ...readSlots(node), ...createSlots(node), ...contentSlots(node) };
}

function noVolume(how: string): Error {
  return testError('VIR_ERR_NO_STORAGE_VOL', `no storage vol with matching ${how}`);
}

/** The volume a reference means, in a running pool. Throws NO_STORAGE_POOL, OPERATION_INVALID and NO_STORAGE_VOL. */
export function volumeOf(node: TestNode, ref: StorageVolRef): StorageVolObj {
  const pool = node.pools.byName(ref.pool);
  if (!pool) throw testError('VIR_ERR_NO_STORAGE_POOL', `no storage pool with matching name '${ref.pool}'`);
  pool.assertActive();
  return volumeNamed(pool, ref.name);
}

function volumeNamed(pool: StoragePoolObj, name: string): StorageVolObj {
  const volume = pool.volumes.get(name);
  if (volume) return volume;
  throw noVolume(`name '${name}'`);
}

/** The volume of a running pool that `fits`. */
export function findVolume(node: TestNode, fits: (volume: StorageVolObj) => boolean): StorageVolObj | undefined {
  for (const pool of node.pools) {
    if (!pool.isActive) continue;
    for (const volume of pool.volumes.values()) if (fits(volume)) return volume;
  }
  return undefined;
}

function listSlots(node: TestNode): DriverSlots {
  const activePool = (ref: Parameters<typeof poolOf>[1]): StoragePoolObj => {
    const pool = poolOf(node, ref);
    pool.assertActive();
    return pool;
  };
  return {
    storagePoolNumOfVolumes: async ({ pool }) => activePool(pool).volumes.size,
    storagePoolListVolumes: async ({ pool, maxnames }) => [...activePool(pool).volumes.keys()].slice(0, maxnames),
    storagePoolListAllVolumes: async ({ pool, flags }) => {
      checkFlags(flags, 0, 'storagePoolListAllVolumes');
      return [...activePool(pool).volumes.values()].map((volume) => volume.ref);
    },
    storageVolLookupByName: async ({ pool, name }) => volumeNamed(activePool(pool), name).ref,
    storageVolLookupByKey: async ({ key }) => {
      const found = findVolume(node, (volume) => volume.key === key);
      if (found) return found.ref;
      throw noVolume(`key '${key}'`);
    },
    storageVolLookupByPath: async ({ path }) => {
      const found = findVolume(node, (volume) => volume.path === path);
      if (found) return found.ref;
      throw noVolume(`path '${path}'`);
    },
  };
}

function readSlots(node: TestNode): DriverSlots {
  const info = (volume: StorageVolObj): { type: number; capacity: bigint; allocation: bigint } => ({
    type: volume.pool.volumeType,
    capacity: volume.capacity,
    allocation: volume.allocation,
  });
  return {
    storageVolGetInfo: async ({ vol }) => info(volumeOf(node, vol)),
    storageVolGetInfoFlags: async ({ vol, flags }) => {
      checkFlags(flags, VIR_STORAGE_VOL_GET_PHYSICAL, 'storageVolGetInfoFlags');
      return info(volumeOf(node, vol));
    },
    storageVolGetPath: async ({ vol }) => volumeOf(node, vol).path,
    storageVolGetXmlDesc: async ({ vol, flags }) => {
      checkFlags(flags, 0, 'storageVolGetXMLDesc');
      return volumeOf(node, vol).format();
    },
  };
}

/** Adds a volume to a pool. Throws OPERATION_FAILED where the name is taken, INTERNAL_ERROR where the pool is full. */
export function addVolume(node: TestNode, pool: StoragePoolObj, input: XmlInput): StorageVolObj {
  const def = parseVolume(input, pool);
  if (pool.volumes.has(def.name)) throw testError('VIR_ERR_OPERATION_FAILED', 'storage vol already exists');
  if (def.allocation! > pool.sizes.available) {
    throw testError('VIR_ERR_INTERNAL_ERROR', `Not enough free space in pool for volume '${def.name}'`);
  }
  const volume = new StorageVolObj(def, pool, node.budget);
  pool.volumes.set(volume.name, volume);
  return volume;
}

function createSlots(node: TestNode): DriverSlots {
  return {
    storageVolCreateXml: async ({ pool: ref, xml, flags }) => {
      checkFlags(flags, createFlags, 'storageVolCreateXML');
      const pool = poolOf(node, ref);
      pool.assertActive();
      return addVolume(node, pool, xml).ref;
    },
    storageVolCreateXmlFrom: async ({ pool: ref, xml, clonevol, flags }) => {
      checkFlags(flags, createFlags | VIR_STORAGE_VOL_CREATE_REFLINK, 'storageVolCreateXMLFrom');
      const pool = poolOf(node, ref);
      pool.assertActive();
      const source = volumeOf(node, clonevol);
      const volume = addVolume(node, pool, xml);
      copyContent(source, volume);
      return volume.ref;
    },
    storageVolDelete: async ({ vol, flags }) => {
      checkFlags(flags, deleteFlags, 'storageVolDelete');
      const volume = volumeOf(node, vol);
      volume.assertUnused();
      volume.data.clear();
      volume.pool.volumes.delete(volume.name);
    },
  };
}

/** A clone is at least as large as what it was made from; a copy that does not fit leaves no volume behind. */
function copyContent(source: StorageVolObj, volume: StorageVolObj): void {
  if (volume.capacity < source.capacity) volume.resize(source.capacity, false);
  try {
    volume.data.copyFrom(source.data);
  } catch (error) {
    volume.data.clear();
    volume.pool.volumes.delete(volume.name);
    throw error;
  }
}

function contentSlots(node: TestNode): DriverSlots {
  return {
    storageVolResize: async ({ vol, capacity, flags }) => {
      checkFlags(flags, resizeFlags, 'storageVolResize');
      resize(volumeOf(node, vol), capacity, flags);
    },
    storageVolWipe: async ({ vol, flags }) => {
      checkFlags(flags, 0, 'storageVolWipe');
      wipe(volumeOf(node, vol));
    },
    storageVolWipePattern: async ({ vol, algorithm, flags }) => {
      checkFlags(flags, 0, 'storageVolWipePattern');
      if (algorithm > VIR_STORAGE_VOL_WIPE_ALG_TRIM) {
        throw testError('VIR_ERR_INVALID_ARG', `wiping algorithm ${algorithm} not supported`);
      }
      wipe(volumeOf(node, vol));
    },
    storageVolUpload: async ({ vol, offset, length, flags }) => {
      checkFlags(flags, VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM, 'storageVolUpload');
      const volume = volumeOf(node, vol);
      assertRange(volume, offset, length);
      volume.assertUnused();
      const isSparse = (flags & VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM) !== 0;
      return used(volume, (onDone) => new VolumeSink(volume.data, Number(offset), Number(length), isSparse, onDone));
    },
    storageVolDownload: async ({ vol, offset, length, flags }) => {
      checkFlags(flags, VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM, 'storageVolDownload');
      const volume = volumeOf(node, vol);
      assertRange(volume, offset, length);
      const isSparse = (flags & VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM) !== 0;
      return used(volume, (onDone) => new VolumeSource(volume.data, Number(offset), Number(length), isSparse, onDone));
    },
  };
}

function used(volume: StorageVolObj, open: (onDone: () => void) => DriverStream): DriverStream {
  volume.users += 1;
  return open(() => {
    volume.users -= 1;
  });
}

function assertRange(volume: StorageVolObj, offset: bigint, length: bigint): void {
  if (offset <= volume.capacity && offset + length <= volume.capacity) return;
  throw testError(
    'VIR_ERR_INVALID_ARG',
    `the range of ${length} bytes from ${offset} is not within volume '${volume.name}' of ${volume.capacity} bytes`,
  );
}

function wipe(volume: StorageVolObj): void {
  volume.assertUnused();
  volume.data.punch(0, volume.data.length);
}

function resize(volume: StorageVolObj, capacity: bigint, flags: number): void {
  volume.assertUnused();
  const isShrink = (flags & VIR_STORAGE_VOL_RESIZE_SHRINK) !== 0;
  const isDelta = (flags & VIR_STORAGE_VOL_RESIZE_DELTA) !== 0;
  const next = isDelta ? (isShrink ? volume.capacity - capacity : volume.capacity + capacity) : capacity;
  if (next < volume.capacity && !isShrink) {
    throw testError(
      'VIR_ERR_INVALID_ARG',
      "Can't shrink capacity below current capacity unless shrink flag explicitly specified",
    );
  }
  const isAllocated = (flags & VIR_STORAGE_VOL_RESIZE_ALLOCATE) !== 0;
  if (next < volume.allocation && !isShrink)
    throw testError('VIR_ERR_INVALID_ARG', "can't shrink capacity below existing allocation");
  if (next < 0n)
    throw testError('VIR_ERR_INVALID_ARG', `cannot take ${capacity} bytes from a volume of ${volume.capacity}`);
  if (isAllocated && next - volume.allocation > volume.pool.sizes.available) {
    throw testError('VIR_ERR_OPERATION_FAILED', 'Not enough space left in storage pool');
  }
  volume.resize(next, isAllocated || next < volume.allocation);
}
