/** Why a connection could not be opened, in the user's terms: nobody asked for a procedure, they asked for a host. */
import { VirError, VirErrorNumber } from '../../drivers/error.ts';
import { HostError } from '../error.ts';

/** The error to show for a failed opening of `uri`; one that says enough by itself stays as it is. */
export function explainOpen(error: unknown, uri: string): unknown {
  if (!(error instanceof VirError)) return error;
  if (error.code === VirErrorNumber.VIR_ERR_OPERATION_TIMEOUT) {
    return new HostError('timeout', `Connecting to ${uri}: something listens there, but it does not answer.`, {
      hint: 'Check the address, and whether the host’s libvirt service is well; restarting it often helps (sudo systemctl restart libvirtd).',
      cause: error,
    });
  }
  if (error.code === VirErrorNumber.VIR_ERR_RPC) {
    // Which request of the handshake was under way says nothing to a person; what broke it does.
    const { message } = error.maybeDone && error.cause instanceof VirError ? error.cause : error;
    return new HostError('protocol', `Connecting to ${uri}: ${message}`, {
      hint: 'Check that the address leads to a libvirt service.',
      cause: error,
    });
  }
  return error;
}
