/** SASL over libvirt's protocol: choice of a mechanism, credentials, and the exchange. */
import type { AuthCallback, CallOptions } from '../../driver.ts';
import { virError, VirError } from '../../error.ts';
import type { RpcClient } from '../../rpc/client.ts';
import { procedures } from '../../rpc/generated/procedures.gen.ts';
import { type ConnectionUri, getUriParam } from '../../uri.ts';
import { lookUp, readAuthFile } from './auth-file.ts';
import { DigestMd5 } from './digest-md5.ts';
import { distrust, type SaslIdentity, type SaslMechanism } from './mechanism.ts';
import { Anonymous, Plain } from './plain.ts';
import { Scram } from './scram.ts';

/** More rounds than any mechanism has. */
const MAX_STEPS = 10;
/** How often a person may type a password. */
const ATTEMPTS = 3;

/** What the authentication may know besides the server. */
export interface AuthContext {
  uri: ConnectionUri | null;
  auth: AuthCallback | undefined;
  /** Nobody else can read what is sent. */
  isConfidential: boolean;
}

interface Known {
  name: string;
  /** Taken only where the URI names it. */
  isOnlyIfAsked?: boolean;
  needsConfidentiality?: boolean;
  needsIdentity: boolean;
  make(identity: SaslIdentity, host: string): SaslMechanism;
}

/** Best first. */
const known: readonly Known[] = [
  { name: 'SCRAM-SHA-256', needsIdentity: true, make: (identity) => new Scram('sha256', identity) },
  { name: 'SCRAM-SHA-1', needsIdentity: true, make: (identity) => new Scram('sha1', identity) },
  { name: 'PLAIN', needsIdentity: true, needsConfidentiality: true, make: (identity) => new Plain(identity) },
  {
    name: 'DIGEST-MD5',
    isOnlyIfAsked: true,
    needsIdentity: true,
    make: (identity, host) => new DigestMd5(identity, `libvirt/${host}`),
  },
  { name: 'ANONYMOUS', isOnlyIfAsked: true, needsIdentity: false, make: () => new Anonymous() },
];

/**
 * Authenticates by SASL; `wanted`: the URI's mechanism, '' for the best one. What `auth` answers is asked for again where
 * it is refused, on the same link, unless the answer stays the same. Rejects with VIR_ERR_AUTH_... codes.
 */
export async function authenticateBySasl(
  client: RpcClient,
  context: AuthContext,
  wanted: string,
  options: CallOptions,
): Promise<void> {
  if (!context.isConfidential) throw needsLayer();
  const { mechlist } = await client.call(procedures.authSaslInit, undefined, options);
  const offered = mechlist.split(/[, ]+/).filter((name) => name !== '');
  const mechanism = choose(offered, wanted.toUpperCase(), context);
  const host = context.uri === null || context.uri.host === '' ? 'localhost' : context.uri.host;
  let last: { identity: FoundIdentity; refusal: unknown } | null = null;
  for (let tries = 1; ; tries++) {
    const identity = mechanism.needsIdentity ? await findIdentity(context, host) : nobody;
    if (last !== null && isSame(identity, last.identity)) throw last.refusal;
    try {
      return await exchange(client, mechanism.name, mechanism.make(identity, host), options);
    } catch (error) {
      last = { identity, refusal: explainRefusal(error) };
      const mayTryAgain = isRefusal(error) && identity.isAsked && tries < ATTEMPTS;
      if (!mayTryAgain || !(await startsAnew(client, options))) throw last.refusal;
    }
  }
}

/** Whether the daemon takes another try on this link. One that does not has ended it. */
function startsAnew(client: RpcClient, options: CallOptions): Promise<boolean> {
  return client.call(procedures.authSaslInit, undefined, options).then(
    () => true,
    () => false,
  );
}

interface FoundIdentity extends SaslIdentity {
  /** Somebody was asked for it. */
  isAsked: boolean;
}

const nobody: FoundIdentity = { user: '', password: '', isAsked: false };

function isSame(a: SaslIdentity, b: SaslIdentity): boolean {
  return a.user === b.user && a.password === b.password;
}

function choose(offered: string[], wanted: string, { isConfidential }: AuthContext): Known {
  const usable = known.filter(({ name, isOnlyIfAsked, needsConfidentiality }) => {
    if (!offered.includes(name) || (needsConfidentiality === true && !isConfidential)) return false;
    return wanted === '' ? isOnlyIfAsked !== true : name === wanted;
  });
  const [best] = usable;
  if (best !== undefined) return best;
  const offer = offered.length === 0 ? 'no mechanism at all' : offered.join(', ');
  if (wanted !== '') {
    const supported = known.map(({ name }) => name);
    const reason = supported.includes(wanted) ? 'the server does not offer it' : wantedReason(wanted, supported);
    throw unavailable(`The URI asks for auth=sasl.${wanted}, but ${reason}. The server offers ${offer}.`);
  }
  const onlyIfAsked = known.filter(({ name, isOnlyIfAsked }) => isOnlyIfAsked === true && offered.includes(name));
  const hint = onlyIfAsked
    .map(({ name }) => ` To use ${name}, which is not safe, add auth=sasl.${name} to the URI.`)
    .join('');
  throw unavailable(
    `The server's SASL offers ${offer}; this version has SCRAM-SHA-256, SCRAM-SHA-1 and PLAIN. Enable one of them in the ` +
      `server's /etc/sasl2/libvirt.conf (mech_list), or connect over ssh.${hint}`,
  );
}

