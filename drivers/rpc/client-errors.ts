/** The errors that arise in the client itself: no connection, no answer, an answer that cannot be read. */
import { VirError, VirErrorDomain, VirErrorNumber, virError } from '../error.ts';
import type { Procedure } from './procedure.ts';

/** A server that is older than the procedure says so as an RPC failure; to the caller it is an unsupported function. */
export function interpret(error: VirError, { name }: Procedure): VirError {
  const isUnknown = error.code === VirErrorNumber.VIR_ERR_RPC && error.message.startsWith('unknown procedure');
  if (!isUnknown) return error;
  const message = `The server is too old for ${name}, it does not know this procedure.`;
  return virError('VIR_ERR_NO_SUPPORT', 'VIR_FROM_REMOTE', message, error);
}

/** The connection cannot go on. */
export function lost(message: string, cause?: unknown): VirError {
  return linkError('VIR_ERR_RPC', message, cause, false);
}

/** A call that was under way when the connection ended: nobody knows whether it was done. */
export function unanswered(name: string, cause: VirError): VirError {
  return linkError('VIR_ERR_RPC', `${cause.message} It was not answered whether ${name} was done.`, cause, true);
}

/** A call on a connection that has ended: it was not done. */
export function notConnected(name: string, cause: VirError): VirError {
  return linkError('VIR_ERR_INVALID_CONN', `${name} was not sent. ${cause.message}`, cause, false);
}

function linkError(
  code: 'VIR_ERR_RPC' | 'VIR_ERR_INVALID_CONN',
  message: string,
  cause: unknown,
  maybeDone: boolean,
): VirError {
  const domain = VirErrorDomain.VIR_FROM_RPC;
  return new VirError({ code: VirErrorNumber[code], domain, message, cause, maybeDone, linkLost: true });
}

/** An answer that is not what the protocol table says. */
export function undecodable(name: string, cause: unknown): VirError {
  const detail = cause instanceof Error ? cause.message : String(cause);
  return new VirError({
    code: VirErrorNumber.VIR_ERR_RPC,
    domain: VirErrorDomain.VIR_FROM_RPC,
    message: `The answer of ${name} cannot be read. ${detail}`,
    cause,
    maybeDone: true,
  });
}
