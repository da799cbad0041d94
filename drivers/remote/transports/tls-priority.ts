/** The URI's `tls_priority` (GnuTLS's language), as far as it says something that Node's TLS can do. */
import type { SecureVersion } from 'node:tls';
import { virError } from '../../error.ts';

/** The versions of TLS that may be spoken. */
export interface TlsVersions {
  minVersion: SecureVersion;
  maxVersion: SecureVersion;
}

const known = ['TLSv1.2', 'TLSv1.3'] as const;
/** Sets of algorithms that Node's own choice fulfils. */
const bases = new Set(['NORMAL', 'SYSTEM', '@SYSTEM', '@LIBVIRT,SYSTEM', 'SECURE128']);

/** Understands a base (NORMAL, SYSTEM) and modifiers of versions; anything else is VIR_ERR_ARGUMENT_UNSUPPORTED. */
export function parseTlsPriority(text: string): TlsVersions {
  const versions = new Set<SecureVersion>(known);
  const [base = '', ...modifiers] = text.split(':');
  if (!bases.has(base)) throw unsupported(text, base);
  for (const modifier of modifiers) apply(versions, modifier, text);
  const allowed = known.filter((version) => versions.has(version));
  if (allowed.length === 0) throw unsupported(text, 'no version of TLS left, and TLS 1.0 and 1.1 are no longer safe');
  return { minVersion: allowed[0]!, maxVersion: allowed.at(-1)! };
}

function apply(versions: Set<SecureVersion>, modifier: string, text: string): void {
  const [, sign, name] = /^([-!+])VERS-(.+)$/.exec(modifier) ?? [];
  if (name === 'ALL' || name === 'TLS-ALL') return sign === '+' ? addAll(versions) : versions.clear();
  const version = known.find((candidate) => candidate === name?.replace(/^TLS/, 'TLSv'));
  if (version !== undefined) return void (sign === '+' ? versions.add(version) : versions.delete(version));
  // Those are off anyway.
  const isOldAndOff = sign !== '+' && /^(SSL3\.0|TLS1\.[01]|DTLS.*)$/.test(name ?? '');
  if (!isOldAndOff) throw unsupported(text, modifier);
}

function addAll(versions: Set<SecureVersion>): void {
  for (const version of known) versions.add(version);
}

function unsupported(text: string, part: string): Error {
  const message =
    `The URI asks for tls_priority=${text}, which cannot be honoured here (${part}). Supported are NORMAL or SYSTEM with ` +
    '-VERS-... and +VERS-..., for example NORMAL:-VERS-ALL:+VERS-TLS1.3. Leave it out to use the safe default.';
  return virError('VIR_ERR_ARGUMENT_UNSUPPORTED', 'VIR_FROM_REMOTE', message);
}
