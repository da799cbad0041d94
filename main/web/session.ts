/**
 * Who may use browser mode: whoever holds the one-time token of the printed link, and from then on the cookie that it was
 * exchanged for.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** How long a link that nobody used stays good. */
export const tokenMs = 12 * 60 * 60 * 1000;
/** More windows than this hold no session at a time; the oldest gives way. */
const maximumSessions = 32;

export class Sessions {
  #token: { digest: Buffer; untilMs: number } | null = null;
  readonly #cookies: Buffer[] = [];

  /** A new one-time token; the one before is void. */
  issueToken(): string {
    const token = randomBytes(32).toString('base64url');
    this.#token = { digest: digestOf(token), untilMs: Date.now() + tokenMs };
    return token;
  }

  /** Exchanges a token for a session's cookie value; null when it is wrong, used or too old. */
  redeem(token: string): string | null {
    const expected = this.#token;
    if (!expected || Date.now() > expected.untilMs || !timingSafeEqual(expected.digest, digestOf(token))) return null;
    this.#token = null;
    const cookie = randomBytes(32).toString('base64url');
    this.#cookies.push(digestOf(cookie));
    if (this.#cookies.length > maximumSessions) this.#cookies.shift();
    return cookie;
  }

  holds(cookie: string): boolean {
    const digest = digestOf(cookie);
    return this.#cookies.some((known) => timingSafeEqual(known, digest));
  }
}

/** Equal lengths for the comparison, and nothing kept that could be read out of a dump. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

/** The value of a cookie in a Cookie header; null where it is absent. */
export function cookieOf(header: string | undefined, name: string): string | null {
  for (const part of (header ?? '').slice(0, 16_384).split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return null;
}
