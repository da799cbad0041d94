/** What the SASL mechanisms have in common. */
import { virError, type VirError } from '../../error.ts';

/** Who logs in. */
export interface SaslIdentity {
  user: string;
  password: string;
}

/** One authentication, client side. */
export interface SaslMechanism {
  /** What goes with the choice of the mechanism; null: the server speaks first. */
  start(): Buffer | null;
  /** Answers a challenge; null: nothing left to say. Throws VIR_ERR_AUTH_FAILED for a server that is not to be trusted. */
  step(challenge: Buffer): Promise<Buffer | null> | Buffer | null;
  /** The client's side is satisfied. Success that the server claims before that is none. */
  readonly isComplete: boolean;
}

/** The server's part of the exchange is not as it must be. */
export function distrust(reason: string): VirError {
  return virError(
    'VIR_ERR_AUTH_FAILED',
    'VIR_FROM_AUTH',
    `The server did not authenticate itself: ${reason}. Either it is broken or it is not the server that knows your password.`,
  );
}
