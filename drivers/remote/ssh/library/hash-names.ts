/** The one thing that the library takes from ssh's configuration: whether names of known hosts are written hashed. */
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** As ssh would decide: the user's file before the system's, else no. Files that cannot be read say nothing. */
export async function wantsHashedNames(
  files: readonly string[] = [join(homedir(), '.ssh', 'config'), '/etc/ssh/ssh_config'],
): Promise<boolean> {
  for (const file of files) {
    const wish = hashKnownHostsOf(await readFile(file, 'utf8').catch(() => ''));
    if (wish !== null) return wish;
  }
  return false;
}

/** `HashKnownHosts` for every host; null where the text does not say. */
export function hashKnownHostsOf(config: string): boolean | null {
  let isForAll = true;
  for (const line of config.split('\n')) {
    const [, word = '', value = ''] = /^\s*(\w+)(?:\s*=\s*|\s+)"?(.*?)"?\s*$/.exec(line) ?? [];
    if (/^host$/i.test(word)) isForAll = value.split(/\s+/).includes('*');
    else if (/^match$/i.test(word)) isForAll = /^all$/i.test(value);
    else if (/^hashknownhosts$/i.test(word) && isForAll) return /^yes$/i.test(value);
  }
  return null;
}
