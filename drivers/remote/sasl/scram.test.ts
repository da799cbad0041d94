/** SCRAM against the vectors of RFC 5802 and RFC 7677, any passwords, and servers that do not know the password. */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Scram, type ScramHash } from './scram.ts';

const identity = { user: 'user', password: 'pencil' };

/** The server's half, written from the RFC on its own. */
function serve(
  hash: ScramHash,
  password: string,
  first: string,
  iterations = 4096,
): {
  first: string;
  final(clientFinal: string): string | null;
} {
  const salt = Buffer.from('0123456789abcdef');
  const bare = first.slice('n,,'.length);
  const nonce = `${/r=(.*)$/.exec(bare)![1]!}server`;
  const serverFirst = `r=${nonce},s=${salt.toString('base64')},i=${iterations}`;
  const hmac = (key: Buffer, text: string): Buffer => createHmac(hash, key).update(text).digest();
  const salted = pbkdf2Sync(password, salt, iterations, hash === 'sha1' ? 20 : 32, hash);
  return {
    first: serverFirst,
    final: (clientFinal) => {
      const [withoutProof, proof] = clientFinal.split(',p=') as [string, string];
      const message = `${bare},${serverFirst},${withoutProof}`;
      const storedKey = createHash(hash).update(hmac(salted, 'Client Key')).digest();
      const signature = hmac(storedKey, message);
      const key = Buffer.from(proof, 'base64').map((byte, at) => byte ^ signature[at]!);
      if (!createHash(hash).update(key).digest().equals(storedKey)) return null;
      return `v=${hmac(hmac(salted, 'Server Key'), message).toString('base64')}`;
    },
  };
}

describe('SCRAM', () => {
  it('speaks as in RFC 5802', async () => {
    const scram = new Scram('sha1', identity, 'fyko+d2lbbFgONRv9qkxdawL');
    expect(scram.start().toString()).toBe('n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL');
    const first = 'r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096';
    expect((await scram.step(Buffer.from(first)))?.toString()).toBe(
      'c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=',
    );
    expect(scram.isComplete).toBe(false);
    expect(await scram.step(Buffer.from('v=rmF9pqV8S7suAoZWja4dJRkFsKQ='))).toBeNull();
    expect(scram.isComplete).toBe(true);
  });

  it('speaks as in RFC 7677', async () => {
    const scram = new Scram('sha256', identity, 'rOprNGfwEbeRWgbNEkqO');
    expect(scram.start().toString()).toBe('n,,n=user,r=rOprNGfwEbeRWgbNEkqO');
    const first = 'r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096';
    expect((await scram.step(Buffer.from(first)))?.toString()).toBe(
      'c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=',
    );
    expect(await scram.step(Buffer.from('v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4='))).toBeNull();
    expect(scram.isComplete).toBe(true);
  });

  it('proves any password of any user to a server that knows it, and to no other', async () => {
    const text = fc.string({ unit: fc.constantFrom(...'aZ0=,;\\" $€日é') });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom<ScramHash>('sha1', 'sha256'), text, text, async (hash, user, password) => {
        const scram = new Scram(hash, { user, password });
        const server = serve(hash, password.normalize('NFKC'), scram.start().toString(), 5);
        const final = server.final((await scram.step(Buffer.from(server.first)))!.toString());
        expect(final).not.toBeNull();
        await scram.step(Buffer.from(final!));
        expect(scram.isComplete).toBe(true);
        const wrong = new Scram(hash, { user, password: `${password}x` });
        const knowing = serve(hash, password.normalize('NFKC'), wrong.start().toString(), 5);
        expect(knowing.final((await wrong.step(Buffer.from(knowing.first)))!.toString())).toBeNull();
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ['a nonce that is not ours', 'r=other123,s=QSXCR+Q6sek8bf92,i=4096', 'did not repeat the random number'],
    ['only our nonce', 'r=mine,s=QSXCR+Q6sek8bf92,i=4096', 'did not repeat the random number'],
    ['endless work', 'r=mine1,s=QSXCR+Q6sek8bf92,i=999999999', 'asks for 999999999 rounds'],
    ['no work', 'r=mine1,s=QSXCR+Q6sek8bf92,i=0', 'asks for 0 rounds'],
    ['an error', 'e=other-error', 'it answered other-error'],
    ['rubbish', 'hello', 'no SCRAM'],
  ])('trusts no server that sends %s', async (_, first, reason) => {
    await expect(new Scram('sha256', identity, 'mine').step(Buffer.from(first))).rejects.toThrow(reason);
  });

  it('trusts no server that does not know the password', async () => {
    const scram = new Scram('sha256', identity);
    const server = serve('sha256', 'another', scram.start().toString());
    await scram.step(Buffer.from(server.first));
    await expect(scram.step(Buffer.from(`v=${Buffer.alloc(32).toString('base64')}`))).rejects.toThrow(
      'signature is wrong',
    );
    expect(scram.isComplete).toBe(false);
  });
});
