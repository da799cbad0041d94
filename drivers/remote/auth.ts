/** Authentication before anything else: what the server offers, and which of it this version can do. */
import type { CallOptions } from '../driver.ts';
import { VirError, virError } from '../error.ts';
import type { RpcClient } from '../rpc/client.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { type ConnectionUri, getUriParam } from '../uri.ts';

/** remote_auth_type. */
const NONE = 0;
const SASL = 1;
const POLKIT = 2;

/** A person may have to type a password into polkit's window. */
const POLKIT_TIMEOUT_MS = 300_000;

type Authenticate = (client: RpcClient, options: CallOptions) => Promise<void>;

const methods: Record<number, Authenticate> = {
  [NONE]: () => Promise.resolve(),
  [SASL]: refuseSasl,
  [POLKIT]: authenticateByPolkit,
};

/** Authenticates by the server's first choice, or the URI's `auth` parameter. Rejects with VIR_ERR_AUTH_... codes. */
export async function authenticate(client: RpcClient, uri: ConnectionUri | null, options: CallOptions): Promise<void> {
  const { types } = await client.call(procedures.authList, undefined, options);
  const type = chooseType(types, uri === null ? undefined : getUriParam(uri, 'auth'));
  const method = methods[type];
  if (method === undefined) {
    throw unavailable(`The server asks for an authentication that this version does not know (number ${type}).`);
  }
  await method(client, options);
}

function chooseType(types: number[], wanted: string | undefined): number {
  if (wanted === undefined || wanted === '') return types[0] ?? NONE;
  const name = wanted.split('.')[0];
  const type = name === 'sasl' ? SASL : name === 'polkit' ? POLKIT : null;
  if (type === null) {
    const message = `The URI asks for auth=${wanted}; known are sasl, sasl.MECHANISM and polkit.`;
    throw virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_REMOTE', message);
  }
  if (!types.includes(type)) throw unavailable(`The URI asks for auth=${wanted}, which the server does not offer.`);
  return type;
}

async function authenticateByPolkit(client: RpcClient, options: CallOptions): Promise<void> {
  try {
    await client.call(procedures.authPolkit, undefined, { ...options, timeoutMs: POLKIT_TIMEOUT_MS });
  } catch (error) {
    if (!(error instanceof VirError) || !error.codeName.startsWith('VIR_ERR_AUTH')) throw error;
    throw new VirError({
      code: error.code,
      domain: error.domain,
      message:
        `The daemon refused access: ${error.message}. Join the group libvirt, log in to a desktop whose polkit agent ` +
        'can ask for a password, or connect read-only.',
      cause: error,
    });
  }
}

function refuseSasl(): Promise<void> {
  return Promise.reject(
    unavailable(
      'The server asks for a user name and password (SASL), which this version does not support yet. ' +
        "Allow polkit or the group's access for this socket (auth_unix_rw in libvirtd.conf).",
    ),
  );
}

function unavailable(message: string): VirError {
  return virError('VIR_ERR_AUTH_UNAVAILABLE', 'VIR_FROM_AUTH', message);
}
