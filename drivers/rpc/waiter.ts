/** A call whose reply has not come, and how its caller can give it up. */
import type { VirError } from '../error.ts';
import type { Procedure } from './procedure.ts';
import type { RpcStream } from './stream.ts';
import { aborted, timedOut } from './wait-for.ts';

export interface Waiter {
  procedure: Procedure;
  resolve(value: unknown): void;
  reject(error: VirError): void;
  /** Of a call that opens one: what is received for it before the reply waits in it. */
  stream: RpcStream | null;
  onReply: ((ret: never) => void) | undefined;
  /** The server works on it no more: it answered, or is gone. */
  onDone: (() => void) | null;
  /** Its caller has gone: the reply is only taken off the wire. */
  isAbandoned: boolean;
  /** Takes signal and timer away. */
  release(): void;
}

export const nothingToRelease = (): void => {};

/** Lets a call be given up by its signal or its deadline. */
export function bound(waiter: Waiter, signal: AbortSignal | undefined, timeoutMs: number | undefined): void {
  const giveUp = (error: VirError): void => {
    waiter.isAbandoned = true;
    waiter.release();
    waiter.reject(error);
  };
  const { name } = waiter.procedure;
  const onAbort = (): void => giveUp(aborted(name, signal!, true));
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => giveUp(timedOut(name, timeoutMs, true)), timeoutMs);
  signal?.addEventListener('abort', onAbort, { once: true });
  waiter.release = () => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', onAbort);
    waiter.release = nothingToRelease;
  };
}
