/**
 * A private libvirtd: a real daemon with its own configuration, state and sockets, in its own mount and PID namespace,
 * so that no other daemon of the machine is touched and no guest outlives the test. The network is the machine's own
 * (VNC ports are reachable) unless told otherwise, therefore no virtual network is started in it.
 */
import { connect } from 'node:net';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, startProcess, waitUntil } from './process.ts';
import type { RigProgram } from './requirements.ts';

/** Programs that must be there; root is needed as well. */
export const libvirtdPrograms: RigProgram[] = ['libvirtd', 'virsh', 'qemu-system-x86_64', 'unshare'];

export interface Libvirtd extends AsyncDisposable {
  /** Its folder; everything of it is below. */
  readonly dir: string;
  /** A process of the machine that is in the daemon's mount and network namespaces, for nsenter. */
  readonly pid: number;
  readonly sockets: { readWrite: string; readOnly: string };
  /** `qemu+unix:///system` on the private socket. */
  readonly systemUri: string;
  /** The same through the read-only socket: libvirt refuses every change. */
  readonly systemReadOnlyUri: string;
  /** `test+unix:///default`: libvirt's own test driver, inside this daemon. */
  readonly testUri: string;
  /** `test+unix` on a node file (an absolute path) that the daemon reads. */
  testUriOf(nodeFile: string): string;
  /** Runs virsh against `systemUri`; settles with its output. */
  virsh(...args: string[]): Promise<string>;
  /** Ends the daemon at once, as a crash would (SIGKILL). Guests go on. */
  kill(): Promise<void>;
  /** Ends it in order where it runs, and starts it again on the same folder and sockets. */
  restart(): Promise<void>;
  /** What the daemon wrote to its log. */
  readonly logFile: string;
  /** Ends daemon and guests and removes the folder. */
  stop(): Promise<void>;
}

const folders = ['etc', 'lib/qemu', 'lib/images', 'lib/dnsmasq', 'lib/boot', 'cache', 'run', 'log', 'lock', 'sock'];

/** What a test may want of the daemon besides the usual. */
export interface LibvirtdOptions {
  /** Further lines of libvirtd.conf. */
  configuration?: string[];
  /** Listen on TCP and TLS ports, as far as the configuration says so. */
  listens?: boolean;
  /** Further environment of the daemon. */
  env?: Record<string, string>;
  /** A network of its own with nothing but a loopback: its guests' ports are out of this machine's reach. */
  hasOwnNetwork?: boolean;
}

function daemonConfiguration(dir: string, { configuration = [] }: LibvirtdOptions): string {
  return [
    `unix_sock_dir = "${dir}/sock"`,
    'unix_sock_ro_perms = "0777"',
    'unix_sock_rw_perms = "0770"',
    'auth_unix_ro = "none"',
    ...(configuration.some((line) => line.startsWith('auth_unix_rw')) ? [] : ['auth_unix_rw = "none"']),
    ...configuration,
    '',
  ].join('\n');
}

/** QEMU as root and without confinement: the namespace is the confinement, and /dev/kvm needs no change of rights. */
const qemuConfiguration = [
  'user = "root"',
  'group = "root"',
  'security_driver = "none"',
  'namespaces = [ ]',
  // Guest logs straight to files: no virtlogd to look after.
  'stdio_handler = "file"',
  '',
].join('\n');

async function prepareFolder(options: LibvirtdOptions): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hostler-rig-'));
  await chmod(dir, 0o755);
  for (const folder of folders) await mkdir(join(dir, folder), { recursive: true });
  // Rules that come with libvirt; never its networks, which could autostart.
  await cp('/etc/libvirt/nwfilter', join(dir, 'etc/nwfilter'), { recursive: true }).catch(() => undefined);
  await writeFile(join(dir, 'etc/libvirtd.conf'), daemonConfiguration(dir, options));
  await writeFile(join(dir, 'etc/qemu.conf'), qemuConfiguration);
  return dir;
}

function accepts(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

/** Starts a private libvirtd; it answers on its sockets when this settles (about two seconds). Needs root. */
export async function startLibvirtd(options: LibvirtdOptions = {}): Promise<Libvirtd> {
  const dir = await prepareFolder(options);
  const keeperScript = join(import.meta.dirname, 'libvirtd.sh');
  const isApart = options.hasOwnNetwork === true;
  const namespaces = ['--mount', '--pid', '--fork', '--mount-proc', '--kill-child', ...(isApart ? ['--net'] : [])];
  const keeper = await startProcess(
    'unshare',
    [...namespaces, 'bash', keeperScript, dir, ...(options.listens === true ? ['--listen'] : [])],
    {
      env: { ...process.env, ...(isApart ? { RIG_OWN_NETWORK: '1' } : {}), ...options.env },
    },
  );
  const sockets = { readWrite: join(dir, 'sock/libvirt-sock'), readOnly: join(dir, 'sock/libvirt-sock-ro') };
  const systemUri = `qemu+unix:///system?socket=${sockets.readWrite}`;
  const testUriOf = (nodeFile: string): string => `test+unix://${nodeFile}?socket=${sockets.readWrite}`;

  const tell = (command: 'start' | 'stop' | 'kill'): void => void keeper.child.stdin?.write(`${command}\n`);
  const start = async (): Promise<void> => {
    tell('start');
    await waitUntil('libvirtd answers', () => accepts(sockets.readWrite), 30_000).catch((error: unknown) => {
      throw new Error(`The private libvirtd did not start. ${keeper.output()}`, { cause: error });
    });
  };
  const end = async (how: 'stop' | 'kill'): Promise<void> => {
    tell(how);
    await waitUntil('libvirtd has ended', async () => !(await accepts(sockets.readWrite)), 30_000);
  };
  const stop = async (): Promise<void> => {
    // The keeper is process 1 of its namespace: when its input ends it ends, and the kernel ends all the rest.
    keeper.child.stdin?.end();
    await keeper.stop();
    await rm(dir, { recursive: true, force: true });
  };

  await start().catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    dir,
    pid: keeper.child.pid ?? 0,
    sockets,
    systemUri,
    systemReadOnlyUri: `qemu+unix:///system?socket=${sockets.readOnly}`,
    testUri: testUriOf('/default'),
    testUriOf,
    virsh: (...args) => run('virsh', ['-c', systemUri, ...args]),
    kill: () => end('kill'),
    restart: async () => {
      await end('stop');
      await start();
    },
    logFile: join(dir, 'log/libvirtd.log'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
