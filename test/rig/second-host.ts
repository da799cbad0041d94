/**
 * A real second host: a guest with Debian, libvirtd and sshd, run by QEMU without KVM, with a kernel, files and a clock of
 * its own. Its disk is made once (second-host.sh, a minute or two) and kept in the cache folder under the recipe's hash;
 * each run writes to an overlay of its own.
 *
 * Inside it another QEMU runs in turn, without KVM too: guests there are for firmware and screens, not for work.
 */
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from './guest.ts';
import { run, startProcess } from './process.ts';
import type { RigProgram } from './requirements.ts';
import { freePort } from './tls.ts';

/** Programs that must be there; root is needed as well, to make the disk. */
export const secondHostPrograms: RigProgram[] = [
  'mmdebstrap',
  'mke2fs',
  'qemu-system-x86_64',
  'qemu-img',
  'ssh',
  'ssh-keygen',
];

const script = join(import.meta.dirname, 'second-host.sh');
const memoryMiB = 1024;
/** Without KVM, on a busy machine. */
const bootMs = 300_000;
const defaultMirror = 'http://deb.debian.org/debian';

export interface SecondHost extends AsyncDisposable {
  /** On this machine's loopback, forwarded to its sshd. */
  readonly port: number;
  /** A key that may log in as root. */
  readonly keyfile: string;
  readonly knownHosts: string;
  /** Seconds that making the disk took (0: it was in the cache), and booting. */
  readonly seconds: { make: number; boot: number };
  /** `qemu:///system` there by `ssh` (OpenSSH) or `libssh2` (the library), with further parameters. */
  uri(transport: string, params?: Record<string, string>): string;
  /** Runs a command there in a log-in of its own; settles with its output. */
  command(line: string): Promise<string>;
  /** How often somebody was let in so far, by its own log. */
  logins(): number;
  /** The whole host stands still (SIGSTOP), as seen from here: nothing answers, nothing is closed. */
  freeze(): void;
  /** It goes on where it was. */
  thaw(): void;
  stop(): Promise<void>;
}

/** The mirror that this machine's apt uses. */
async function mirror(): Promise<string> {
  for (const file of ['/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list']) {
    const text = await readFile(file, 'utf8').catch(() => '');
    const found = /^(?:URIs:|deb)\s+(?:\[[^\]]*\]\s+)?(https?:\/\/\S+)/m.exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return defaultMirror;
}

/** The folder with disk, kernel and keys, made where the cache does not have it; earlier recipes' folders go. */
async function imageFolder(): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(script))
    .digest('hex')
    .slice(0, 16);
  const prefix = 'second-host-';
  const folder = join(cacheFolder(), `${prefix}${hash}`);
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  await mkdir(cacheFolder(), { recursive: true });
  const work = await mkdtemp(join(cacheFolder(), 'make-'));
  try {
    // Temporary files too: hundreds of megabytes, for which /tmp may have no room.
    await run('bash', [script, work, await mirror()], { env: { ...process.env, TMPDIR: work } });
    // Another run may have been quicker: what it put there is as good.
    await rename(work, folder).catch(() => undefined);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  for (const name of await readdir(cacheFolder())) {
    if (!name.startsWith(prefix) || folder.endsWith(name)) continue;
    await rm(join(cacheFolder(), name), { recursive: true, force: true });
  }
  return folder;
}

function qemuArguments(image: string, overlay: string, port: number): string[] {
  const options = {
    machine: 'accel=tcg',
    cpu: 'max',
    smp: '2',
    m: String(memoryMiB),
    display: 'none',
    serial: 'stdio',
    kernel: join(image, 'vmlinuz'),
    initrd: join(image, 'initrd'),
    append: 'root=/dev/vda rw console=ttyS0 net.ifnames=0 quiet',
    drive: `file=${overlay},if=virtio,cache=unsafe`,
    netdev: `user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:${port}-:22`,
  };
  const devices = ['virtio-net-pci,netdev=net', 'virtio-rng-pci'].flatMap((device) => ['-device', device]);
  const valued = Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);
  return ['-nodefaults', '-no-reboot', ...valued, ...devices];
}

/** Starts it; one can log in when this settles: a minute or two, the first time a few more. */
export async function startSecondHost(): Promise<SecondHost> {
  const beganMs = Date.now();
  const image = await imageFolder();
  const madeMs = Date.now();
  const dir = await mkdtemp(join(tmpdir(), 'hostler-second-host-'));
  const overlay = join(dir, 'disk.qcow2');
  await run('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', join(image, 'disk.ext4'), '-F', 'raw', overlay]);
  const port = await freePort();
  const knownHosts = join(dir, 'known_hosts');
  await writeFile(knownHosts, `[127.0.0.1]:${port} ${await readFile(join(image, 'host_key.pub'), 'utf8')}`);
  const qemu = await startProcess('qemu-system-x86_64', qemuArguments(image, overlay, port));
  let log = '';
  qemu.child.stdout?.on('data', (data: Buffer) => (log += data.toString()));

  const keyfile = join(image, 'id');
  const stop = async (): Promise<void> => {
    await qemu.stop('SIGKILL');
    await rm(dir, { recursive: true, force: true });
  };
  const login = ['-p', String(port), '-i', keyfile, '-o', `UserKnownHostsFile=${knownHosts}`, '-o', 'BatchMode=yes'];
  const command = (line: string): Promise<string> =>
    run('ssh', ['-F', 'none', ...login, '-o', 'ConnectTimeout=60', 'root@127.0.0.1', line]);
  try {
    await qemu.waitForLine(/Server listening on .* port 22/, bootMs);
    // Its socket is there; the service has to be started by somebody.
    await command('virsh --quiet version');
  } catch (error) {
    await stop();
    throw new Error(`The second host did not start. Its console:\n${log.slice(-4000)}`, { cause: error });
  }
  return {
    port,
    keyfile,
    knownHosts,
    seconds: { make: (madeMs - beganMs) / 1000, boot: (Date.now() - madeMs) / 1000 },
    uri: (transport, params = {}) => {
      const query = Object.entries({ keyfile, known_hosts: knownHosts, ...params });
      const text = query.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
      return `qemu+${transport}://root@127.0.0.1:${port}/system?${text}`;
    },
    command,
    logins: () => log.split('\n').filter((line) => /sshd\[\d+\]: Accepted (?!key )/.test(line)).length,
    freeze: () => void qemu.child.kill('SIGSTOP'),
    thaw: () => void qemu.child.kill('SIGCONT'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
