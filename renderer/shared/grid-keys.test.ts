import { describe, expect, it } from 'vitest';
import { moveCursor, TypeAhead } from './grid-keys.ts';

describe('moveCursor', () => {
  const at = (index: number) => ({ index, count: 100, page: 20 });

  it.each([
    ['ArrowDown', 5, 6],
    ['ArrowDown', 99, 99],
    ['ArrowDown', -1, 0],
    ['ArrowUp', 5, 4],
    ['ArrowUp', 0, 0],
    ['ArrowUp', -1, 99],
    ['PageDown', 5, 25],
    ['PageDown', 90, 99],
    ['PageUp', 5, 0],
    ['Home', 50, 0],
    ['End', 50, 99],
  ])('%s leads from %i to %i', (key, from, to) => {
    expect(moveCursor(key, at(from))).toBe(to);
  });

  it('knows no other key, and nowhere to go in an empty list', () => {
    expect(moveCursor('x', at(5))).toBeNull();
    expect(moveCursor('ArrowDown', { index: -1, count: 0, page: 10 })).toBeNull();
  });
});

describe('TypeAhead', () => {
  const names = ['apple', 'build-1', 'build-2', 'cache', 'ci'];
  const labelAt = (index: number): string => names[index]!;
  const at = (index: number) => ({ index, count: names.length, page: 5 });

  it('finds the next name that begins with a letter, and walks on with the same letter', () => {
    const typeAhead = new TypeAhead();
    expect(typeAhead.find('b', at(0), labelAt, 0)).toBe(1);
    expect(typeAhead.find('b', at(1), labelAt, 100)).toBe(2);
    expect(typeAhead.find('b', at(2), labelAt, 200)).toBe(1);
  });

  it('collects letters typed in a row, without leaving a name that still fits', () => {
    const typeAhead = new TypeAhead();
    expect(typeAhead.find('c', at(0), labelAt, 0)).toBe(3);
    expect(typeAhead.find('i', at(3), labelAt, 100)).toBe(4);
  });

  it('begins anew after a pause', () => {
    const typeAhead = new TypeAhead();
    typeAhead.find('c', at(0), labelAt, 0);
    expect(typeAhead.find('a', at(3), labelAt, 2000)).toBe(0);
  });

  it('leaves a space to the list unless letters are being typed', () => {
    const typeAhead = new TypeAhead();
    expect(typeAhead.find(' ', at(0), labelAt, 0)).toBeNull();
    expect(typeAhead.isTyping(0)).toBe(false);
    typeAhead.find('b', at(0), labelAt, 1000);
    expect(typeAhead.isTyping(1100)).toBe(true);
  });

  it('finds nothing for keys that are not letters', () => {
    expect(new TypeAhead().find('Enter', at(0), labelAt)).toBeNull();
  });
});
