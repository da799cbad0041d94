/** The mechanisms without cryptography: PLAIN (RFC 4616), which shows the password to the server, and ANONYMOUS. */
import type { SaslIdentity, SaslMechanism } from './mechanism.ts';

/** Only for links that nobody can listen to. */
export class Plain implements SaslMechanism {
  readonly isComplete = true;
  readonly #identity: SaslIdentity;

  constructor(identity: SaslIdentity) {
    this.#identity = identity;
  }

  start(): Buffer {
    return Buffer.from(`\0${this.#identity.user}\0${this.#identity.password}`);
  }

  step(): null {
    return null;
  }
}

export class Anonymous implements SaslMechanism {
  readonly isComplete = true;

  start(): Buffer {
    return Buffer.from('anonymous');
  }

  step(): null {
    return null;
  }
}
