/**
 * A private SSH server on the loopback, with keys, a password and a view of the machine of its own: which libvirt
 * sockets are there and which programs. Its log tells how often somebody logged in.
 */
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startNamespaceRelay } from './namespace-relay.ts';
import { run, startProcess } from './process.ts';
import { findProgram, type RigProgram } from './requirements.ts';
import { freePort } from './tls.ts';

/** Programs that must be there; root is needed as well. */
export const sshPrograms: RigProgram[] = ['sshd', 'ssh', 'ssh-keygen', 'nc', 'openssl', 'unshare'];

/** The password of root, in the server's view of the machine. */
export const sshPassword = 'a "quoted" $password \\ of root';

/** A user in the server's view of the machine, with the same keys as root and a home below its folder. */
export const sshUser = { name: 'rig', uid: 64_999 };

/** nogroup, which every machine has. */
const userGroup = 65_534;

export interface SshServerOptions {
  /** `AuthenticationMethods` of sshd: `publickey` by default. */
  methods?: string;
  /** A folder with libvirt's sockets, shown as /run/libvirt. */
  libvirtSockets?: string;
  /** What a command finds on its PATH, by name; everything by default. */
  programs?: string[];
  /** There is `sshUser` too, who is nobody special. */
  hasUser?: boolean;
  /** A process whose files and network the server has: with a network of its own, only this server leads there. */
  insideOf?: number;
}

export interface SshServer extends AsyncDisposable {
  readonly dir: string;
  readonly port: number;
  /** A key that may log in, without a passphrase. */
  readonly keyfile: string;
  /** The same with the passphrase `sshPassphrase`. */
  readonly lockedKeyfile: string;
  /** A file of known hosts that knows this one. */
  readonly knownHosts: string;
  readonly fingerprint: string;
  /** The public key it shows. */
  readonly hostKey: string;
  log(): string;
  /** How often somebody was let in so far. */
  logins(): number;
  /** Cuts all connections without a word (SIGKILL); the server goes on. */
  cut(): Promise<void>;
  stop(): Promise<void>;
}

export const sshPassphrase = 'open sesame';

/**
 * Runs sshd in a mount namespace where /run is empty, and passwords and PAM are the rig's; until its input ends, which it
 * does however the test ends.
 */
const script = `
set -eu
# Ctrl+C in a terminal reaches all; the rig answers it by ending the input.
trap '' INT
mount --make-rprivate /
# Where it joined others' namespaces, /proc may be that of their processes.
mount -t proc proc /proc
mount -t tmpfs tmpfs /run
mkdir -p /run/sshd /run/libvirt
[ -z "$2" ] || mount --bind "$2" /run/libvirt
mount --bind "$1/shadow" /etc/shadow
[ ! -e "$1/passwd" ] || mount --bind "$1/passwd" /etc/passwd
mount --bind "$1/pam" /etc/pam.d/sshd
"$3" -D -e -f "$1/sshd_config" </dev/null & p=$!
echo "listener $p"
read -r _ || true
kill "$p" || true
wait "$p" || true
`;

function configuration(dir: string, port: number, { methods = 'publickey', programs }: SshServerOptions): string {
  return [
    `Port ${port}`,
    'ListenAddress 127.0.0.1',
    `HostKey ${dir}/host_key`,
    `AuthorizedKeysFile ${dir}/authorized_keys`,
    `AuthenticationMethods ${methods}`,
    'StrictModes no',
    'PermitRootLogin yes',
    'PasswordAuthentication yes',
    'KbdInteractiveAuthentication yes',
    'UsePAM yes',
    'PidFile none',
    'LogLevel VERBOSE',
    'UseDNS no',
    ...(programs === undefined ? [] : [`SetEnv PATH=${dir}/bin`]),
    '',
  ].join('\n');
}

