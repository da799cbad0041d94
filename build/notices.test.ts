import { describe, expect, it } from 'vitest';
import { noticesText, packageOf, refusedPackages, type ShippedPackage } from './notices.ts';

function shipped(licence: string): ShippedPackage {
  return { name: 'a', version: '1.0.0', licence, source: 'https://example.org/a', text: 'Words of the licence.\n' };
}

describe('refusedPackages', () => {
  it.each(['MIT', 'MPL-2.0', '(MIT OR GPL-3.0-only)', 'Apache-2.0 AND MIT', 'BSD-3-Clause'])('allows %s', (licence) => {
    expect(refusedPackages([shipped(licence)])).toEqual([]);
  });

  it.each([
    '',
    'GPL-2.0-only',
    'LGPL-3.0-or-later',
    'AGPL-3.0',
    'MIT AND GPL-3.0-only',
    'UNLICENSED',
    'SEE LICENSE IN x',
  ])('refuses %j', (licence) => {
    expect(refusedPackages([shipped(licence)])).toHaveLength(1);
  });
});

describe('packageOf', () => {
  it('names the innermost package of a path', () => {
    expect(packageOf('../../node_modules/ws/lib/receiver.js')).toBe('ws');
    expect(packageOf('../node_modules/@nuxt/ui/node_modules/@vueuse/core/index.js')).toBe('@vueuse/core');
    expect(packageOf('..\\node_modules\\valibot\\dist\\index.js')).toBe('valibot');
    expect(packageOf('../../main/host.ts')).toBeNull();
  });
});

describe('noticesText', () => {
  it('names package, licence and source above the licence’s words', () => {
    expect(noticesText([shipped('MIT')])).toContain(
      'a 1.0.0 (MIT)\nSource: https://example.org/a\n\nWords of the licence.\n',
    );
  });
});
