/** Bounds one step of opening by the caller's signal and time. */
import type { CallOptions } from '../../driver.ts';
import { aborted, timedOut } from '../../rpc/wait-for.ts';

/** For each step of opening, where the caller names no other. */
export const OPEN_TIMEOUT_MS = 15_000;

/**
 * Runs `action` with a signal that aborts with the caller's or after its time. Rejects with
 * VIR_ERR_OPERATION_ABORTED, VIR_ERR_OPERATION_TIMEOUT, or what `explain` makes of the failure.
 */
export async function bounded<T>(
  what: string,
  { signal, timeoutMs = OPEN_TIMEOUT_MS }: CallOptions,
  action: (signal: AbortSignal) => Promise<T>,
  explain: (error: Error) => Error,
): Promise<T> {
  const checkSignal = (): void => {
    if (signal?.aborted === true) throw aborted(what, signal, false);
  };
  checkSignal();
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await action(signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
  } catch (error) {
    checkSignal();
    if (deadline.aborted) throw timedOut(what, timeoutMs, false);
    throw explain(error as Error);
  }
}
