/** Bounds a wait by the caller's signal and deadline. */
import type { CallOptions } from '../driver.ts';
import { VirError, VirErrorDomain, VirErrorNumber } from '../error.ts';

/** The error of a wait that its caller gave up; the signal's reason is its cause. */
export function aborted(what: string, signal: AbortSignal, maybeDone: boolean): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_OPERATION_ABORTED,
    domain: VirErrorDomain.VIR_FROM_RPC,
    message: `Cancelled: ${what}.`,
    cause: signal.reason,
    maybeDone,
  });
}

/** The error of a wait that took too long. */
export function timedOut(what: string, timeoutMs: number, maybeDone: boolean): VirError {
  return new VirError({
    code: VirErrorNumber.VIR_ERR_OPERATION_TIMEOUT,
    domain: VirErrorDomain.VIR_FROM_RPC,
    message: `No answer within ${timeoutMs / 1000} s: ${what}. The host may be busy, or the request may wait for another one.`,
    maybeDone,
  });
}

/** `promise`, unless the signal or the deadline comes first; what it settles to later is then ignored. */
export async function waitFor<T>(promise: Promise<T>, what: string, options: CallOptions = {}): Promise<T> {
  const { signal, timeoutMs } = options;
  if (signal === undefined && timeoutMs === undefined) return promise;
  const { promise: gaveUp, reject } = Promise.withResolvers<never>();
  const onAbort = (): void => reject(aborted(what, signal!, false));
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => reject(timedOut(what, timeoutMs, false)), timeoutMs);
  if (signal?.aborted === true) onAbort();
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([promise, gaveUp]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
  }
}
