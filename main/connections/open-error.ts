/** Why a connection could not be opened, in the user's terms: nobody asked for a procedure, they asked for a host. */
import { VirError, VirErrorDomain, VirErrorNumber } from '../../drivers/error.ts';
import { HostKeyChangedError } from '../../drivers/remote/ssh/changed-key.ts';
import type { ChangedHostKey } from '../contract/index.ts';
import { HostError } from '../error.ts';

/** The error to show for a failed opening of `uri`; one that says enough by itself stays as it is. */
export function explainOpen(failure: unknown, uri: string): unknown {
  if (!(failure instanceof VirError)) return failure;
  // Half of a handshake leaves nothing behind.
  const error = failure.withoutEffect();
  if (error.code === VirErrorNumber.VIR_ERR_OPERATION_TIMEOUT) {
    return new HostError('timeout', `Connecting to ${uri}: something listens there, but it does not answer.`, {
      hint: 'Check the address, and whether the host’s libvirt service is well; restarting it often helps (sudo systemctl restart libvirtd).',
      cause: error,
    });
  }
  if (error.code === VirErrorNumber.VIR_ERR_RPC) {
    // Which request of the handshake was under way says nothing to a person; what broke it does.
    const { message } = error.linkLost && error.cause instanceof VirError ? error.cause : error;
    return new HostError('protocol', `Connecting to ${uri}: ${message}`, {
      hint: 'Check that the address leads to a libvirt service.',
      cause: error,
    });
  }
  // Whose key or password it was the driver's message says; libvirt's advice about groups of users does not fit.
  if (error.domain === VirErrorDomain.VIR_FROM_SSH && error.code === VirErrorNumber.VIR_ERR_AUTH_FAILED) {
    return new HostError('authentication-failed', error.message, { hint: sshHint(error), cause: error });
  }
  return error;
}

function sshHint({ str1 }: VirError): string {
  return str1 === 'refused'
    ? 'Log in with `ssh` in a terminal to see what the host says, or correct the address of the connection.'
    : 'Nothing was sent to the host.';
}

/** What a refused host showed, where the error is about that. */
export function changedKeyOf(error: unknown): ChangedHostKey | undefined {
  const cause = error instanceof HostError ? error.cause : error;
  return cause instanceof HostKeyChangedError ? cause.facts : undefined;
}
