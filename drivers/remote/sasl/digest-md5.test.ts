/** DIGEST-MD5 against the example of RFC 2831. */
import { describe, expect, it } from 'vitest';
import { DigestMd5 } from './digest-md5.ts';

const challenge = 'realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",qop="auth",algorithm=md5-sess,charset=utf-8';
const identity = { user: 'chris', password: 'secret' };

describe('DIGEST-MD5', () => {
  it('speaks as in RFC 2831', () => {
    const digest = new DigestMd5(identity, 'imap/elwood.innosoft.com', 'OA6MHXh6VqTrRk');
    expect(digest.start()).toBeNull();
    expect(digest.step(Buffer.from(challenge))?.toString()).toBe(
      'charset=utf-8,username="chris",realm="elwood.innosoft.com",nonce="OA6MG9tEQGm2hh",nc=00000001,' +
        'cnonce="OA6MHXh6VqTrRk",digest-uri="imap/elwood.innosoft.com",response=d388dad90d4bbd760a152321f2143af7,qop=auth',
    );
    expect(digest.step(Buffer.from('rspauth=ea40f60335c427b5527b84dbabcdfffd'))).toBeNull();
    expect(digest.isComplete).toBe(true);
  });

  it('trusts no server that does not know the password or wants broken encryption', () => {
    const digest = new DigestMd5(identity, 'libvirt/host');
    digest.step(Buffer.from(challenge));
    expect(() => digest.step(Buffer.from('rspauth=00000000000000000000000000000000'))).toThrow('response is wrong');
    const layered = challenge.replace('qop="auth"', 'qop="auth-conf"');
    expect(() => new DigestMd5(identity, 'libvirt/host').step(Buffer.from(layered))).toThrow(
      'insists on the encryption',
    );
    expect(() => new DigestMd5(identity, 'libvirt/host').step(Buffer.from('x'))).toThrow('is no DIGEST-MD5');
  });
});
