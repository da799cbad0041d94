/** SCRAM (RFC 5802, RFC 7677) without channel binding: the password stays here, and the server proves that it knows it. */
import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { distrust, type SaslIdentity, type SaslMechanism } from './mechanism.ts';

const derive = promisify(pbkdf2);
/** A server may ask for work, but not for hours of it. */
const MAX_ITERATIONS = 2_000_000;
const GS2_HEADER = 'n,,';

export type ScramHash = 'sha1' | 'sha256';

export class Scram implements SaslMechanism {
  readonly #hash: ScramHash;
  readonly #password: string;
  readonly #nonce: string;
  readonly #firstBare: string;
  #serverSignature: Buffer | null = null;
  isComplete = false;

  /** `nonce` is given by tests only. */
  constructor(hash: ScramHash, { user, password }: SaslIdentity, nonce = randomBytes(18).toString('base64')) {
    this.#hash = hash;
    this.#password = saslPrep(password);
    this.#nonce = nonce;
    this.#firstBare = `n=${saslPrep(user).replaceAll('=', '=3D').replaceAll(',', '=2C')},r=${nonce}`;
  }

  start(): Buffer {
    return Buffer.from(GS2_HEADER + this.#firstBare);
  }

  async step(challenge: Buffer): Promise<Buffer | null> {
    const text = challenge.toString();
    if (this.#serverSignature === null) return this.#prove(text);
    this.#verify(text, this.#serverSignature);
    return null;
  }

  async #prove(serverFirst: string): Promise<Buffer> {
    const [, nonce = '', salt = '', count = ''] =
      /^r=([!-+\--~]+),s=([A-Za-z0-9+/=]+),i=(\d{1,9})/.exec(serverFirst) ?? [];
    if (nonce === '') throw distrust(errorOf(serverFirst) ?? 'its first answer is no SCRAM');
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce) throw distrust('it did not repeat the random number');
    const iterations = Number(count);
    if (iterations < 1 || iterations > MAX_ITERATIONS) throw distrust(`it asks for ${count} rounds of hashing`);
    const length = this.#hash === 'sha1' ? 20 : 32;
    const salted = await derive(this.#password, Buffer.from(salt, 'base64'), iterations, length, this.#hash);
    const withoutProof = `c=${Buffer.from(GS2_HEADER).toString('base64')},r=${nonce}`;
    const message = `${this.#firstBare},${serverFirst},${withoutProof}`;
    const clientKey = this.#hmac(salted, 'Client Key');
    const signature = this.#hmac(createHash(this.#hash).update(clientKey).digest(), message);
    const proof = clientKey.map((byte, at) => byte ^ signature[at]!);
    this.#serverSignature = this.#hmac(this.#hmac(salted, 'Server Key'), message);
    return Buffer.from(`${withoutProof},p=${Buffer.from(proof).toString('base64')}`);
  }

  #verify(serverFinal: string, expected: Buffer): void {
    const [, value] = /^v=([A-Za-z0-9+/=]+)/.exec(serverFinal) ?? [];
    if (value === undefined) throw distrust(errorOf(serverFinal) ?? 'its last answer is no SCRAM');
    const signature = Buffer.from(value, 'base64');
    const isRight = signature.length === expected.length && timingSafeEqual(signature, expected);
    if (!isRight) throw distrust('its signature is wrong');
    this.isComplete = true;
  }

  #hmac(key: Buffer, text: string): Buffer {
    return createHmac(this.#hash, key).update(text).digest();
  }
}

function errorOf(text: string): string | null {
  const [, error] = /^e=([A-Za-z0-9-]{1,60})/.exec(text) ?? [];
  return error === undefined ? null : `it answered ${error}`;
}

/** The part of SASLprep (RFC 4013) that changes what people type: spaces, invisible characters, compositions. */
function saslPrep(text: string): string {
  return text
    .replace(/[\u00A0\u1680\u2000-\u200A\u202F\u205F\u3000]/gu, ' ')
    .replace(/\u00AD|\u1806|[\u200B-\u200D]|\u2060|[\uFE00-\uFE0F]|\uFEFF/gu, '')
    .normalize('NFKC');
}
