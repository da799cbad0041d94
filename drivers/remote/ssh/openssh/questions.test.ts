/** The questions of OpenSSH, in the words of its versions. */
import { describe, expect, it } from 'vitest';
import { understand } from './questions.ts';

describe('understand', () => {
  it('finds host, type and fingerprint of an unknown key', () => {
    const text =
      "The authenticity of host '[kvm1]:2222 ([10.0.0.1]:2222)' can't be established.\n" +
      'ED25519 key fingerprint is SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU.\n' +
      'This key is not known by any other names.\n' +
      'Are you sure you want to continue connecting (yes/no/[fingerprint])? ';
    expect(understand(text, '')).toEqual({
      kind: 'hostKey',
      text,
      host: '[kvm1]:2222 ([10.0.0.1]:2222)',
      keyType: 'ED25519',
      fingerprint: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU',
      isOtherKnown: false,
    });
    const address = text.replaceAll('kvm1', '10.0.0.1');
    expect(understand(address, '')).toMatchObject({ host: '[10.0.0.1]:2222' });
    const newer = text.replace('fingerprint is SHA', 'fingerprint is: SHA');
    expect(understand(newer, '')).toMatchObject({ fingerprint: 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU' });
  });

  it('tells where another key of the host is known', () => {
    const text =
      "The authenticity of host 'kvm1 (10.0.0.1)' can't be established\n" +
      'but keys of different type are already known for this host.\n' +
      'ECDSA key fingerprint is SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU.\n' +
      'Are you sure you want to continue connecting (yes/no/[fingerprint])? ';
    expect(understand(text, '')).toMatchObject({ kind: 'hostKey', host: 'kvm1 (10.0.0.1)', isOtherKnown: true });
  });

  it.each([
    [
      "Enter passphrase for key '/home/me/.ssh/id_ed25519': ",
      { kind: 'passphrase', key: '/home/me/.ssh/id_ed25519', isPin: false },
    ],
    [
      'Enter PIN for ED25519-SK key /home/me/.ssh/id_sk: ',
      { kind: 'passphrase', key: 'ED25519-SK key /home/me/.ssh/id_sk', isPin: true },
    ],
    ["root@kvm1.example.org's password: ", { kind: 'password', user: 'root', host: 'kvm1.example.org' }],
    ['(root@kvm1) Password: ', { kind: 'password', user: 'root', host: 'kvm1' }],
    ['(root@kvm1) Verification code: ', { kind: 'code', isEchoed: false }],
    ['Anything else', { kind: 'code' }],
  ])('understands %j', (text, expected) => {
    expect(understand(text, '')).toMatchObject({ ...expected, text });
  });

  it('knows a notice from a question', () => {
    expect(understand('Confirm user presence for key ED25519-SK SHA256:abc', 'none')).toMatchObject({ kind: 'touch' });
  });
});