function wantedReason(wanted: string, supported: string[]): string {
  const kerberos =
    wanted === 'GSSAPI' ? 'Kerberos is not supported by this version; the ssh transport can use it' : null;
  return kerberos ?? `this version has only ${supported.join(', ')}`;
}

/** Without TLS the server wants the mechanism to encrypt, and the only ones that do are broken or need Kerberos. */
function needsLayer(): VirError {
  return unavailable(
    'The server asks for a user name and password (SASL) on a link that is not encrypted. It then wants SASL itself to ' +
      'encrypt, which only Kerberos (not supported by this version) and the broken DIGEST-MD5 can. Connect over tls or ssh instead of tcp.',
  );
}

/** Stored credentials first, then what the caller says. */
async function findIdentity({ uri, auth }: AuthContext, host: string): Promise<FoundIdentity> {
  const file = await readAuthFile(uri === null ? undefined : getUriParam(uri, 'authfile'));
  const stored = {
    user: lookUp(file, 'libvirt', host, 'authname') ?? (uri === null || uri.user === '' ? undefined : uri.user),
    password: lookUp(file, 'libvirt', host, 'password'),
  };
  const { user, password } = stored;
  if (user !== undefined && password !== undefined) return { user, password, isAsked: false };
  if (auth === undefined) {
    const message = `The server at ${host} asks for a user name and a password, and there is none: neither stored in auth.conf nor anybody to ask.`;
    throw virError('VIR_ERR_AUTH_FAILED', 'VIR_FROM_AUTH', message);
  }
  const asked = [
    ...(stored.user === undefined ? [{ type: 'authname' as const, prompt: `User name for ${host}` }] : []),
    {
      type: 'passphrase' as const,
      prompt: `Password${stored.user === undefined ? '' : ` of ${stored.user}`} for ${host}`,
    },
  ];
  const answers = await auth(asked.map((request) => ({ ...request, challenge: null, defaultResult: null })));
  if (answers === null || answers.length !== asked.length) {
    throw virError('VIR_ERR_AUTH_CANCELLED', 'VIR_FROM_AUTH', `The log-in at ${host} was cancelled.`);
  }
  const [first = '', second = ''] = answers;
  return stored.user === undefined
    ? { user: first, password: second, isAsked: true }
    : { user: stored.user, password: first, isAsked: true };
}

async function exchange(
  client: RpcClient,
  mech: string,
  mechanism: SaslMechanism,
  options: CallOptions,
): Promise<void> {
  const initial = mechanism.start();
  const start = { mech, nil: initial === null ? 1 : 0, data: initial ?? Buffer.alloc(0) };
  let answer = await client.call(procedures.authSaslStart, start, options);
  for (let count = 0; count < MAX_STEPS; count++) {
    const reply = await react(mechanism, answer);
    if (answer.complete !== 0) {
      if (!mechanism.isComplete) throw distrust('it claimed success too early');
      return;
    }
    answer = await client.call(
      procedures.authSaslStep,
      { nil: reply === null ? 1 : 0, data: reply ?? Buffer.alloc(0) },
      options,
    );
  }
  throw distrust(`it did not come to an end within ${MAX_STEPS} rounds`);
}

/** The mechanism's reaction; nothing where the server said nothing. */
async function react(
  mechanism: SaslMechanism,
  { nil, data }: { nil: number; data: Uint8Array },
): Promise<Buffer | null> {
  return nil !== 0 && data.length === 0 ? null : mechanism.step(Buffer.from(data));
}

/** The server only says "authentication failed". */
function isRefusal(error: unknown): error is VirError {
  return (
    error instanceof VirError && error.codeName === 'VIR_ERR_AUTH_FAILED' && /authentication failed/.test(error.message)
  );
}

function explainRefusal(error: unknown): unknown {
  if (!isRefusal(error)) return error;
  return new VirError({
    code: error.code,
    domain: error.domain,
    message: 'The server did not accept the user name and the password. Check both; capital letters count.',
    cause: error,
  });
}

function unavailable(message: string): VirError {
  return virError('VIR_ERR_AUTH_UNAVAILABLE', 'VIR_FROM_AUTH', message);
}
