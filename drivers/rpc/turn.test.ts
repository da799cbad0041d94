import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turn } from './turn.ts';

it('is on until the turn in which it began is over, however often it begins', async () => {
  const turn = new Turn();
  expect(turn.isOn).toBe(false);
  turn.begin();
  turn.begin();
  await Promise.resolve();
  expect(turn.isOn).toBe(true);
  await setImmediate();
  expect(turn.isOn).toBe(false);
  turn.begin();
  expect(turn.isOn).toBe(true);
});
