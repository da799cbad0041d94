/** Which volumes a list shows, and in what order. */
import type { StorageVolRow } from '../../../main/contract/index.ts';

export const volumeColumns = ['name', 'format', 'capacity', 'allocation', 'path'] as const;
export type VolumeColumn = (typeof volumeColumns)[number];

export interface VolumeSort {
  column: VolumeColumn;
  descending: boolean;
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
const byName = (a: StorageVolRow, b: StorageVolRow): number => collator.compare(a.name, b.name);

const comparisons: Record<VolumeColumn, (a: StorageVolRow, b: StorageVolRow) => number> = {
  name: byName,
  format: (a, b) => collator.compare(a.format, b.format),
  capacity: (a, b) => a.capacityBytes - b.capacityBytes,
  allocation: (a, b) => a.allocationBytes - b.allocationBytes,
  path: (a, b) => collator.compare(a.path, b.path),
};

/** The volumes whose name, path or format has all the words, ordered; equal ones by name. */
export function orderVolumes(
  volumes: readonly StorageVolRow[],
  search: string,
  { column, descending }: VolumeSort,
): StorageVolRow[] {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const has = ({ name, path, format }: StorageVolRow): boolean => {
    const text = `${name}\n${path}\n${format}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  const sign = descending ? -1 : 1;
  return volumes.filter(has).toSorted((a, b) => sign * comparisons[column](a, b) || byName(a, b));
}
