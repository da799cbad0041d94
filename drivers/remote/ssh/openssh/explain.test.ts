/** The words of OpenSSH 9.2 for a changed key, and what is made of them. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseUri } from '../../../uri.ts';
import { fingerprintOf } from '../changed-key.ts';
import { sshTargetOf } from '../target.ts';
import { explainLogin } from './explain.ts';

const target = sshTargetOf(parseUri('qemu+ssh://root@kvm1:2222/system'), true);
const shown = 'SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU';

function changedKeyWords(file: string): string {
  return [
    '@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @',
    'The fingerprint for the ED25519 key sent by the remote host is',
    `${shown}.`,
    'Please contact your system administrator.',
    `Add correct host key in ${file} to get rid of this message.`,
    `Offending RSA key in ${file}:2`,
    '  remove with:',
    `  ssh-keygen -f "${file}" -R "[kvm1]:2222"`,
    'Host key for [kvm1]:2222 has changed and you have requested strict checking.',
    'Host key verification failed.',
    '',
  ].join('\r\n');
}

describe('explainLogin', () => {
  it('compares a changed key with the one that is known, and says how to forget that', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler known-'));
    const file = join(folder, 'known_hosts');
    const key = Buffer.from('the old key');
    await writeFile(file, `# comment\n[kvm1]:2222 ssh-rsa ${key.toString('base64')} root@kvm1\n`);
    const command = `ssh-keygen -f '${file}' -R '[kvm1]:2222'`;
    const error = await explainLogin(changedKeyWords(file), target, false);
    expect(error).toMatchObject({
      codeName: 'VIR_ERR_AUTH_FAILED',
      str1: 'host-key-changed',
      facts: {
        host: '[kvm1]:2222',
        keyType: 'ED25519',
        fingerprint: shown,
        known: [{ file, line: 2, keyType: 'RSA', fingerprint: fingerprintOf(key) }],
        command,
      },
    });
    expect(error.message).toContain(shown);
    expect(error.message).toContain(command);
    await rm(folder, { recursive: true });
  });

  it('tells a host that does not wait for an answer from one that cannot be reached', async () => {
    const words = 'Connection closed by 10.0.0.1 port 2222';
    expect(await explainLogin(words, target, true)).toMatchObject({
      str1: 'failed',
      message: expect.stringContaining('without waiting for the answer') as string,
    });
    expect(await explainLogin(words, target, false)).toMatchObject({ str1: 'unreachable' });
  });

  it('does without the file, and without words it knows', async () => {
    expect(await explainLogin(changedKeyWords('/nowhere/known_hosts'), target, true)).toMatchObject({
      facts: { known: [{ file: '/nowhere/known_hosts', line: 2, fingerprint: null }] },
    });
    expect(await explainLogin('REMOTE HOST IDENTIFICATION HAS CHANGED', target, true)).toMatchObject({
      str1: 'host-key-changed',
      facts: { host: 'kvm1', known: [], command: 'ssh-keygen -R kvm1' },
    });
    expect(await explainLogin('REVOKED HOST KEY DETECTED', target, false)).toMatchObject({ str1: 'host-key-changed' });
  });
});
