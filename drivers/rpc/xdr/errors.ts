/** The errors of the codec: bytes that do not parse, and values that the protocol cannot carry. */
import { virError, type VirError } from '../../error.ts';

/** What came over the wire is not what the protocol table says. */
export function malformed(what: string): VirError {
  return virError('VIR_ERR_RPC', 'VIR_FROM_RPC', `Malformed message: ${what}.`);
}

/** What the caller passed does not fit into the protocol. */
export function unencodable(what: string): VirError {
  return virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_RPC', `The value cannot be sent: ${what}.`);
}
