/** What tests of log-ins start from: a libvirtd behind TLS and SASL, and SSH servers in front of its socket. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLibvirtd, type Libvirtd, libvirtdPrograms } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { makeSaslUser } from '../rig/sasl.ts';
import { sshPrograms, startSshServer, type SshServer, type SshServerOptions } from '../rig/ssh.ts';
import { freePort, makeAuthority, makePkiPath } from '../rig/tls.ts';
import { test as base } from './fixtures.ts';

/** Why tests against remote hosts cannot run here, or null. */
export const remoteMissing = notRunBecause([...libvirtdPrograms, ...sshPrograms, 'saslpasswd2'], { root: true });

/** Hosts that want a log-in. */
export interface Remote {
  libvirtd: Libvirtd;
  /** libvirt's test driver behind TLS and SASL. */
  tlsUri: string;
  startSsh(options?: SshServerOptions): Promise<SshServer>;
}

export const test = base.extend<object, { remote: Remote }>({
  remote: [
    async ({}, use) => {
      const dir = await mkdtemp(join(tmpdir(), 'hostler-remote-'));
      const authority = await makeAuthority(join(dir, 'ca'), 'Hostler test authority');
      const server = await authority.issue('server', { san: 'DNS:localhost' });
      const pki = await makePkiPath(join(dir, 'pki'), authority, await authority.issue('client'));
      const port = await freePort();
      const libvirtd = await startLibvirtd({
        listens: true,
        env: await makeSaslUser(join(dir, 'sasl'), 'scram-sha-256'),
        configuration: [
          'listen_tcp = 0',
          'listen_tls = 1',
          `tls_port = "${port}"`,
          'auth_tls = "sasl"',
          'listen_addr = "127.0.0.1"',
          `key_file = "${server.key}"`,
          `cert_file = "${server.cert}"`,
          `ca_file = "${authority.caCert}"`,
        ],
      });
      const servers: SshServer[] = [];
      await use({
        libvirtd,
        tlsUri: `test+tls://localhost:${port}/default?pkipath=${pki}`,
        startSsh: async (options) => {
          const started = await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock'), ...options });
          servers.push(started);
          return started;
        },
      });
      for (const started of servers) await started.stop();
      await libvirtd.stop();
      await rm(dir, { recursive: true });
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

export { expect } from './fixtures.ts';
