/** One authenticated SSH connection and its channels. Two implementations: the system's OpenSSH, and a library. */
import type { Duplex } from 'node:stream';
import type { CallOptions } from '../../driver.ts';
import { VirError, VirErrorDomain, VirErrorNumber } from '../../error.ts';
import type { Event } from '../../event.ts';
import type { ProcessEnd } from '../process-stream.ts';
import { describeTarget, type SshTarget } from './target.ts';

/** Makes an error of how a command ended, null where it ended well. */
export type ExplainEnd = (end: ProcessEnd) => Error | null;

export interface SshLogin {
  /** `root@kvm1:2222`, for messages. */
  readonly peer: string;
  /** Set once the connection is over, unless it was closed here. */
  readonly failure: VirError | null;
  /** Told once, with why. */
  readonly onDidEnd: Event<VirError>;
  /**
   * Runs a command on the far side; its standard input and output are the stream. The stream ends with the error that
   * `explain` makes of the command's end.
   */
  openCommand(argv: readonly string[], explain: ExplainEnd): Promise<Duplex>;
  /** A connection from the far side to a port that it can reach. */
  openTcp(host: string, port: number, options?: CallOptions): Promise<Duplex>;
  /** A connection to a socket file of the far side. */
  openUnix(path: string, options?: CallOptions): Promise<Duplex>;
  /** Ends the connection with all its channels. */
  close(): Promise<void>;
}

/** What went wrong with a log-in, for programs: `str1` of the error. */
export type SshVerdict =
  | 'unreachable'
  | 'host-key-unknown'
  | 'host-key-changed'
  | 'refused'
  | 'cancelled'
  | 'no-ssh'
  | 'lost'
  | 'failed';

const codes: Record<SshVerdict, number> = {
  unreachable: VirErrorNumber.VIR_ERR_SYSTEM_ERROR,
  // Not to be tried again by itself.
  'host-key-unknown': VirErrorNumber.VIR_ERR_AUTH_FAILED,
  'host-key-changed': VirErrorNumber.VIR_ERR_AUTH_FAILED,
  refused: VirErrorNumber.VIR_ERR_AUTH_FAILED,
  cancelled: VirErrorNumber.VIR_ERR_AUTH_CANCELLED,
  'no-ssh': VirErrorNumber.VIR_ERR_NO_SUPPORT,
  lost: VirErrorNumber.VIR_ERR_SYSTEM_ERROR,
  failed: VirErrorNumber.VIR_ERR_SSH,
};

/** An error of the log-in. */
export function sshError(verdict: SshVerdict, message: string, cause?: unknown): VirError {
  return new VirError({ code: codes[verdict], domain: VirErrorDomain.VIR_FROM_SSH, message, str1: verdict, cause });
}

/** The host hung up on a person who was asked something. */
export function impatientHost(target: SshTarget, cause?: unknown): VirError {
  const message =
    `${describeTarget(target)} ended the log-in without waiting for the answer, as SSH servers do after a minute or two, ` +
    'or after too many wrong ones. Connect again, and have the answer at hand.';
  return sshError('failed', message, cause);
}

/** The person gave up. */
export function cancelledLogin(target: SshTarget): VirError {
  return sshError('cancelled', `The log-in at ${describeTarget(target)} was cancelled.`);
}
