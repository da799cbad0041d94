/** Stored credentials: the format, and which of them are for a host. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lookUp, parseAuthFile, readAuthFile } from './auth-file.ts';

const text = `
# stored on a laptop
[credentials-lab]
authname=fred
password= p=w#1
[credentials-all]
authname = joe

[auth-libvirt-kvm1.example.org]
credentials=lab
[auth-libvirt-default]
credentials=all
[auth-esx-kvm9]
credentials=lab
`;

describe('auth.conf', () => {
  it('has credentials for a host, else for all', () => {
    const file = parseAuthFile(text, 'auth.conf');
    expect(lookUp(file, 'libvirt', 'kvm1.example.org', 'authname')).toBe('fred');
    expect(lookUp(file, 'libvirt', 'kvm1.example.org', 'password')).toBe('p=w#1');
    expect(lookUp(file, 'libvirt', 'kvm9', 'authname')).toBe('joe');
    expect(lookUp(file, 'libvirt', 'kvm9', 'password')).toBeUndefined();
    expect(lookUp(file, 'vnc', 'kvm9', 'password')).toBeUndefined();
  });

  it('is refused without repeating what may be a password', () => {
    const broken = (): unknown => parseAuthFile('[credentials-a]\nsecret123', 'auth.conf');
    expect(broken).toThrow('line 2 of auth.conf is neither');
    expect(broken).not.toThrow('secret123');
  });

  it('is read where it is named, and must then be there', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler-auth-'));
    const path = join(folder, 'auth.conf');
    await writeFile(path, text);
    expect((await readAuthFile(path, {})).size).toBe(5);
    expect((await readAuthFile(undefined, { LIBVIRT_AUTH_FILE: path })).size).toBe(5);
    await expect(readAuthFile(join(folder, 'none'), {})).rejects.toThrow(
      `Cannot use the file of credentials ${folder}/none`,
    );
    await rm(folder, { recursive: true });
  });
});
