/** Which GnuTLS priorities are understood, and that others are refused. */
import { describe, expect, it } from 'vitest';
import { parseTlsPriority } from './tls-priority.ts';

describe('parseTlsPriority', () => {
  it.each([
    ['NORMAL', 'TLSv1.2', 'TLSv1.3'],
    ['@LIBVIRT,SYSTEM', 'TLSv1.2', 'TLSv1.3'],
    ['NORMAL:-VERS-TLS1.0:-VERS-TLS1.1', 'TLSv1.2', 'TLSv1.3'],
    ['NORMAL:-VERS-ALL:+VERS-TLS1.3', 'TLSv1.3', 'TLSv1.3'],
    ['NORMAL:!VERS-TLS1.3', 'TLSv1.2', 'TLSv1.2'],
    ['SYSTEM:-VERS-TLS-ALL:+VERS-TLS-ALL', 'TLSv1.2', 'TLSv1.3'],
  ])('%s allows %s to %s', (text, minVersion, maxVersion) => {
    expect(parseTlsPriority(text)).toEqual({ minVersion, maxVersion });
  });

  it.each(['PERFORMANCE', 'NORMAL:+ANON-ECDH', 'NORMAL:-CIPHER-ALL', 'NORMAL:+VERS-TLS1.0', 'NORMAL:-VERS-ALL', ':'])(
    'refuses %s with what it supports',
    (text) => {
      expect(() => parseTlsPriority(text)).toThrow(/cannot be honoured here .* Supported are NORMAL/);
    },
  );
});
