/**
 * A host that refuses this user may still let the user look. On this machine that is tried before it is offered; behind
 * a log-in it is offered untried, because trying would log in, and perhaps ask, once more.
 */
import { connect } from '../../drivers/connect.ts';
import { VirError, VirErrorDomain, VirErrorNumber } from '../../drivers/error.ts';
import { type ConnectionUri, parseUri } from '../../drivers/uri.ts';
import { HostError } from '../error.ts';
import { toContractError } from '../ipc/contract-error.ts';
import { isLocalUri, isSshUri } from './check-uri.ts';

const tryMs = 3000;
const refusals = new Set(['permission-denied', 'authentication-failed']);

/** The failure to open `uri`, with the offer to connect read-only where that works, or may. */
export async function withReadOnlyRemedy(error: unknown, uri: string, signal: AbortSignal): Promise<unknown> {
  const { code, message, hint } = toContractError(error);
  if (!refusals.has(code)) return error;
  const parsed = parseUri(uri);
  const isHere = isLocalUri(parsed);
  if (!(isHere ? await letsLook(uri, signal) : mayLetLook(parsed, error))) return error;
  const advice = isHere
    ? (hint ?? 'This user may look at the host, but change nothing: connect read-only, or get the permission.')
    : 'Most hosts let every user look, without changing anything.';
  return new HostError(code, message, { hint: advice, remedy: 'connect-readonly', cause: error });
}

async function letsLook(uri: string, signal: AbortSignal): Promise<boolean> {
  try {
    const connection = await connect(uri, { readonly: true, signal, timeoutMs: tryMs });
    await connection.close();
    return true;
  } catch {
    return false;
  }
}

/** SSH let the user in and libvirt's socket for those who change something did not: the one for those who look is another. */
function mayLetLook(uri: ConnectionUri, error: unknown): boolean {
  const cause = error instanceof HostError ? error.cause : error;
  if (!(cause instanceof VirError) || !isSshUri(uri) || uri.path === '/session') return false;
  return cause.domain !== VirErrorDomain.VIR_FROM_SSH || cause.code === VirErrorNumber.VIR_ERR_ACCESS_DENIED;
}
