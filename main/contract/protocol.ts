/**
 * The control plane's messages: what crosses the MessagePort (desktop) or the WebSocket (browser mode).
 * Plain JSON values only: no bigint, no undefined in arrays, no class instance.
 *
 *   renderer                                   host
 *   call{id}          ------------------->     result{id} | error{id}
 *   cancel{id}        ------------------->     (the call then ends with code 'cancelled')
 *   listen{id}        ------------------->     event{id}*  ... until unlisten{id}, or end{id}
 *
 * Ids are chosen by the renderer and never reused on one link.
 */
export type ToHost =
  | { type: 'call'; id: number; service: string; method: string; args: readonly unknown[] }
  | { type: 'cancel'; id: number }
  | { type: 'listen'; id: number; service: string; event: string; args: readonly unknown[] }
  | { type: 'unlisten'; id: number };

export type ToRenderer =
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: ContractError }
  | { type: 'event'; id: number; payload: unknown }
  | { type: 'end'; id: number; error?: ContractError };

/**
 * Why a request failed. `code` is stable and is what the renderer matches; `message` says what was asked, what happened
 * and what to do, in that order, and is shown as it is.
 */
export interface ContractError {
  code: ErrorCode;
  message: string;
  /** What to try next, one sentence, when something is known. */
  hint?: string;
  /**
   * Of a request without an answer (`connection-lost`, `timeout`, `cancelled`): true where it was on its way, so that
   * the host may have done it and its state has to be looked at; false where it was never sent or changes nothing.
   */
  mayHaveActed?: boolean;
  /** What would work instead, found out by trying it: offered as a button. */
  remedy?: Remedy;
  /** libvirt's own error, for the Details view. */
  libvirt?: { code: number; domain: number; name: string; message: string };
}

/** `connect-readonly`: this user may look at the host, but change nothing. */
export type Remedy = 'connect-readonly';

export type ErrorCode =
  | 'cancelled'
  | 'invalid-argument'
  | 'not-found'
  | 'not-connected'
  | 'connection-lost'
  | 'permission-denied'
  | 'authentication-failed'
  | 'unsupported'
  | 'operation-refused'
  | 'timeout'
  | 'too-large'
  | 'protocol'
  | 'io'
  | 'internal';
