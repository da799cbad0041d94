import { describe, expect, it } from 'vitest';
import type { StorageVolRow } from '../../../main/contract/index.ts';
import { orderVolumes } from './volume-order.ts';

function volume(name: string, changes: Partial<StorageVolRow> = {}): StorageVolRow {
  return { name, type: 'file', path: `/pool/${name}`, format: 'raw', capacityBytes: 0, allocationBytes: 0, ...changes };
}

const volumes = [
  volume('disk-10', { capacityBytes: 5, format: 'qcow2' }),
  volume('disk-9', { capacityBytes: 5 }),
  volume('Debian.iso', { capacityBytes: 9, path: '/iso/Debian.iso' }),
];
const names = (rows: StorageVolRow[]): string[] => rows.map(({ name }) => name);

describe('orderVolumes', () => {
  it('orders names as people count, and equal values by name', () => {
    expect(names(orderVolumes(volumes, '', { column: 'name', descending: false }))).toEqual([
      'Debian.iso',
      'disk-9',
      'disk-10',
    ]);
    expect(names(orderVolumes(volumes, '', { column: 'capacity', descending: true }))).toEqual([
      'Debian.iso',
      'disk-9',
      'disk-10',
    ]);
  });

  it('finds by every word, in name, path and format', () => {
    const found = (search: string): string[] =>
      names(orderVolumes(volumes, search, { column: 'name', descending: false }));
    expect(found('DISK qcow')).toEqual(['disk-10']);
    expect(found('/iso')).toEqual(['Debian.iso']);
    expect(found('disk vmdk')).toEqual([]);
  });
});
