/**
 * A host that only SSH reaches: a private libvirtd with a network of its own, and an SSH server in there. What its
 * guests listen on, 127.0.0.1 or a socket below /var/lib/libvirt, does not exist on this machine.
 */
import { join } from 'node:path';
import { type Libvirtd, libvirtdPrograms, startLibvirtd } from './libvirtd.ts';
import type { RigProgram } from './requirements.ts';
import { type SshServer, sshPrograms, startSshServer } from './ssh.ts';

/** Programs that must be there; root is needed as well. */
export const remoteHostPrograms: RigProgram[] = [...libvirtdPrograms, ...sshPrograms, 'nsenter', 'ip'];

export interface RemoteHost extends AsyncDisposable {
  readonly libvirtd: Libvirtd;
  readonly server: SshServer;
  /** `qemu:///system` there by transport `ssh` (OpenSSH) or `libssh2` (the library); nobody is asked anything. */
  systemUri(transport: 'ssh' | 'libssh2'): string;
  stop(): Promise<void>;
}

/** Starts one; it can be logged in to when this settles. */
export async function startRemoteHost(): Promise<RemoteHost> {
  const libvirtd = await startLibvirtd({ hasOwnNetwork: true });
  const server = await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock'), insideOf: libvirtd.pid }).catch(
    async (error: unknown) => {
      await libvirtd.stop();
      throw error;
    },
  );
  const stop = async (): Promise<void> => {
    await server.stop();
    await libvirtd.stop();
  };
  const params = `keyfile=${server.keyfile}&known_hosts=${server.knownHosts}&no_tty=1`;
  return {
    libvirtd,
    server,
    systemUri: (transport) => `qemu+${transport}://root@127.0.0.1:${server.port}/system?${params}`,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
