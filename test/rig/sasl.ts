/** A SASL user of a private libvirtd: its database and configuration, found through the daemon's environment. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './process.ts';

export const saslUser = { user: 'hostler', password: 'correct, horse= battery' };

/** Makes the user below `dir`; settles with the environment that makes a daemon know it. `mechanisms`: `scram-sha-256 plain`. */
export async function makeSaslUser(dir: string, mechanisms: string): Promise<Record<string, string>> {
  await mkdir(dir, { recursive: true });
  const database = join(dir, 'users.db');
  await run('saslpasswd2', ['-p', '-c', '-f', database, '-a', 'libvirt', saslUser.user], { input: saslUser.password });
  await writeFile(join(dir, 'libvirt.conf'), `mech_list: ${mechanisms}\nsasldb_path: ${database}\n`);
  return { SASL_CONF_PATH: dir };
}
