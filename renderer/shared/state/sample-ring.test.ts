import { expect, it } from 'vitest';
import { SampleRing } from './sample-ring.ts';

it('keeps the newest forty samples, oldest first', () => {
  const ring = new SampleRing();
  for (let value = 0; value < 45; value += 1) ring.push(value);
  expect(ring.length).toBe(40);
  expect([ring.at(0), ring.at(39)]).toEqual([5, 44]);
});
