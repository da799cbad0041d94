/** Where certificates are looked for. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readTlsFiles } from './tls-files.ts';

describe('readTlsFiles', () => {
  let home = '';
  let user = '';

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'hostler-pki-'));
    user = join(home, '.pki/libvirt');
    await mkdir(user, { recursive: true });
    await writeFile(join(user, 'cacert.pem'), 'ca');
    await writeFile(join(user, 'clientcert.pem'), 'cert');
  });
  afterAll(() => rm(home, { recursive: true }));

  it('takes pkipath alone, with missing files as such', async () => {
    const files = await readTlsFiles(user, false, '/nonexistent');
    expect(files.ca).toEqual({ path: join(user, 'cacert.pem'), content: Buffer.from('ca') });
    expect(files.key).toEqual({ path: join(user, 'clientkey.pem'), content: null });
  });

  it('takes the user’s own, and certificate and key from one folder', async () => {
    const files = await readTlsFiles(undefined, false, home);
    expect(files.ca.path).toBe(join(user, 'cacert.pem'));
    expect([files.cert.path, files.key.path]).toEqual([
      '/etc/pki/libvirt/clientcert.pem',
      '/etc/pki/libvirt/private/clientkey.pem',
    ]);
    await writeFile(join(user, 'clientkey.pem'), 'key');
    expect((await readTlsFiles(undefined, false, home)).cert.path).toBe(join(user, 'clientcert.pem'));
  });

  it('takes the system’s as root', async () => {
    expect((await readTlsFiles(undefined, true, home)).ca.path).toBe('/etc/pki/CA/cacert.pem');
  });

  it('refuses a file that is too large', async () => {
    const dir = join(home, 'large');
    await mkdir(dir);
    await writeFile(join(dir, 'cacert.pem'), Buffer.alloc(5 * 1024 * 1024));
    await expect(readTlsFiles(dir, true, home)).rejects.toThrow('it has 5242880 bytes, at most 4194304');
  });
});
