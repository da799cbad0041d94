/** Where the user's configuration lives on each system. */
import { join } from 'node:path';

type Environment = Record<string, string | undefined>;

/** The configuration folder: HOSTLER_CONFIG_DIR, else the system's own place for it. Nothing is made. */
export function configDir(env: Environment, platform: NodeJS.Platform, home: string): string {
  const own = env['HOSTLER_CONFIG_DIR'];
  if (own) return own;
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'Hostler');
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Hostler');
  return join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'hostler');
}
