/** libvirt's certificate files: where they are for this user, read and bounded. */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { virError } from '../../error.ts';

/** A file's path, and its content where it is there. */
export interface TlsFile {
  path: string;
  content: Buffer | null;
}

/** What a connection needs: the authority that signed the server's certificate, and who we are. */
export interface TlsFiles {
  ca: TlsFile;
  /** Revoked certificates; optional. */
  crl: TlsFile;
  cert: TlsFile;
  key: TlsFile;
}

const maximumBytes = 4 * 1024 * 1024;

/** libvirt's folders: those of the system. */
const systemPaths = {
  ca: '/etc/pki/CA/cacert.pem',
  crl: '/etc/pki/CA/cacrl.pem',
  cert: '/etc/pki/libvirt/clientcert.pem',
  key: '/etc/pki/libvirt/private/clientkey.pem',
};

/** Which files: `pkipath` alone; else the user's own where they are there, else the system's. */
export async function readTlsFiles(pkipath: string | undefined, isRoot: boolean, home = homedir()): Promise<TlsFiles> {
  if (pkipath !== undefined && pkipath !== '') return readPair(pathsIn(pkipath));
  const system = await readPair(systemPaths);
  if (isRoot) return system;
  const user = await readPair(pathsIn(join(home, '.pki', 'libvirt')));
  // A certificate is of no use with another one's key, so these two come from one folder.
  const hasIdentity = user.cert.content !== null && user.key.content !== null;
  return {
    ca: user.ca.content === null ? system.ca : user.ca,
    crl: user.crl.content === null ? system.crl : user.crl,
    cert: hasIdentity ? user.cert : system.cert,
    key: hasIdentity ? user.key : system.key,
  };
}

function pathsIn(folder: string): typeof systemPaths {
  const path = (name: string): string => join(folder, `${name}.pem`);
  return { ca: path('cacert'), crl: path('cacrl'), cert: path('clientcert'), key: path('clientkey') };
}

async function readPair(paths: typeof systemPaths): Promise<TlsFiles> {
  const [ca, crl, cert, key] = await Promise.all([
    readPem(paths.ca),
    readPem(paths.crl),
    readPem(paths.cert),
    readPem(paths.key),
  ]);
  return { ca, crl, cert, key };
}

async function readPem(path: string): Promise<TlsFile> {
  try {
    const { size } = await stat(path);
    if (size > maximumBytes) throw new Error(`it has ${size} bytes, at most ${maximumBytes} are allowed`);
    return { path, content: await readFile(path) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return { path, content: null };
    // A key of the system that only root may read is as good as none.
    if (code === 'EACCES' && path.startsWith('/etc/pki/')) return { path, content: null };
    throw virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_RPC', `Cannot read the TLS file ${path}: ${message}.`, error);
  }
}
