/** A host of this machine that refuses this user may still let the user look: that is tried before it is offered. */
import { connect } from '../../drivers/connect.ts';
import { HostError } from '../error.ts';
import { toContractError } from '../ipc/contract-error.ts';
import { isLocalUri } from './check-uri.ts';
import { parseUri } from '../../drivers/uri.ts';

const tryMs = 3000;
const refusals = new Set(['permission-denied', 'authentication-failed']);

/** The failure to open `uri`, with the offer to connect read-only where that works. */
export async function withReadOnlyRemedy(error: unknown, uri: string, signal: AbortSignal): Promise<unknown> {
  const { code, message, hint } = toContractError(error);
  if (!refusals.has(code) || !isLocalUri(parseUri(uri)) || !(await letsLook(uri, signal))) return error;
  const advice = 'This user may look at the host, but change nothing: connect read-only, or get the permission.';
  return new HostError(code, message, { hint: hint ?? advice, remedy: 'connect-readonly', cause: error });
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
