/**
 * Files of this machine that the user chose in a dialog of the system: the page gets a token for each, and with it the
 * host opens that file and no other.
 */
import { randomBytes } from 'node:crypto';
import { HostError } from '../error.ts';

/** How long a choice stays good. */
export const grantMs = 60 * 60 * 1000;
/** More choices than this nobody leaves open; the oldest gives way. */
const maximumGrants = 64;

type Use = 'read' | 'write';

export class FileGrants {
  readonly #grants = new Map<string, { path: string; use: Use; untilMs: number }>();

  /** A token for one use of the file. */
  grant(path: string, use: Use): string {
    const token = randomBytes(16).toString('base64url');
    this.#grants.set(token, { path, use, untilMs: Date.now() + grantMs });
    const [oldest] = this.#grants.keys();
    if (this.#grants.size > maximumGrants && oldest !== undefined) this.#grants.delete(oldest);
    return token;
  }

  /** The path behind a token, which is used up; throws `not-found` for one that is unknown, used or too old. */
  take(token: string, use: Use): string {
    const grant = this.#grants.get(token);
    this.#grants.delete(token);
    if (grant === undefined || grant.use !== use || Date.now() > grant.untilMs) {
      throw new HostError('not-found', 'The choice of the file is not valid any more. Choose it again.');
    }
    return grant.path;
  }
}
