/** Verdicts on a TLS handshake: what is wrong with whose certificate, and what to do. */
import type { PeerCertificate } from 'node:tls';
import { virError, type VirError } from '../../error.ts';
import { type Address, explainUnreachable } from './address.ts';
import { formatAddress } from './socket.ts';
import type { TlsFiles } from './tls-files.ts';

const service =
  'Enable it with `sudo systemctl enable --now libvirtd-tls.socket` (virtproxyd-tls.socket with modular daemons).';

/** Why a TLS connection did not come about. `certificate`: the server's, where it showed one. */
export function explainTls(
  error: NodeJS.ErrnoException,
  address: Address,
  files: TlsFiles,
  certificate: PeerCertificate | null,
): VirError {
  const verdict = serverVerdict(error, address, files, certificate);
  if (verdict !== null) {
    const message = `The certificate of ${formatAddress(address)} is not accepted: ${verdict}`;
    return virError('VIR_ERR_AUTH_FAILED', 'VIR_FROM_RPC', message, error);
  }
  if (isOurCertificate(error)) return clientRejected(address, files, error);
  if (isNotTls(error)) {
    const message = `What listens at ${formatAddress(address)} does not speak TLS (${error.code}). Check the port; libvirt's own is 16514.`;
    return virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_RPC', message, error);
  }
  if (error.code?.startsWith('ERR_SSL_') === true || error.code?.startsWith('ERR_OSSL') === true) {
    const message = `No TLS with ${formatAddress(address)}: ${error.message}.`;
    return virError('VIR_ERR_SYSTEM_ERROR', 'VIR_FROM_RPC', message, error);
  }
  return explainUnreachable(error, address, service);
}

/** The server ended the connection instead of welcoming this client. */
export function clientRejected(address: Address, { cert, key }: TlsFiles, cause: unknown): VirError {
  const reason =
    cert.content === null || key.content === null
      ? `it wants a client certificate, and there is none: ${cert.content === null ? cert.path : key.path} is missing.`
      : `it does not accept the client certificate ${cert.path}. It may have expired, be signed by an authority the server does not know, or not be in its tls_allowed_dn_list.`;
  const message = `${formatAddress(address)} refused this client: ${reason} The server's log says more.`;
  return virError('VIR_ERR_AUTH_FAILED', 'VIR_FROM_RPC', message, cause);
}

function serverVerdict(
  error: NodeJS.ErrnoException,
  { host }: Address,
  { ca, crl }: TlsFiles,
  certificate: PeerCertificate | null,
): string | null {
  const clock = "Renew it on the server, or set this machine's clock.";
  switch (error.code) {
    case 'CERT_HAS_EXPIRED':
      return `it, or its authority's, has expired (valid to ${certificate?.valid_to ?? 'unknown'}). ${clock}`;
    case 'CERT_NOT_YET_VALID':
      return `it is not valid yet (valid from ${certificate?.valid_from ?? 'unknown'}). ${clock}`;
    case 'CERT_REVOKED':
      return `it was revoked (${crl.path}).`;
    case 'CRL_HAS_EXPIRED':
    case 'CRL_NOT_YET_VALID':
    case 'UNABLE_TO_GET_CRL':
      return `the list of revoked certificates ${crl.path} cannot be used (${error.code}). Renew or remove it.`;
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return `it is for another name. You connect to ${host}; it is for ${namesOf(certificate)}. Use a name that it has in the connection's address.`;
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'CERT_SIGNATURE_FAILURE':
      return `it is signed by an authority that is not in ${ca.path} (${certificate?.issuer?.CN ?? error.code}). Put the certificate of the server's authority there.`;
    default:
      return error.code?.startsWith('CERT_') === true || error.code === 'INVALID_PURPOSE' || error.code === 'INVALID_CA'
        ? `${error.message}.`
        : null;
  }
}

function namesOf(certificate: PeerCertificate | null): string {
  return certificate?.subjectaltname ?? [certificate?.subject?.CN ?? 'no name at all'].flat().join(', ');
}

/** Alerts of the server about the certificate of the client. */
function isOurCertificate({ code }: NodeJS.ErrnoException): boolean {
  return (
    code === 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' ||
    /^ERR_SSL_(TLSV1|SSLV3)_ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|NO_CERTIFICATE)/.test(
      code ?? '',
    )
  );
}

function isNotTls({ code }: NodeJS.ErrnoException): boolean {
  return (
    code === 'ERR_SSL_WRONG_VERSION_NUMBER' ||
    code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG' ||
    code === 'EPROTO' ||
    code === 'ECONNRESET'
  );
}
