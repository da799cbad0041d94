import { describe, expect, it } from 'vitest';
import { fakeConnections } from '../../testing/fake-data.ts';
import { treeNodes } from './tree-nodes.ts';

const all = fakeConnections(0);
const ids = (closed: string[], known = new Map<string, unknown>()) => treeNodes(all, closed, known).map(({ id }) => id);

describe('treeNodes', () => {
  it('lists what is below an open host, and nothing below a folded one', () => {
    expect(ids(['lab1'])).toEqual([
      'all',
      'local',
      'local/guests',
      'local/networks',
      'local/storage-pools',
      'lab1',
      'lab2',
      'sandbox',
    ]);
  });

  it('keeps showing what is known of a host whose link was lost', () => {
    expect(ids(['local', 'lab1'], new Map([['lab2', {}]]))).toContain('lab2/guests');
  });

  it('offers nothing to open where nothing is known', () => {
    expect(treeNodes(all, [], new Map()).find(({ id }) => id === 'sandbox')).not.toHaveProperty('isOpen');
  });
});
