/** The handshake of a connection: authentication, opening by name, what the server can do. */
import type { OpenOptions } from '../driver.ts';
import { VIR_CONNECT_RO } from '../enums.gen.ts';
import { RpcClient } from '../rpc/client.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import type { Transport } from '../rpc/transport.ts';
import { type ConnectionUri, formatUri, getUriParam, removeUriParams } from '../uri.ts';
import { authenticate } from './auth.ts';
import { feature, ServerFeatures } from './features.ts';
import { RemoteSession, type SessionLogin } from './session.ts';
import { StreamTransport } from './transports/stream.ts';

/** Parameters that are the client's own; all others travel inside the name. */
const clientParams = [
  'name',
  'command',
  'argv',
  'socket',
  'auth',
  'sshauth',
  'netcat',
  'keyfile',
  'pkipath',
  'known_hosts',
  'known_hosts_verify',
  'tls_priority',
  'mode',
  'proxy',
  'no_sanity',
  'no_verify',
  'no_tty',
  'authfile',
  'jump',
];

/**
 * Opens a session over a fresh transport. `timeoutMs` bounds each step; a person's part of the authentication has its
 * own time. Rejects with the server's error, and then the transport is closed.
 */
export async function openSession(
  transport: Transport,
  uri: ConnectionUri | null,
  options: OpenOptions,
  login?: SessionLogin,
): Promise<RemoteSession> {
  const client = new RpcClient(transport);
  try {
    return await handshake(client, transport, uri, options, login);
  } catch (error) {
    client.close();
    // What carried the bytes may know better than the protocol why it ended.
    throw (transport instanceof StreamTransport ? transport.failure : null) ?? error;
  }
}

async function handshake(
  client: RpcClient,
  transport: Transport,
  uri: ConnectionUri | null,
  { signal, timeoutMs, readonly, auth }: OpenOptions,
  login: SessionLogin | undefined,
): Promise<RemoteSession> {
  const options = { signal, timeoutMs };
  const features = new ServerFeatures(client);
  const isConfidential = transport.isEncrypted || transport.isLocal;
  await authenticate(client, { uri, auth, isConfidential }, options);
  const name = serverName(uri);
  const isReadOnly = readonly === true || isReadOnlySocket(uri);
  // Independent of each other, so they share a round trip; so do the questions after the opening.
  const [hasKeepalive] = await Promise.all([
    features.has(feature.programKeepalive, options),
    client.call(procedures.connectOpen, { name, flags: isReadOnly ? VIR_CONNECT_RO : 0 }, options),
  ]);
  // Registered before the server said that it can: a refusal costs nothing, waiting for the answer a round trip.
  const closeCallback = client.call(procedures.connectRegisterCloseCallback, undefined, options);
  closeCallback.catch(() => undefined);
  const [hasEventCallbacks, hasCloseCallback, { type }, serverUri] = await Promise.all([
    features.has(feature.remoteEventCallback, options),
    features.has(feature.remoteCloseCallback, options),
    client.call(procedures.connectGetType, undefined, options),
    name === '' ? client.call(procedures.connectGetUri, undefined, options) : null,
    // Wanted by the first call with typed parameters.
    features.has(feature.typedParamString, options),
  ]);
  if (hasCloseCallback) await closeCallback;
  const knownUri = uri === null || uri.driver === 'remote' ? (serverUri?.uri ?? '') : formatUri(uri);
  return new RemoteSession(client, transport, features, {
    type,
    uri: knownUri,
    isReadOnly,
    hasKeepalive,
    hasEventCallbacks,
    login,
  });
}

/** libvirt's daemons let nobody change anything through these; the server itself does not say so. */
function isReadOnlySocket(uri: ConnectionUri | null): boolean {
  return uri !== null && (getUriParam(uri, 'socket') ?? '').endsWith('-sock-ro');
}

/** What the server is to open: the URI without what only concerns the way to it. '' lets the server choose. */
export function serverName(uri: ConnectionUri | null): string {
  if (uri === null) return '';
  const name = getUriParam(uri, 'name');
  if (name !== undefined) return name;
  if (uri.driver === 'remote') return '';
  return formatUri({ ...removeUriParams(uri, clientParams), transport: '', user: '', host: '', port: null });
}
