/** Which unix socket a URI leads to: the system's or the user's, one daemon for all or one per driver. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { virError } from '../error.ts';
import { type ConnectionUri, getUriParam } from '../uri.ts';

/** What the choice depends on besides the URI. */
export interface SocketEnvironment {
  /** Effective user id; undefined on Windows. */
  uid: number | undefined;
  env: Record<string, string | undefined>;
  exists(path: string): Promise<boolean>;
  /** Whether the program of a daemon is on this machine. */
  isInstalled(daemon: string): Promise<boolean>;
}

export interface SocketChoice {
  path: string;
  /** The daemon that should listen there: `virtqemud` or `libvirtd`. */
  daemon: string;
  /** The user's own daemon, which is started on demand. */
  isUserDaemon: boolean;
}

const systemFolder = '/var/run/libvirt';

/** The socket of `uri`; null: whatever daemon is there. VIR_ERR_INVALID_ARG for a bad `mode` or `socket` parameter. */
export async function chooseSocket(
  uri: ConnectionUri | null,
  readonly: boolean,
  environment: SocketEnvironment,
): Promise<SocketChoice> {
  const isUserDaemon = isForUserDaemon(uri, environment.uid);
  const folder = isUserDaemon ? userFolder(environment.env) : systemFolder;
  // A user's daemon has no read-only socket; the open flag alone makes the connection read-only.
  const suffix = readonly && !isUserDaemon ? 'sock-ro' : 'sock';
  const legacy: SocketChoice = { path: join(folder, `libvirt-${suffix}`), daemon: 'libvirtd', isUserDaemon };
  const direct = directChoice(uri, legacy, folder, suffix);
  const wanted = socketParam(uri);
  if (wanted !== null) return { path: wanted, daemon: legacy.daemon, isUserDaemon: false };
  const mode = uri === null ? 'auto' : (getUriParam(uri, 'mode') ?? 'auto');
  if (mode === 'legacy') return legacy;
  if (mode === 'direct') return direct;
  if (mode !== 'auto') {
    throw virError(
      'VIR_ERR_INVALID_ARG',
      'VIR_FROM_REMOTE',
      `The URI asks for mode=${mode}; known are auto, legacy and direct.`,
    );
  }
  if (await environment.exists(direct.path)) return direct;
  if (await environment.exists(legacy.path)) return legacy;
  // Nothing listens. What is installed is what can be started, by us or by who reads the error.
  const isModular = (await environment.isInstalled(direct.daemon)) && !(await environment.isInstalled(legacy.daemon));
  return isModular ? direct : legacy;
}

/** libvirt's rule: the user's daemon serves `/session` and test+unix, and root has none. */
function isForUserDaemon(uri: ConnectionUri | null, uid: number | undefined): boolean {
  if (uid === 0) return false;
  return uri === null || uri.path === '/session' || uri.driver === 'test';
}

/** The same for every daemon of the user; libvirt's fallback where a session has no runtime folder. */
function userFolder(env: Record<string, string | undefined>): string {
  const runtime = env['XDG_RUNTIME_DIR'];
  if (runtime !== undefined && runtime !== '') return join(runtime, 'libvirt');
  return join(env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? homedir(), '.cache'), 'libvirt');
}

function directChoice(uri: ConnectionUri | null, legacy: SocketChoice, folder: string, suffix: string): SocketChoice {
  // libvirt's proxy listens where the one daemon did.
  if (uri === null || uri.driver === 'remote') return { ...legacy, daemon: 'virtproxyd' };
  const daemon = `virt${uri.driver}d`;
  return { ...legacy, path: join(folder, `${daemon}-${suffix}`), daemon };
}

function socketParam(uri: ConnectionUri | null): string | null {
  const path = uri === null ? undefined : getUriParam(uri, 'socket');
  if (path === undefined) return null;
  if (path.startsWith('/')) return path;
  const message = `The URI names the socket "${path}"; it must be an absolute path, for example socket=/run/libvirt/libvirt-sock.`;
  throw virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_REMOTE', message);
}
