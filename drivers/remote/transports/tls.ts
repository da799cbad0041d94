/** The tls transport: both sides show certificates, with libvirt's files and its byte of welcome. */
import { isIP, type OnReadOpts } from 'node:net';
import { connect, type ConnectionOptions, type PeerCertificate, type TLSSocket } from 'node:tls';
import type { OpenOptions } from '../../driver.ts';
import { virError } from '../../error.ts';
import type { Transport } from '../../rpc/transport.ts';
import { type ConnectionUri, getUriParam, isUriFlagSet } from '../../uri.ts';
import { type Address, addressOf } from './address.ts';
import { bounded } from './bounded.ts';
import { isLoopback } from './loopback.ts';
import { formatAddress } from './socket.ts';
import { SocketReader } from './socket-reader.ts';
import { StreamTransport } from './stream.ts';
import { clientRejected, explainTls } from './tls-error.ts';
import { readTlsFiles, type TlsFiles } from './tls-files.ts';
import { parseTlsPriority } from './tls-priority.ts';

const TLS_PORT = 16_514;
/** What the server sends once it has accepted the client's certificate. */
const WELCOME = 1;

/** Connects to a daemon's TLS port; VIR_ERR_AUTH_FAILED with a verdict where a certificate is not accepted. */
export async function openTls(uri: ConnectionUri, options: OpenOptions): Promise<Transport> {
  const address = addressOf(uri, TLS_PORT);
  const isVerified = !isUriFlagSet(uri, 'no_verify');
  const files = await readTlsFiles(getUriParam(uri, 'pkipath'), process.geteuid?.() === 0);
  if (isVerified && files.ca.content === null) throw noAuthority(address, files);
  const connectOptions = tlsOptions(uri, address, files);
  let certificate: PeerCertificate | null = null;
  const reader = new SocketReader();
  const socket = await bounded(
    `connecting to ${formatAddress(address)}`,
    options,
    (signal) => handshake(connectOptions, reader, isVerified, signal, (seen) => (certificate = seen)),
    (error) =>
      error instanceof Rejected
        ? clientRejected(address, files, error.cause)
        : explainTls(error, address, files, certificate),
  );
  return new StreamTransport(socket, {
    peer: formatAddress(address),
    isLocal: false,
    isNear: isLoopback(socket.remoteAddress),
    isEncrypted: true,
    reader,
    hasRecords: true,
  });
}

function tlsOptions(uri: ConnectionUri, { host, port }: Address, files: TlsFiles): ConnectionOptions {
  const priority = getUriParam(uri, 'tls_priority');
  const hasIdentity = files.cert.content !== null && files.key.content !== null;
  return {
    host,
    port,
    // A name only: the protocol has none for addresses.
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(files.ca.content === null ? {} : { ca: files.ca.content }),
    ...(files.crl.content === null ? {} : { crl: files.crl.content }),
    ...(hasIdentity ? { cert: files.cert.content!, key: files.key.content! } : {}),
    ...(priority === undefined || priority === '' ? { minVersion: 'TLSv1.2' } : parseTlsPriority(priority)),
    // The verdict is asked for after the handshake, while the certificate can still be looked at.
    rejectUnauthorized: false,
  };
}

/** The server hung up on the client's certificate. */
class Rejected extends Error {
  override readonly name = 'Rejected';
}

/** Settles once the server has welcomed this client. */
async function handshake(
  options: ConnectionOptions,
  reader: SocketReader,
  isVerified: boolean,
  signal: AbortSignal,
  onCertificate: (certificate: PeerCertificate) => void,
): Promise<TLSSocket> {
  const { promise, resolve, reject } = Promise.withResolvers<TLSSocket>();
  // Node hands all options of its sockets on; its types leave this one out.
  const withReader: ConnectionOptions & { onread: OnReadOpts } = { ...options, onread: reader.onread };
  const socket = connect(withReader);
  socket.setNoDelay(true);
  const onAbort = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', onAbort, { once: true });
  let isSecure = false;
  const onError = (error: Error): void => {
    const isReset = isSecure && (error as NodeJS.ErrnoException).code === 'ECONNRESET';
    reject(isReset ? new Rejected('the server ended the connection', { cause: error }) : error);
  };
  const onEnd = (): void => reject(new Rejected('the server ended the connection'));
  // The server says nothing more before it is asked.
  const onWelcome = ([welcome, ...more]: Buffer): void => {
    if (welcome === WELCOME && more.length === 0) resolve(socket);
    else reject(new Rejected(`the server answered ${welcome}`));
  };
  socket.once('secureConnect', () => {
    isSecure = true;
    onCertificate(socket.getPeerCertificate());
    if (!isVerified || socket.authorized) reader.onEarly = onWelcome;
    else reject(verifyError(socket));
  });
  socket.on('error', onError);
  socket.on('end', onEnd);
  try {
    return await promise;
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    signal.removeEventListener('abort', onAbort);
    reader.onEarly = null;
    socket.off('end', onEnd);
    // What `destroy` still reports is of no interest.
    socket.on('error', () => undefined);
    socket.off('error', onError);
  }
}

/** Why the server's certificate is not accepted. Node gives the code alone, or an error with one. */
function verifyError({ authorizationError }: TLSSocket): Error {
  const reason: unknown = authorizationError;
  return reason instanceof Error ? reason : Object.assign(new Error(String(reason)), { code: reason });
}

function noAuthority(address: Address, { ca }: TlsFiles): Error {
  const message =
    `Cannot check the certificate of ${formatAddress(address)}: the certificate of its authority, ${ca.path}, is missing. ` +
    'Copy it from the server (/etc/pki/CA/cacert.pem), or name its folder with the pkipath parameter.';
  return virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_RPC', message);
}
