/** Starts a user's own libvirt daemon when a session connection finds none, as libvirt's client does. */
import { spawn } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { SocketChoice } from './socket-path.ts';

/** It ends itself after so many seconds without a client. */
const IDLE_SECONDS = '120';
const folders = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin', '/usr/bin', '/usr/local/bin'];

/** False: nothing was started, because it is switched off (LIBVIRT_AUTOSTART=0) or not installed. */
export async function startUserDaemon(
  socket: SocketChoice,
  env: Record<string, string | undefined> = process.env,
): Promise<boolean> {
  if (!socket.isUserDaemon || env['LIBVIRT_AUTOSTART'] === '0') return false;
  const program = await findProgram(socket.daemon, env);
  if (program === null) return false;
  // Detached, with its own session and without our files: it outlives this program.
  const child = spawn(program, [`--timeout=${IDLE_SECONDS}`], { detached: true, stdio: 'ignore', cwd: '/', env });
  const isStarted = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  child.unref();
  return isStarted;
}

/** Whether the program of a daemon is on this machine. */
export async function isDaemonInstalled(daemon: string): Promise<boolean> {
  return (await findProgram(daemon, {})) !== null;
}

async function findProgram(name: string, env: Record<string, string | undefined>): Promise<string | null> {
  const wanted = env['VIRTD_PATH'] ?? env['LIBVIRTD_PATH'];
  const candidates = wanted === undefined ? folders.map((folder) => join(folder, name)) : [wanted];
  for (const candidate of candidates) {
    const isThere = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return candidate;
  }
  return null;
}