async function prepareFolder(port: number, options: SshServerOptions): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'hostler-sshd-'));
  const makeKey = (file: string, passphrase: string): Promise<string> =>
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase, '-C', file, '-f', join(dir, file)]);
  await Promise.all([makeKey('host_key', ''), makeKey('id', ''), makeKey('locked', sshPassphrase)]);
  const publicKeys = await Promise.all(['id.pub', 'locked.pub'].map((file) => readFile(join(dir, file), 'utf8')));
  await writeFile(join(dir, 'authorized_keys'), publicKeys.join(''));
  const hostKey = await readFile(join(dir, 'host_key.pub'), 'utf8');
  await writeFile(join(dir, 'known_hosts'), `[127.0.0.1]:${port} ${hostKey}`);
  const hash = (await run('openssl', ['passwd', '-6', '-stdin'], { input: sshPassword })).trim();
  const shadow = [`root:${hash}`, 'sshd:*', `${sshUser.name}:*`].map((entry) => `${entry}:20000:0:99999:7:::\n`);
  await writeFile(join(dir, 'shadow'), shadow.join(''), { mode: 0o600 });
  if (options.hasUser === true) await addUser(dir);
  const pam = ['auth required pam_unix.so', 'account required pam_permit.so', 'session required pam_permit.so', ''];
  await writeFile(join(dir, 'pam'), pam.join('\n'));
  await writeFile(join(dir, 'sshd_config'), configuration(dir, port, options));
  await mkdir(join(dir, 'bin'));
  for (const program of options.programs ?? []) {
    await symlink(findProgram(program as RigProgram) ?? `/missing/${program}`, join(dir, 'bin', program));
  }
  return dir;
}

async function addUser(dir: string): Promise<void> {
  const { name, uid } = sshUser;
  const home = join(dir, 'home');
  await mkdir(home);
  await chown(home, uid, userGroup);
  // Its files are in a folder of root's.
  await chmod(dir, 0o755);
  const entry = `${name}:x:${uid}:${userGroup}::${home}:/bin/sh\n`;
  await writeFile(join(dir, 'passwd'), (await readFile('/etc/passwd', 'utf8')) + entry);
}

/**
 * A netcat that is nobody, for the parameter of that name: to libvirt's sockets its caller is a user without rights, and,
 * unlike `sshUser`, one that the daemon knows. Settles with its path.
 */
export async function makeNetcatOfNobody(folder: string): Promise<string> {
  const path = join(folder, 'nc-of-nobody');
  await writeFile(path, '#!/bin/sh\nexec setpriv --reuid=65534 --regid=65534 --clear-groups nc "$@"\n');
  await chmod(path, 0o755);
  return path;
}

/** Starts a server; it answers when this settles. Needs root. */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  const port = await freePort();
  const dir = await prepareFolder(port, options);
  const args = [dir, options.libvirtSockets ?? '', findProgram('sshd') ?? 'sshd'];
  const command = ['unshare', '--mount', 'sh', '-c', script, 'sshd', ...args];
  const { insideOf } = options;
  const relay = insideOf === undefined ? null : await startNamespaceRelay(insideOf, port);
  if (insideOf !== undefined) command.unshift('nsenter', '--target', String(insideOf), '--mount', '--net');
  const server = await startProcess(command[0]!, command.slice(1));
  let log = '';
  server.child.stderr?.on('data', (data: Buffer) => (log += data.toString()));
  let pid = '';
  const cut = async (): Promise<void> => {
    const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    for (const child of children.split(' ').filter((text) => text !== '')) {
      try {
        process.kill(Number(child), 'SIGKILL');
      } catch {
        // Ended by itself in between.
      }
    }
  };
  const stop = async (): Promise<void> => {
    await cut();
    const hasEnded = server.child.exitCode !== null || server.child.signalCode !== null;
    const ended = hasEnded ? null : once(server.child, 'exit');
    server.child.stdin?.end();
    await ended;
    await server.stop();
    await relay?.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    pid = (await server.waitForLine(/listener (\d+)/, 20_000))[1]!;
    await server.waitForLine(/Server listening on/, 20_000);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    dir,
    port,
    keyfile: join(dir, 'id'),
    lockedKeyfile: join(dir, 'locked'),
    knownHosts: join(dir, 'known_hosts'),
    hostKey: await readFile(join(dir, 'host_key.pub'), 'utf8'),
    fingerprint: (await run('ssh-keygen', ['-l', '-f', join(dir, 'host_key')])).split(' ')[1]!,
    log: () => log,
    logins: () => log.split('\n').filter((line) => /^Accepted (?!key )/.test(line)).length,
    cut,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
