/** libvirt's auth.conf: stored credentials, by service and host. */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { virError } from '../../error.ts';

/** Section -> key -> value. */
export type AuthFile = Map<string, Map<string, string>>;

const maximumBytes = 1024 * 1024;

/**
 * The file of the URI's `authfile`, of LIBVIRT_AUTH_FILE, the user's, or the system's; empty where there is none.
 * Rejects where the one that was named cannot be read.
 */
export async function readAuthFile(
  wanted: string | undefined,
  env: Record<string, string | undefined> = process.env,
): Promise<AuthFile> {
  const named = wanted === undefined || wanted === '' ? env['LIBVIRT_AUTH_FILE'] : wanted;
  if (named !== undefined && named !== '') return read(named, true);
  const user = await read(join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'libvirt', 'auth.conf'), false);
  return user.size > 0 ? user : read('/etc/libvirt/auth.conf', false);
}

/** What the file has for a credential (`authname`, `password`, ...) of a service on a host. */
export function lookUp(file: AuthFile, service: string, host: string, credential: string): string | undefined {
  const section = file.get(`auth-${service}-${host}`) ?? file.get(`auth-${service}-default`);
  const name = section?.get('credentials');
  return name === undefined ? undefined : file.get(`credentials-${name}`)?.get(credential);
}

async function read(path: string, isNamed: boolean): Promise<AuthFile> {
  try {
    if ((await stat(path)).size > maximumBytes) throw new Error(`it is larger than ${maximumBytes} bytes`);
    return parseAuthFile(await readFile(path, 'utf8'), path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (!isNamed && (code === 'ENOENT' || code === 'EACCES' || code === 'ENOTDIR')) return new Map();
    throw virError(
      'VIR_ERR_CONF_SYNTAX',
      'VIR_FROM_CONF',
      `Cannot use the file of credentials ${path}: ${message}`,
      error,
    );
  }
}

/** Reads sections, `key=value` lines and comments. */
export function parseAuthFile(text: string, path: string): AuthFile {
  const file: AuthFile = new Map();
  let section: Map<string, string> | null = null;
  for (const [at, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const [, name] = /^\[([^\]]+)\]$/.exec(line) ?? [];
    if (name !== undefined) {
      section = file.get(name) ?? new Map<string, string>();
      file.set(name, section);
      continue;
    }
    const equals = line.indexOf('=');
    // Never the line itself: it may hold a password.
    if (equals < 1 || section === null)
      throw new Error(`line ${at + 1} of ${path} is neither [section] nor key=value.`);
    section.set(line.slice(0, equals).trim(), line.slice(equals + 1).trim());
  }
  return file;
}
