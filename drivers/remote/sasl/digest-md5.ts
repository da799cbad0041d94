/** DIGEST-MD5 (RFC 2831) without a security layer: broken by today's measures, for servers that have nothing else. */
import { createHash, randomBytes } from 'node:crypto';
import { distrust, type SaslIdentity, type SaslMechanism } from './mechanism.ts';

const NONCE_COUNT = '00000001';

export class DigestMd5 implements SaslMechanism {
  readonly #identity: SaslIdentity;
  readonly #uri: string;
  readonly #cnonce: string;
  #expected: string | null = null;
  isComplete = false;

  /** `service`: `imap/elwood.innosoft.com`. `cnonce` is given by tests only. */
  constructor(identity: SaslIdentity, service: string, cnonce = randomBytes(18).toString('base64')) {
    this.#identity = identity;
    this.#uri = service;
    this.#cnonce = cnonce;
  }

  start(): null {
    return null;
  }

  step(challenge: Buffer): Buffer | null {
    const fields = parseFields(challenge.toString());
    if (this.#expected === null) return this.#respond(fields);
    if (fields.get('rspauth') !== this.#expected) throw distrust('its response is wrong');
    this.isComplete = true;
    return null;
  }

  #respond(fields: Map<string, string>): Buffer {
    const nonce = fields.get('nonce');
    if (nonce === undefined || fields.get('algorithm') !== 'md5-sess') throw distrust('its challenge is no DIGEST-MD5');
    const offered = (fields.get('qop') ?? 'auth').split(',').map((word) => word.trim());
    if (!offered.includes('auth')) throw distrust('it insists on the encryption of DIGEST-MD5, which is broken');
    const realm = fields.get('realm') ?? '';
    this.#expected = this.#digest('', realm, nonce);
    const { user } = this.#identity;
    const response = this.#digest('AUTHENTICATE', realm, nonce);
    return Buffer.from(
      `charset=utf-8,username=${quoted(user)},realm=${quoted(realm)},nonce=${quoted(nonce)},nc=${NONCE_COUNT},` +
        `cnonce=${quoted(this.#cnonce)},digest-uri=${quoted(this.#uri)},response=${response},qop=auth`,
    );
  }

  #digest(method: string, realm: string, nonce: string): string {
    const { user, password } = this.#identity;
    const secret = md5(`${latin1IfPossible(user)}:${latin1IfPossible(realm)}:${latin1IfPossible(password)}`, 'latin1');
    const session = Buffer.concat([secret, Buffer.from(`:${nonce}:${this.#cnonce}`)]);
    const a1 = md5(session).toString('hex');
    const a2 = md5(`${method}:${this.#uri}`).toString('hex');
    return md5(`${a1}:${nonce}:${NONCE_COUNT}:${this.#cnonce}:auth:${a2}`).toString('hex');
  }
}

function md5(data: string | Buffer, encoding: 'utf8' | 'latin1' = 'utf8'): Buffer {
  return createHash('md5')
    .update(typeof data === 'string' ? Buffer.from(data, encoding) : data)
    .digest();
}

/** RFC 2831's rule for what is hashed, as one char per byte: texts of ISO 8859-1 in it, others in UTF-8. */
function latin1IfPossible(text: string): string {
  return /[^\p{ASCII}\u0080-\u00FF]/u.test(text) ? Buffer.from(text).toString('latin1') : text;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, String.raw`\$&`)}"`;
}

function parseFields(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [, name = '', quoted, plain] of text.matchAll(/([a-z-]+)=(?:"((?:[^"\\]|\\.)*)"|([^",]*))/g)) {
    if (!fields.has(name)) fields.set(name, quoted?.replace(/\\(.)/g, '$1') ?? plain ?? '');
  }
  return fields;
}
