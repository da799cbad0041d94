import { describe, expect, it } from 'vitest';
import { DataBudget, SparseData } from './sparse-data.ts';

const block = 64 * 1024;

describe('SparseData', () => {
  it('reads back what was written across blocks, and zeroes elsewhere', () => {
    const data = new SparseData(4 * block, new DataBudget());
    const bytes = Uint8Array.from({ length: block + 10 }, (_unused, index) => index % 251);
    data.write(block - 5, bytes);
    expect(data.read(block - 5, bytes.length)).toEqual(bytes);
    expect(data.read(0, 4)).toEqual(new Uint8Array(4));
    expect(data.allocated).toBe(3 * block);
  });

  it('tells holes from data', () => {
    const data = new SparseData(10 * block, new DataBudget());
    data.write(3 * block, Uint8Array.of(1));
    expect(data.pieceAt(0, 10 * block)).toEqual({ hole: 3 * block });
    expect(data.pieceAt(3 * block, 4)).toEqual({ data: Uint8Array.of(1, 0, 0, 0) });
    expect(data.pieceAt(4 * block, 100 * block)).toEqual({ hole: 6 * block });
    expect(data.pieceAt(10 * block, 1)).toBeNull();
  });

  it('gives whole punched blocks back to the budget', () => {
    const budget = new DataBudget();
    const data = new SparseData(4 * block, budget);
    data.write(0, new Uint8Array(2 * block).fill(7));
    data.punch(10, 2 * block - 10);
    expect(data.allocated).toBe(block);
    expect(data.read(0, 12)).toEqual(Uint8Array.of(7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0, 0));
    data.clear();
    expect(budget.usedBytes).toBe(0);
  });

  it('holds terabytes that are empty', () => {
    const data = new SparseData(2 ** 42, new DataBudget());
    data.write(2 ** 42 - 1, Uint8Array.of(9));
    expect(data.pieceAt(0, 2 ** 42)).toEqual({ hole: 2 ** 42 - block });
  });

  it('refuses to write past the end and past the budget, keeping what is there', () => {
    const data = new SparseData(2 * block, new DataBudget(block));
    expect(() => data.write(2 * block - 1, Uint8Array.of(1, 2))).toThrow(/resize the volume/);
    data.write(0, Uint8Array.of(1));
    expect(() => data.write(block, Uint8Array.of(1))).toThrow(/holds at most 65536 bytes/);
    expect(data.read(0, 1)).toEqual(Uint8Array.of(1));
  });

  it('forgets what a shrink cut off', () => {
    const data = new SparseData(2 * block, new DataBudget());
    data.write(block - 1, Uint8Array.of(1, 2));
    data.resize(block);
    data.resize(2 * block);
    expect(data.read(block - 1, 2)).toEqual(Uint8Array.of(1, 0));
  });

  it('copies without sharing', () => {
    const budget = new DataBudget();
    const source = new SparseData(block, budget);
    source.write(0, Uint8Array.of(1));
    const copy = new SparseData(block, budget);
    copy.copyFrom(source);
    source.write(0, Uint8Array.of(2));
    expect(copy.read(0, 1)).toEqual(Uint8Array.of(1));
  });
});
