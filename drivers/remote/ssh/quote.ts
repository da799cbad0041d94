/**
 * The one place where arguments become a line for the far side's shell. SSH carries no argument array: whatever is to be
 * run there goes through the user's log-in shell, which may be any.
 */
import { virError } from '../../error.ts';

/** Needs no quoting in any shell, wherever it stands. */
const plain = /^[A-Za-z0-9_./:,@+-]$/;

/**
 * The line that makes a shell run `argv` with exactly these arguments. A backslash before every character that is not
 * plainly harmless is what sh, bash, zsh, ksh, fish and csh all read alike, inside quotes they differ. Refuses what no
 * such line can carry: NUL, line ends, other control characters.
 */
export function quoteForShell(argv: readonly string[]): string {
  return argv.map(quote).join(' ');
}

function quote(argument: string): string {
  if (argument === '') return "''";
  return Array.from(argument, (char) => quoteChar(char, argument)).join('');
}

function quoteChar(char: string, argument: string): string {
  const code = char.codePointAt(0)!;
  if (code < 0x20 || (code >= 0x7f && code < 0xa0) || code === 0x20_28 || code === 0x20_29) {
    const message = `"${argument.replaceAll(/\p{Cc}/gu, '?')}" cannot be passed to another host: it contains a control character.`;
    throw virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_SSH', message);
  }
  return code > 0x7f || plain.test(char) ? char : `\\${char}`;
}
