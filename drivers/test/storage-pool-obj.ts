/** A storage pool of the test host: its definition, whether it runs, and its volumes. */
import { randomUUID } from 'node:crypto';
import { storagePool as poolKind, type StoragePoolDef } from '../conf/index.ts';
import type { StoragePoolRef } from '../driver.ts';
import { VIR_STORAGE_VOL_BLOCK, VIR_STORAGE_VOL_FILE, VIR_STORAGE_VOL_NETWORK } from '../enums.gen.ts';
import { testError } from './errors.ts';
import type { StorageVolObj } from './storage-vol-obj.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

/** Every test pool has 100 GiB, as libvirt's. */
const poolBytes = 100n * 1024n ** 3n;

/** What the volumes of a pool are, by the pool's type. */
const volumeTypes: Record<string, number> = {
  dir: VIR_STORAGE_VOL_FILE,
  fs: VIR_STORAGE_VOL_FILE,
  netfs: VIR_STORAGE_VOL_FILE,
  vstorage: VIR_STORAGE_VOL_FILE,
  sheepdog: VIR_STORAGE_VOL_NETWORK,
  'iscsi-direct': VIR_STORAGE_VOL_NETWORK,
  gluster: VIR_STORAGE_VOL_NETWORK,
  rbd: VIR_STORAGE_VOL_NETWORK,
};

/** A pool's definition out of XML, with the UUID it was given or a new one. */
export function parsePool(input: XmlInput): StoragePoolDef & { name: string; uuid: string } {
  const def = parseInput(poolKind, input);
  const name = def.name ?? def.source?.name;
  if (name === undefined) throw testError('VIR_ERR_XML_ERROR', 'missing pool source name element');
  return { ...def, name, uuid: def.uuid ?? randomUUID() };
}

export class StoragePoolObj {
  readonly name: string;
  readonly uuid: string;
  isActive = false;
  isPersistent = false;
  isAutostart = false;
  /** What runs; while the pool is inactive, what would run. */
  def: StoragePoolDef;
  /** While it is active: what the next start uses. */
  nextDef: StoragePoolDef | null = null;
  readonly volumes = new Map<string, StorageVolObj>();

  constructor(def: StoragePoolDef & { name: string; uuid: string }) {
    this.name = def.name;
    this.uuid = def.uuid;
    this.def = def;
  }

  get ref(): StoragePoolRef {
    return { name: this.name, uuid: this.uuid };
  }

  /** Bytes. Every volume takes what it says it has allocated. */
  get sizes(): { capacity: bigint; allocation: bigint; available: bigint } {
    const taken = [...this.volumes.values()].reduce((sum, volume) => sum + volume.allocation, 0n);
    return { capacity: poolBytes, allocation: taken, available: poolBytes - taken };
  }

  /** VIR_STORAGE_VOL_* of its volumes. */
  get volumeType(): number {
    return volumeTypes[this.def.type] ?? VIR_STORAGE_VOL_BLOCK;
  }

  get targetPath(): string {
    return this.def.target?.path ?? `/${this.name}`;
  }

  start(): void {
    this.isActive = true;
    if (this.isPersistent && this.nextDef === null) this.nextDef = this.def;
  }

  stop(): void {
    this.isActive = false;
    if (this.nextDef !== null) this.def = this.nextDef;
    this.nextDef = null;
  }

  assertActive(): void {
    if (!this.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `storage pool '${this.name}' is not active`);
  }

  assertInactive(): void {
    if (this.isActive) throw testError('VIR_ERR_OPERATION_INVALID', `storage pool '${this.name}' is active`);
  }

  format(isInactive: boolean): string {
    const def = isInactive ? (this.nextDef ?? this.def) : this.def;
    return poolKind.format({ ...def, ...this.sizes }, { inactive: isInactive });
  }
}
