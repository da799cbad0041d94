import { describe, expect, it } from 'vitest';
import { volumeNameError } from './volume-name.ts';

describe('volumeNameError', () => {
  it('takes what a host takes, and says what is wrong with the rest', () => {
    const taken = new Set(['disk.qcow2']);
    const errors = ['new disk (1).img', 'ü', '', 'x'.repeat(256), 'ü'.repeat(128), '../x', 'a\nb', '..', 'disk.qcow2'];
    expect(errors.map((name) => volumeNameError(name, taken))).toEqual([
      null,
      null,
      'empty',
      'long',
      'long',
      'slash',
      'slash',
      'dots',
      'taken',
    ]);
  });
});
