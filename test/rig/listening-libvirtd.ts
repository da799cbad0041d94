/** A private libvirtd that is reached in every way: its socket, TLS with throwaway certificates, and SSH to the loopback. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Libvirtd, startLibvirtd } from './libvirtd.ts';
import { startSshServer } from './ssh.ts';
import { freePort, makeAuthority, makePkiPath } from './tls.ts';

export interface ListeningLibvirtd extends AsyncDisposable {
  readonly libvirtd: Libvirtd;
  /** A folder for whoever uses it; removed at the end. */
  readonly dir: string;
  /** `qemu+...:///system`, for virsh and for Hostler; libssh is the SSH library. */
  readonly uris: { unix: string; tls: string; ssh: string; libssh: string };
}

/** Starts it; needs `libvirtdPrograms` and `sshPrograms`. `folder`: where its folder is made. */
export async function listeningLibvirtd(folder = tmpdir()): Promise<ListeningLibvirtd> {
  const dir = await mkdtemp(join(folder, 'hostler-listening-'));
  const authority = await makeAuthority(join(dir, 'ca'), 'Hostler rig authority');
  const server = await authority.issue('server', { san: 'DNS:localhost,IP:127.0.0.1' });
  const pki = await makePkiPath(join(dir, 'pki'), authority, await authority.issue('client'));
  const tlsPort = await freePort();
  const libvirtd = await startLibvirtd({
    listens: true,
    configuration: [
      'listen_tls = 1',
      `tls_port = "${tlsPort}"`,
      'auth_tls = "none"',
      'listen_addr = "127.0.0.1"',
      `key_file = "${server.key}"`,
      `cert_file = "${server.cert}"`,
      `ca_file = "${authority.caCert}"`,
    ],
  });
  const sshd = await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock') });
  const params = `keyfile=${sshd.keyfile}&known_hosts=${sshd.knownHosts}&no_verify=1&sshauth=privkey`;
  const sshUri = (transport: string): string => `qemu+${transport}://root@127.0.0.1:${sshd.port}/system?${params}`;
  return {
    libvirtd,
    dir,
    uris: {
      unix: libvirtd.systemUri,
      tls: `qemu+tls://localhost:${tlsPort}/system?pkipath=${pki}`,
      ssh: sshUri('ssh'),
      libssh: sshUri('libssh'),
    },
    [Symbol.asyncDispose]: async () => {
      await sshd.stop();
      await libvirtd.stop();
      await rm(dir, { recursive: true });
    },
  };
}
