import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GuestLoad } from './guest-load.ts';

describe('GuestLoad', () => {
  it('gives the same numbers for the same seed', () => {
    expect(new GuestLoad('a').cpu.at(1000)).toBe(new GuestLoad('a').cpu.at(1000));
    expect(new GuestLoad('a').cpu.at(1000)).not.toBe(new GuestLoad('b').cpu.at(1000));
  });

  it('never counts backwards, and never uses more than a whole CPU', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        fc.double({ min: 0, max: 1e4, noNaN: true }),
        (seed, from, step) => {
          const { cpu } = new GuestLoad(seed);
          const used = cpu.at(from + step) - cpu.at(from);
          expect(used).toBeGreaterThanOrEqual(-1e-6);
          expect(used).toBeLessThanOrEqual(step + 1e-6);
        },
      ),
    );
  });

  it('keeps the memory in use within the guest', () => {
    const load = new GuestLoad('memory');
    for (let seconds = 0; seconds < 5000; seconds += 7) {
      expect(load.memoryShareAt(seconds)).toBeGreaterThan(0);
      expect(load.memoryShareAt(seconds)).toBeLessThan(1);
    }
  });
});
