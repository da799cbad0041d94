import { expect, it, vi } from 'vitest';

const pending = new Set<() => void>();
let asked = 0;
vi.mock('node:timers', () => ({
  setImmediate: (callback: () => void) => {
    asked += 1;
    pending.add(callback);
  },
}));

const { Wakefulness } = await import('./wakefulness.ts');

/** Runs what asked for a turn until nobody does, at most `most` times. */
function turns(most: number): number {
  let count = 0;
  for (; pending.size > 0 && count < most; count++) {
    const now = [...pending];
    pending.clear();
    for (const callback of now) callback();
  }
  return count;
}

it('ends after a moment without data', () => {
  const wakefulness = new Wakefulness(() => true);
  wakefulness.stir();
  expect(turns(100_000)).toBeLessThan(2000);
  expect(pending.size).toBe(0);
});

it('goes on while data comes, by one turn at a time', () => {
  const wakefulness = new Wakefulness(() => true);
  wakefulness.stir();
  asked = 0;
  for (let n = 0; n < 1000; n++) {
    wakefulness.stir();
    expect(pending.size).toBe(1);
    turns(1);
  }
  expect(asked).toBe(1000);
  turns(100_000);
  wakefulness.stir();
  expect(pending.size, 'it begins again').toBe(1);
  turns(100_000);
});

it('ends at once when nobody waits, and begins again with the next who does', () => {
  let isWaitedFor = true;
  const wakefulness = new Wakefulness(() => isWaitedFor);
  wakefulness.stir();
  turns(5);
  isWaitedFor = false;
  expect(turns(100_000)).toBe(1);
  isWaitedFor = true;
  wakefulness.stir();
  expect(turns(10)).toBe(10);
  turns(100_000);
});
