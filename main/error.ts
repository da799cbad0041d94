/** HostError: a failure the host itself found, ready to be shown. Failures of the driver core stay VirError. */
import type { ErrorCode, Remedy } from './contract/index.ts';

export interface HostErrorOptions {
  /** What to try next, one sentence. */
  hint?: string;
  remedy?: Remedy;
  cause?: unknown;
}

export class HostError extends Error {
  override readonly name = 'HostError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly remedy: Remedy | undefined;

  /** `message` says what was asked, what happened and, where known, what to do. */
  constructor(code: ErrorCode, message: string, options: HostErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.remedy = options.remedy;
  }
}

/** The error of a call that its caller gave up. */
export function cancelled(what: string): HostError {
  return new HostError('cancelled', `${what} was cancelled.`);
}
