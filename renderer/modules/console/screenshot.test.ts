import { describe, expect, it } from 'vitest';
import { screenshotName } from './screenshot.ts';

const time = new Date(2026, 2, 9, 4, 5, 6);

describe('screenshotName', () => {
  it('sorts by time', () => {
    expect(screenshotName('web-01', time)).toBe('web-01 2026-03-09 04.05.06.png');
  });

  it.each([
    ['../../etc/passwd', '_.._etc_passwd'],
    ['<img onerror>', '_img onerror_'],
    ['a\u0000b\u202Ec', 'a_b_c'],
    ['...', 'guest'],
    ['x'.repeat(4096), 'x'.repeat(80)],
  ])('makes a plain file name of %j', (name, expected) => {
    expect(screenshotName(name, time)).toBe(`${expected} 2026-03-09 04.05.06.png`);
  });
});
