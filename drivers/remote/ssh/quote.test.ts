/** That no shell makes anything of an argument but the argument itself. */
import { execFileSync, spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteForShell } from './quote.ts';

const isThere = (shell: string): boolean => spawnSync(shell, ['-c', 'true']).status === 0;
const shells =
  process.platform === 'win32' ? [] : ['sh', 'bash', 'dash', 'zsh', 'ksh', 'fish', 'csh', 'tcsh'].filter(isThere);

/** What a program gets to see. */
const print = 'for a in "$@"; do printf "%s\\0" "$a"; done';

function argumentsThrough(shell: string, argv: string[]): string[] {
  const line = quoteForShell(['sh', '-c', print, 'name', ...argv]);
  return execFileSync(shell, ['-c', line], { encoding: 'utf8' }).split('\0').slice(0, -1);
}

const hostile = [
  '; touch /tmp/x',
  '$(id)',
  '`id`',
  '${HOME}',
  '$HOME',
  "'",
  '"',
  '\\',
  "\\'",
  'a b',
  '  ',
  '',
  '*',
  '?',
  '[a-z]',
  '~',
  '~root',
  '#x',
  '!!',
  '!x',
  '&&',
  '|id',
  '>x',
  '<x',
  '(id)',
  '{a,b}',
  '=ls',
  '%1',
  '^x^y',
  '-n',
  'é日本',
  'a=b',
  '\u00A0',
];

describe('quoteForShell', () => {
  it('leaves plain arguments readable', () => {
    expect(quoteForShell(['virt-ssh-helper', '-r', 'qemu:///system'])).toBe('virt-ssh-helper -r qemu:///system');
  });

  it.skipIf(shells.length === 0)(`is read back by ${shells.join(', ')}`, () => {
    for (const shell of shells) expect([shell, argumentsThrough(shell, hostile)]).toEqual([shell, hostile]);
  });

  it.skipIf(shells.length === 0)('is read back whatever the arguments', { timeout: 60_000 }, () => {
    const char = fc.oneof(
      fc.constantFrom(...' \'"\\$`!&|;<>(){}[]*?~#=%^@:,+'),
      fc.string({ minLength: 1, maxLength: 1 }),
    );
    const argument = fc.string({ unit: char, maxLength: 20 });
    for (const shell of shells) {
      fc.assert(
        fc.property(fc.array(argument, { minLength: 1, maxLength: 20 }), (argv) => {
          expect(argumentsThrough(shell, argv)).toEqual(argv);
        }),
        { numRuns: 15 },
      );
    }
  });

  it.each(['a\nb', 'a\0b', 'a\rb', '\u001B[0m', '\u0085', '\u2028'])('refuses control characters (%j)', (argument) => {
    expect(() => quoteForShell(['echo', argument])).toThrow('contains a control character');
  });
});
