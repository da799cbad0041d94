/** Throwaway certificates: an authority, and what it signs, in the folders that libvirt and its clients look into. */
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { run } from './process.ts';

/** An authority with its files. */
export interface Authority {
  readonly dir: string;
  readonly caCert: string;
  /** Signs a certificate: settles with the paths of it and its key. `days` may be negative: then it has expired. */
  issue(name: string, options?: { san?: string; days?: number }): Promise<{ cert: string; key: string }>;
}

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Makes an authority below `dir`. */
export async function makeAuthority(dir: string, name: string): Promise<Authority> {
  await mkdir(dir, { recursive: true });
  const caCert = join(dir, 'cacert.pem');
  const caKey = join(dir, 'cakey.pem');
  const ca = ['-subj', `/CN=${name}`, '-days', '2', '-addext', 'basicConstraints=critical,CA:TRUE'];
  await run('openssl', ['req', '-x509', ...newKey, ...ca, '-keyout', caKey, '-out', caCert]);
  return {
    dir,
    caCert,
    issue: async (subject, { san = '', days = 2 } = {}) => {
      const [cert, key, request, extensions] = ['cert.pem', 'key.pem', 'csr.pem', 'ext'].map((end) =>
        join(dir, `${subject}-${end}`),
      ) as [string, string, string, string];
      await run('openssl', ['req', ...newKey, '-subj', `/CN=${subject}`, '-keyout', key, '-out', request]);
      await writeFile(extensions, san === '' ? 'basicConstraints=CA:FALSE\n' : `subjectAltName=${san}\n`);
      const signing = ['-CA', caCert, '-CAkey', caKey, '-CAcreateserial', '-days', String(days)];
      await run('openssl', ['x509', '-req', '-in', request, ...signing, '-extfile', extensions, '-out', cert]);
      return { cert, key };
    },
  };
}

/** A folder as the URI's `pkipath` wants it: whose servers are trusted, and who the client is. */
export async function makePkiPath(
  dir: string,
  trusted: Authority,
  identity: { cert: string; key: string } | null,
): Promise<string> {
  await mkdir(dir, { recursive: true });
  await copyFile(trusted.caCert, join(dir, 'cacert.pem'));
  if (identity !== null) {
    await copyFile(identity.cert, join(dir, 'clientcert.pem'));
    await copyFile(identity.key, join(dir, 'clientkey.pem'));
  }
  return dir;
}

/** A TCP port of the loopback that nobody uses at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
