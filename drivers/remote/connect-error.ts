/** Explains why a socket could not be reached: what was tried, what happened, what to do. */
import { VirError, VirErrorDomain, VirErrorNumber } from '../error.ts';
import type { SocketChoice } from './socket-path.ts';

/** A failed connect to a local socket, as VIR_ERR_SYSTEM_ERROR with the errno in `int1`. */
export function explainConnect(error: NodeJS.ErrnoException, socket: SocketChoice): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_SYSTEM_ERROR,
    domain: VirErrorDomain.VIR_FROM_RPC,
    message: `Cannot connect to ${socket.path}: ${explanation(error, socket)}`,
    int1: error.errno === undefined ? -1 : Math.abs(error.errno),
    cause: error,
  });
}

function explanation(error: NodeJS.ErrnoException, socket: SocketChoice): string {
  switch (error.code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `the socket does not exist, so no libvirt daemon listens there. ${howToStart(socket)}`;
    case 'ECONNREFUSED':
      return `the socket is there, but no daemon answers on it; it may have been stopped or have crashed. ${howToStart(socket)}`;
    case 'EACCES':
    case 'EPERM':
      return (
        'permission denied. Join the group that may use it (usually `sudo usermod -aG libvirt $USER`, then log in again), ' +
        'allow it through polkit (org.libvirt.unix.manage), or connect read-only.'
      );
    case 'EAGAIN':
      return 'the daemon has too many connections waiting. Try again in a moment.';
    default:
      return `${error.message}.`;
  }
}

function howToStart({ daemon, isUserDaemon }: SocketChoice): string {
  if (isUserDaemon) {
    return `Start it with \`${daemon} --daemon\`; if that command is missing, install libvirt (Debian: libvirt-daemon, Fedora: libvirt-daemon-kvm).`;
  }
  const unit = daemon === 'libvirtd' ? 'libvirtd' : `${daemon}.socket`;
  return (
    `Start it with \`sudo systemctl start ${unit}\`; if there is no such service, install libvirt ` +
    '(Debian and Ubuntu: libvirt-daemon-system, Fedora: libvirt-daemon-kvm, Arch: libvirt).'
  );
}
