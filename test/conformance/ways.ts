/** Every way to one and the same libvirtd: what a suite needs to go through all transports. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Libvirtd, libvirtdPrograms, startLibvirtd } from '../rig/libvirtd.ts';
import type { RigProgram } from '../rig/requirements.ts';
import { makeSaslUser, saslUser } from '../rig/sasl.ts';
import { type SshServer, sshPrograms, startSshServer } from '../rig/ssh.ts';
import { type Authority, freePort, makeAuthority, makePkiPath } from '../rig/tls.ts';
import type { Link } from './target.ts';

/** Programs that must be there; root is needed as well. */
export const wayPrograms: RigProgram[] = [...libvirtdPrograms, ...sshPrograms, 'saslpasswd2'];

/** One way to the daemon. */
export interface Way {
  /** The URI of a driver's path through it. */
  uri(driver: string, path: string): string;
  link: Link;
  /** The same for libvirt's own client, which has to be told more; null: it cannot go this way. */
  virshUri: Way['uri'] | null;
}

/** `ssh` is OpenSSH, `libssh2` the library; the far side's part is the helper, netcat, or the socket by SSH itself. */
export const wayNames = [
  'unix',
  'tcp',
  'tls',
  'tls with SCRAM-SHA-256',
  'ext',
  'ssh to virt-ssh-helper',
  'ssh to netcat',
  'ssh to the socket',
  'libssh2 to virt-ssh-helper',
  'libssh2 to netcat',
  'libssh2 to the socket',
] as const;

export type WayName = (typeof wayNames)[number];

/** A log-in for each connection: worth doing several at a time. */
export const isSlow = (name: WayName): boolean => name.includes('ssh');

export interface Ways {
  readonly folder: string;
  /** The daemon that all ways lead to but one, and the one with SASL. */
  readonly daemons: readonly Libvirtd[];
  way(name: WayName): Way;
  stop(): Promise<void>;
}

const encrypted: Link = { isSecure: true, isEncrypted: true };
const readable: Link = { isSecure: false, isEncrypted: false };

function uriThrough(transport: string, authority: string, params: Record<string, string>): Way['uri'] {
  const query = Object.entries(params).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return (driver, path) => `${driver}+${transport}://${authority}${path}?${query.join('&')}`;
}

/** Daemon configuration for the ports; `auth` is that of the TLS port. */
async function ports(
  authority: Authority,
  auth: string,
): Promise<{ tcp: number; tls: number; configuration: string[] }> {
  const server = await authority.issue(`server-${auth}`, { san: 'DNS:localhost,IP:127.0.0.1' });
  const [tcp, tls] = [await freePort(), await freePort()];
  const configuration = [
    'listen_tcp = 1',
    `tcp_port = "${tcp}"`,
    'auth_tcp = "none"',
    'listen_tls = 1',
    `tls_port = "${tls}"`,
    `auth_tls = "${auth}"`,
    'listen_addr = "127.0.0.1"',
    `key_file = "${server.key}"`,
    `cert_file = "${server.cert}"`,
    `ca_file = "${authority.caCert}"`,
  ];
  return { tcp, tls, configuration };
}

/** By OpenSSH or the library; `program` is an ssh that knows the server, which virsh cannot tell its own. */
function sshWay(transport: string, server: SshServer, params: Record<string, string>, program: string): Way {
  const all = { keyfile: server.keyfile, known_hosts: server.knownHosts, ...params, no_tty: '1' };
  const through = (more: Record<string, string>): Way['uri'] =>
    uriThrough(transport, `root@127.0.0.1:${server.port}`, { ...all, ...more });
  const forVirsh = through(transport === 'ssh' ? { command: program } : { sshauth: 'privkey' });
  // Without a program on the far side libvirt's client knows no way.
  return { uri: through({}), link: encrypted, virshUri: 'proxy' in params ? forVirsh : null };
}

async function writeProgram(path: string, command: string): Promise<string> {
  await writeFile(path, `#!/bin/sh\nexec ${command}\n`);
  await chmod(path, 0o755);
  return path;
}

async function writeAuthFile(path: string): Promise<string> {
  const credentials = `[credentials-x]\nauthname=${saslUser.user}\npassword=${saslUser.password}\n`;
  await writeFile(path, `${credentials}[auth-libvirt-localhost]\ncredentials=x\n`);
  return path;
}

/** Starts two daemons (one with SASL) and two SSH servers (one without any program to reach a socket). */
export async function startWays(): Promise<Ways> {
  const folder = await mkdtemp(join(tmpdir(), 'hostler-ways-'));
  const authority = await makeAuthority(join(folder, 'ca'), 'Hostler test authority');
  const pkipath = await makePkiPath(join(folder, 'pki'), authority, await authority.issue('client'));
  const [plain, sasl] = [await ports(authority, 'none'), await ports(authority, 'sasl')];
  const env = await makeSaslUser(join(folder, 'sasl'), 'scram-sha-256');
  const [libvirtd, saslLibvirtd] = await Promise.all([
    startLibvirtd({ listens: true, configuration: plain.configuration }),
    startLibvirtd({ listens: true, env, configuration: sasl.configuration }),
  ]);
  const sockets = join(libvirtd.dir, 'sock');
  const [server, bare] = await Promise.all([
    startSshServer({ libvirtSockets: sockets }),
    startSshServer({ libvirtSockets: sockets, programs: ['sh'] }),
  ]);
  const program = await writeProgram(join(folder, 'to-daemon'), `nc -U ${libvirtd.sockets.readWrite}`);
  const ssh = await writeProgram(join(folder, 'knowing-ssh'), `ssh -o UserKnownHostsFile=${server.knownHosts} "$@"`);
  const authfile = await writeAuthFile(join(folder, 'auth.conf'));

  const same = (link: Link, uri: Way['uri']): Way => ({ uri, link, virshUri: uri });
  const all: Record<WayName, Way> = {
    unix: same({ isSecure: true, isEncrypted: false }, uriThrough('unix', '', { socket: libvirtd.sockets.readWrite })),
    tcp: same(readable, uriThrough('tcp', `localhost:${plain.tcp}`, {})),
    tls: same(encrypted, uriThrough('tls', `localhost:${plain.tls}`, { pkipath })),
    'tls with SCRAM-SHA-256': same(encrypted, uriThrough('tls', `localhost:${sasl.tls}`, { pkipath, authfile })),
    ext: same(readable, uriThrough('ext', '', { command: program })),
    'ssh to virt-ssh-helper': sshWay('ssh', server, { proxy: 'native' }, ssh),
    'ssh to netcat': sshWay('ssh', server, { proxy: 'netcat' }, ssh),
    'ssh to the socket': sshWay('ssh', bare, {}, ssh),
    'libssh2 to virt-ssh-helper': sshWay('libssh2', server, { proxy: 'native' }, ssh),
    'libssh2 to netcat': sshWay('libssh2', server, { proxy: 'netcat' }, ssh),
    'libssh2 to the socket': sshWay('libssh2', bare, {}, ssh),
  };
  return {
    folder,
    daemons: [libvirtd, saslLibvirtd],
    way: (name) => all[name],
    stop: async () => {
      await Promise.all([server.stop(), bare.stop()]);
      await Promise.all([libvirtd.stop(), saslLibvirtd.stop()]);
      await rm(folder, { recursive: true });
    },
  };
}
