/** A volume of a test pool: its definition and its content. */
import { storageVol as volKind, type StorageVolDef } from '../conf/index.ts';
import type { StorageVolRef } from '../driver.ts';
import { VIR_STORAGE_VOL_FILE } from '../enums.gen.ts';
import { testError } from './errors.ts';
import { type DataBudget, SparseData } from './sparse-data.ts';
import type { StoragePoolObj } from './storage-pool-obj.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

const formats = [
  'raw',
  'dir',
  'bochs',
  'cloop',
  'dmg',
  'iso',
  'vpc',
  'vdi',
  'fat',
  'vhd',
  'ploop',
  'cow',
  'qcow',
  'qcow2',
  'qed',
  'vmdk',
];
const typeNames = ['file', 'block', 'dir', 'network', 'netdir', 'ploop'] as const;

/** A definition out of XML, completed for `pool`: key, path, type, format, allocation. */
export function parseVolume(input: XmlInput, pool: StoragePoolObj): StorageVolDef {
  const def = parseInput(volKind, input);
  if (def.capacity === undefined) throw testError('VIR_ERR_XML_ERROR', 'missing capacity element');
  if (def.name.includes('/')) throw testError('VIR_ERR_XML_ERROR', `volume name '${def.name}' cannot contain '/'`);
  const path = def.target?.path ?? `${pool.targetPath}/${def.name}`;
  const format = def.target?.format ?? (pool.volumeType === VIR_STORAGE_VOL_FILE ? { type: 'raw' } : undefined);
  if (format !== undefined && !formats.includes(format.type)) {
    throw testError('VIR_ERR_CONFIG_UNSUPPORTED', `unknown volume format type ${format.type}`);
  }
  return {
    ...def,
    type: typeNames[pool.volumeType] ?? 'file',
    key: def.key ?? path,
    allocation: def.allocation ?? def.capacity,
    target: { ...def.target, path, ...(format === undefined ? {} : { format }) },
  };
}

export class StorageVolObj {
  readonly name: string;
  readonly key: string;
  readonly path: string;
  readonly pool: StoragePoolObj;
  readonly data: SparseData;
  /** Uploads and downloads under way. */
  users = 0;
  readonly #def: StorageVolDef;
  capacity: bigint;
  #claimed: bigint;

  constructor(def: StorageVolDef, pool: StoragePoolObj, budget: DataBudget) {
    this.name = def.name;
    this.path = def.target!.path!;
    this.key = def.key!;
    this.pool = pool;
    this.#def = def;
    this.capacity = def.capacity!;
    this.#claimed = def.allocation!;
    this.data = new SparseData(Number(this.capacity), budget);
  }

  get ref(): StorageVolRef {
    return { pool: this.pool.name, name: this.name, key: this.key };
  }

  /** Bytes taken from the pool: what was claimed, or what was written where that is more. */
  get allocation(): bigint {
    const written = BigInt(this.data.allocated);
    const least = written < this.capacity ? written : this.capacity;
    return this.#claimed > least ? this.#claimed : least;
  }

  resize(capacity: bigint, isAllocated: boolean): void {
    this.capacity = capacity;
    if (isAllocated) this.#claimed = capacity;
    this.data.resize(Number(capacity));
  }

  assertUnused(): void {
    if (this.users === 0) return;
    throw testError(
      'VIR_ERR_OPERATION_INVALID',
      `volume '${this.name}' is still in use by ${this.users} transfers; wait for them to end`,
    );
  }

  format(): string {
    return volKind.format({ ...this.#def, capacity: this.capacity, allocation: this.allocation });
  }
}
