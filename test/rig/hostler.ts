/** Hostler in browser mode as a user runs it: the built program, an empty configuration folder, a free port. */
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { startProcess, type RigProcess } from './process.ts';

const root = dirname(dirname(import.meta.dirname));
const readyLine = /^Hostler is ready at (http:\/\/127\.0\.0\.1:\S+)$/m;

export interface Hostler extends AsyncDisposable {
  /** Address with the one-time token, as printed. */
  readonly url: string;
  readonly configDir: string;
  readonly pid: number;
  /** What it printed so far. */
  output(): string;
  /** Ends it with `signal` (SIGTERM) and settles with its exit code; the configuration folder stays. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
  /** Ends it and removes the configuration folder. */
  stop(): Promise<void>;
}

export interface HostlerOptions {
  /** URIs saved, and connected at the start, in a configuration folder made for the purpose. */
  connections?: string[];
  /** Settings that differ from the defaults, likewise. */
  settings?: Record<string, unknown>;
  /** An existing configuration folder; a temporary one otherwise. */
  configDir?: string;
  /** Run as this user, to be refused things that root may do. */
  uid?: number;
  /** A folder with libvirt's sockets that it sees as /run/libvirt, as if those were the machine's. Needs root. */
  libvirtSockets?: string;
  env?: NodeJS.ProcessEnv;
  /** Longest wait for the ready line, in milliseconds. */
  timeoutMs?: number;
}

/** The file of saved connections, as Hostler writes it. */
function connectionsFile(uris: string[]): string {
  const connections = uris.map((uri, index) => ({
    id: `c${index}`,
    uri,
    name: '',
    autoconnect: true,
    readonly: false,
  }));
  return JSON.stringify({ version: 1, connections });
}

/** One process throughout, so that it gets the signals. */
const privateRun = `
mount --make-rprivate /
mount -t tmpfs tmpfs /run
mkdir /run/libvirt
mount --bind "$1" /run/libvirt
shift
exec setpriv --reuid "$1" --regid "$1" --clear-groups -- "\${@:2}"
`;

function start(args: string[], { uid, env, libvirtSockets }: HostlerOptions): Promise<RigProcess> {
  const all = { ...process.env, ...env };
  const node = process.execPath;
  if (libvirtSockets !== undefined) {
    const command = ['bash', '-ec', privateRun, 'hostler', libvirtSockets, String(uid ?? 0), node, ...args];
    return startProcess('unshare', ['--mount', ...command], { env: all });
  }
  return startProcess(node, args, { env: all, ...(uid === undefined ? {} : { uid, gid: uid }) });
}

/** Starts the built browser mode (`npm run build` first) and settles once it says that it is ready. */
export async function startHostler(options: HostlerOptions = {}): Promise<Hostler> {
  const configDir = options.configDir ?? (await mkdtemp(join(tmpdir(), 'hostler-config-')));
  if (options.connections !== undefined) {
    await writeFile(join(configDir, 'connections.json'), connectionsFile(options.connections));
  }
  if (options.settings !== undefined) {
    await writeFile(join(configDir, 'settings.json'), JSON.stringify(options.settings));
  }
  if (options.uid !== undefined) await chown(configDir, options.uid, options.uid);
  const args = [join(root, 'dist/main/web.js'), '--no-open', '--port', '0', '--config-dir', configDir];
  const server = await start(args, options);
  const removeConfig = (): Promise<void> => rm(configDir, { recursive: true, force: true });
  const stop = async (): Promise<void> => {
    await server.stop();
    if (options.configDir === undefined) await removeConfig();
  };
  const [, url = ''] = await server
    .waitForLine(readyLine, options.timeoutMs ?? 15_000)
    .catch(async (error: unknown) => {
      await stop();
      throw error;
    });
  return {
    url,
    configDir,
    pid: server.child.pid ?? 0,
    output: server.output,
    end: server.stop,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
