/** A session over SSH: one log-in, the far side's daemon through it, and tunnels beside it. */
import type { Duplex } from 'node:stream';
import type { DriverSession, DriverTunnel, OpenOptions } from '../../driver.ts';
import { VirError } from '../../error.ts';
import type { ConnectionUri } from '../../uri.ts';
import { openSession, serverName } from '../open.ts';
import { ProcessStream } from '../process-stream.ts';
import { StreamTransport } from '../transports/stream.ts';
import { explainFarSide, farSideOf, NoNetcat } from './far-side.ts';
import type { SshLogin, SshVerdict } from './login.ts';
import { openOpenSsh } from './openssh/open-ssh.ts';
import { type SshTarget, sshTargetOf } from './target.ts';

/** Logs in and opens the daemon there. Rejects with what kept it, and then the log-in is closed. */
export async function openOverSsh(uri: ConnectionUri, options: OpenOptions): Promise<DriverSession> {
  const farSide = farSideOf(uri, serverName(uri), options.readonly === true);
  const login = await logIn(uri, sshTargetOf(uri, options.prompt !== undefined), options);
  const open = (stream: Duplex): Promise<DriverSession> => {
    const reader = stream instanceof ProcessStream ? stream.reader : undefined;
    const transport = new StreamTransport(stream, {
      peer: login.peer,
      isLocal: false,
      isNear: false,
      isEncrypted: true,
      reader,
    });
    return openSession(transport, uri, options, { tunnel: tunnelOf(login), close: () => login.close() });
  };
  try {
    const stream = await login.openCommand(farSide.argv, (end) => explainFarSide(end, login.peer, farSide));
    return await open(stream).catch(async (error: unknown) => {
      // Without any program for it there, SSH itself can still reach the socket.
      if (!(error instanceof NoNetcat) || !farSide.mayForward) throw error;
      return open(await login.openUnix(error.socket, options));
    });
  } catch (error) {
    await login.close();
    throw error;
  }
}

/** By the user's OpenSSH where there is one, else, or where the URI says so (libssh, libssh2), by the library. */
async function logIn(uri: ConnectionUri, target: SshTarget, options: OpenOptions): Promise<SshLogin> {
  const openLibrary = async (): Promise<SshLogin> =>
    (await import('./library/library-login.ts')).openLibrarySsh(target, options);
  // OpenSSH for Windows has no control sockets.
  if (uri.transport !== 'ssh' || process.platform === 'win32') return openLibrary();
  return openOpenSsh(target, options).catch((error: unknown) => {
    const isMissing = error instanceof VirError && error.str1 === ('no-ssh' satisfies SshVerdict);
    if (isMissing && target.command === 'ssh') return openLibrary();
    throw error;
  });
}

function tunnelOf(login: SshLogin): DriverTunnel {
  return {
    openTcp: (host, port, options) => login.openTcp(host, port, options),
    openUnix: (path, options) => login.openUnix(path, options),
  };
}
