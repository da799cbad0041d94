/** Defaults of a storage pool by its type, as libvirt fills them in, and what it refuses. */
import type { ParseContext } from '../schema/index.ts';
import { fillUuid, tidyPath } from '../shared/identity.ts';
import type { StoragePoolDef } from './schema.ts';

interface PoolTraits {
  /** What `<source>` has to name. */
  needs?: readonly ('host' | 'device' | 'adapter')[];
  /** The source has a name, by default the pool's own. */
  hasSourceName?: boolean;
  /** Its volumes are no files or devices of the host. */
  isRemote?: boolean;
  defaultFormat?: string;
  /** Folder in which the volumes appear, where the pool's type settles it. */
  targetOf?: (sourceName: string) => string;
}

const traits: Record<StoragePoolDef['type'], PoolTraits> = {
  dir: {},
  fs: { needs: ['device'], defaultFormat: 'auto' },
  netfs: { needs: ['host'], defaultFormat: 'auto' },
  logical: { hasSourceName: true, defaultFormat: 'lvm2', targetOf: (name) => `/dev/${name}` },
  disk: { needs: ['device'], defaultFormat: 'unknown' },
  iscsi: { needs: ['host', 'device'] },
  'iscsi-direct': { needs: ['host', 'device'], isRemote: true },
  scsi: { needs: ['adapter'] },
  mpath: {},
  rbd: { needs: ['host'], hasSourceName: true, isRemote: true },
  sheepdog: { needs: ['host'], hasSourceName: true, isRemote: true },
  gluster: { needs: ['host'], hasSourceName: true, isRemote: true },
  zfs: { hasSourceName: true, targetOf: (name) => `/dev/zvol/${name}` },
  vstorage: { hasSourceName: true },
};

export function storagePoolPostParse(pool: StoragePoolDef, context: ParseContext): void {
  fillUuid(pool, context);
  pool.name ??= pool.source?.name;
  // Figures of a live pool are not part of its configuration.
  pool.capacity = pool.allocation = pool.available = 0n;
  for (const device of pool.source?.devices ?? []) device.freeExtents = [];
  fillSource(pool, traits[pool.type]);
  fillTarget(pool, traits[pool.type]);
}

function fillSource(pool: StoragePoolDef, { hasSourceName, defaultFormat }: PoolTraits): void {
  const source = (pool.source ??= { hosts: [], devices: [] });
  if (hasSourceName === true && source.name === undefined && pool.name !== undefined) source.name = pool.name;
  if (defaultFormat !== undefined) source.format ??= { type: defaultFormat };
  const isGluster = pool.type === 'gluster' || (pool.type === 'netfs' && source.format?.type === 'glusterfs');
  if (source.dir !== undefined) source.dir.path = tidyPath(source.dir.path);
  else if (isGluster) source.dir = { path: '/' };
}

function fillTarget(pool: StoragePoolDef, { targetOf, isRemote }: PoolTraits): void {
  if (isRemote === true) return;
  const path = targetOf === undefined ? pool.target?.path : targetOf(pool.source?.name ?? '');
  if (path !== undefined) (pool.target ??= {}).path = tidyPath(path);
}

export function storagePoolValidate(pool: StoragePoolDef, context: ParseContext): void {
  const { needs = [], isRemote } = traits[pool.type];
  if (pool.name === undefined) context.refuse(`missing <name> in <pool type='${pool.type}'>`, pool);
  if (pool.name?.includes('/') === true) {
    context.refuse(`name '${pool.name}' of a storage pool cannot contain '/'`, pool);
  }
  if (needs.includes('host') && pool.source?.hosts.length === 0) {
    context.refuse(
      `missing storage pool source host name: <pool type='${pool.type}'> needs <source><host name='…'/>`,
      pool,
    );
  }
  if (needs.includes('device') && pool.source?.devices.length === 0) {
    context.refuse(
      `missing storage pool source device name: <pool type='${pool.type}'> needs <source><device path='…'/>`,
      pool,
    );
  }
  if (needs.includes('adapter') && pool.source?.adapter === undefined) {
    context.refuse(`missing storage pool source adapter: <pool type='${pool.type}'> needs <source><adapter …/>`, pool);
  }
  if (isRemote !== true && pool.target?.path === undefined) {
    context.refuse(`missing storage pool target path: <pool type='${pool.type}'> needs <target><path>…</path>`, pool);
  }
}
