/** Authentication before anything else: what the server offers, and which of it the URI wants. */
import type { CallOptions } from '../driver.ts';
import { VirError, virError } from '../error.ts';
import type { RpcClient } from '../rpc/client.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { getUriParam } from '../uri.ts';
import { type AuthContext, authenticateBySasl } from './sasl/sasl.ts';

/** remote_auth_type. */
const NONE = 0;
const SASL = 1;
const POLKIT = 2;

/** A person may have to type a password into polkit's window. */
const POLKIT_TIMEOUT_MS = 300_000;

/** Authenticates by the server's first choice, or the URI's `auth` parameter. Rejects with VIR_ERR_AUTH_... codes. */
export async function authenticate(client: RpcClient, context: AuthContext, options: CallOptions): Promise<void> {
  const { types } = await client.call(procedures.authList, undefined, options);
  const wanted = context.uri === null ? undefined : getUriParam(context.uri, 'auth');
  const type = chooseType(types, wanted);
  switch (type) {
    case NONE:
      return;
    case SASL:
      return authenticateBySasl(client, context, wanted?.split('.')[1] ?? '', options);
    case POLKIT:
      return authenticateByPolkit(client, options);
    default:
      throw unavailable(`The server asks for an authentication that this version does not know (number ${type}).`);
  }
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

function unavailable(message: string): VirError {
  return virError('VIR_ERR_AUTH_UNAVAILABLE', 'VIR_FROM_AUTH', message);
}
