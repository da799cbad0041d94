import { describe, expect, it } from 'vitest';
import { MomentTree, type Moment } from './moment-tree.ts';

/** a - b - c, and d beside b. */
function family(): MomentTree<Moment> {
  const tree = new MomentTree<Moment>();
  for (const [name, parentName] of [
    ['a', null],
    ['b', 'a'],
    ['c', 'b'],
    ['d', 'a'],
  ] as const)
    tree.put({ name, parentName });
  tree.current = tree.get('c')!;
  return tree;
}
const names = (moments: Moment[]): string[] => moments.map(({ name }) => name);

describe('MomentTree', () => {
  it('lists roots, children and descendants', () => {
    const tree = family();
    const a = tree.get('a')!;
    expect(names(tree.list({ isDeep: false, isTopological: false }))).toEqual(['a']);
    expect(names(tree.list({ from: a, isDeep: false, isTopological: false }))).toEqual(['b', 'd']);
    expect(names(tree.list({ from: a, isDeep: true, isTopological: false }))).toEqual(['b', 'c', 'd']);
  });

  it('puts parents before children whatever the order they came in', () => {
    const tree = new MomentTree<Moment>();
    tree.put({ name: 'child', parentName: 'parent' });
    tree.put({ name: 'parent', parentName: null });
    expect(names(tree.list({ isDeep: true, isTopological: true }))).toEqual(['parent', 'child']);
  });

  it('gives the children of a removed one to its parent', () => {
    const tree = family();
    tree.remove(tree.get('b')!);
    expect(tree.get('c')!.parentName).toBe('a');
    expect(tree.current?.name).toBe('c');
  });

  it('moves the current one up when it is removed', () => {
    const tree = family();
    tree.remove(tree.get('c')!);
    expect(tree.current?.name).toBe('b');
  });

  it('makes the root of removed descendants current where one of them was', () => {
    const tree = family();
    expect(names(tree.removeDescendants(tree.get('a')!))).toEqual(['b', 'c', 'd']);
    expect(tree.current?.name).toBe('a');
    expect(tree.size).toBe(1);
  });

  it('sees a circle before it is made', () => {
    const tree = family();
    expect(tree.wouldLoop('a', 'c')).toBe(true);
    expect(tree.wouldLoop('d', 'c')).toBe(false);
  });

  it('walks a chain of 10,000 without recursion', () => {
    const tree = new MomentTree<Moment>();
    for (let index = 0; index < 10_000; index += 1)
      tree.put({ name: `${index}`, parentName: index === 0 ? null : `${index - 1}` });
    expect(tree.list({ isDeep: true, isTopological: true })).toHaveLength(10_000);
  });
});
