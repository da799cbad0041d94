import { expect, it } from 'vitest';
import { isLoopback } from './loopback.ts';

it('knows this machine by its addresses', () => {
  expect(['127.0.0.1', '127.8.0.9', '::1', '::ffff:127.0.0.1'].filter(isLoopback)).toHaveLength(4);
  expect(['10.0.0.127', '1127.0.0.1', '::', '::1:1', 'fe80::1', '::ffff:10.0.0.1', ''].filter(isLoopback)).toEqual([]);
  expect(isLoopback(undefined)).toBe(false);
});
