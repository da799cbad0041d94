/** libvirt's XML vocabulary: one object per kind with `parse` and `format`. */
import { kindOf } from './kind.ts';
import { network as networkElement } from './network/schema.ts';
import { storagePool as storagePoolElement } from './storage-pool/schema.ts';
import { storageVol as storageVolElement } from './storage-vol/schema.ts';

export type { Kind } from './kind.ts';
export type { NetworkDef } from './network/schema.ts';
export type { FormatOptions, ParseOptions } from './schema/index.ts';
export type { StoragePoolDef } from './storage-pool/schema.ts';
export type { StorageVolDef } from './storage-vol/schema.ts';
export { positionOfError } from './xml/position.ts';

export const network = kindOf(networkElement);
export const storagePool = kindOf(storagePoolElement);
export const storageVol = kindOf(storageVolElement);
