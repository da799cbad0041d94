/** Translates what went wrong anywhere in the host into the contract's error: a stable code, a message, a hint. */
import { VirError, VirErrorDomain, VirErrorNumber } from '../../drivers/error.ts';
import type { ContractError, ErrorCode } from '../contract/index.ts';
import { HostError } from '../error.ts';

const maximumMessageLength = 4000;

type VirCode = keyof typeof VirErrorNumber;

const virCodes: [ErrorCode, VirCode[]][] = [
  ['cancelled', ['VIR_ERR_OPERATION_ABORTED', 'VIR_ERR_AUTH_CANCELLED']],
  ['timeout', ['VIR_ERR_OPERATION_TIMEOUT', 'VIR_ERR_AGENT_UNRESPONSIVE']],
  ['permission-denied', ['VIR_ERR_OPERATION_DENIED', 'VIR_ERR_ACCESS_DENIED']],
  ['authentication-failed', ['VIR_ERR_AUTH_FAILED', 'VIR_ERR_AUTH_UNAVAILABLE']],
  [
    'unsupported',
    [
      'VIR_ERR_NO_SUPPORT',
      'VIR_ERR_ARGUMENT_UNSUPPORTED',
      'VIR_ERR_OPERATION_UNSUPPORTED',
      'VIR_ERR_CONFIG_UNSUPPORTED',
    ],
  ],
  [
    'not-found',
    [
      'VIR_ERR_NO_DOMAIN',
      'VIR_ERR_NO_NETWORK',
      'VIR_ERR_NO_STORAGE_POOL',
      'VIR_ERR_NO_STORAGE_VOL',
      'VIR_ERR_NO_NODE_DEVICE',
      'VIR_ERR_NO_INTERFACE',
      'VIR_ERR_NO_SECRET',
      'VIR_ERR_NO_DOMAIN_METADATA',
      'VIR_ERR_NO_DOMAIN_SNAPSHOT',
      'VIR_ERR_UNKNOWN_HOST',
      'VIR_ERR_NO_SOURCE',
    ],
  ],
  ['not-connected', ['VIR_ERR_INVALID_CONN']],
  ['protocol', ['VIR_ERR_RPC', 'VIR_ERR_XML_ERROR', 'VIR_ERR_XML_DETAIL', 'VIR_ERR_PARSE_FAILED']],
  [
    'operation-refused',
    [
      'VIR_ERR_OPERATION_INVALID',
      'VIR_ERR_OPERATION_FAILED',
      'VIR_ERR_RESOURCE_BUSY',
      'VIR_ERR_DOM_EXIST',
      'VIR_ERR_NETWORK_EXIST',
      'VIR_ERR_SNAPSHOT_REVERT_RISKY',
    ],
  ],
  ['invalid-argument', ['VIR_ERR_INVALID_ARG', 'VIR_ERR_XML_INVALID_SCHEMA', 'VIR_ERR_MULTIPLE_DOMAINS']],
  [
    'io',
    [
      'VIR_ERR_SYSTEM_ERROR',
      'VIR_ERR_READ_FAILED',
      'VIR_ERR_WRITE_FAILED',
      'VIR_ERR_OPEN_FAILED',
      'VIR_ERR_NO_CONNECT',
      'VIR_ERR_GNUTLS_ERROR',
      'VIR_ERR_SSH',
      'VIR_ERR_LIBSSH',
    ],
  ],
];

const codeOfVirError = new Map<number, ErrorCode>(
  virCodes.flatMap(([code, names]) => names.map((name): [number, ErrorCode] => [VirErrorNumber[name], code])),
);

const codeOfErrno: Record<string, ErrorCode> = {
  ENOENT: 'not-found',
  EACCES: 'permission-denied',
  EPERM: 'permission-denied',
  ECONNREFUSED: 'io',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  ETIMEDOUT: 'timeout',
};

const hints: Partial<Record<VirCode, string>> = {
  VIR_ERR_OPERATION_DENIED:
    'The connection may be read-only, or this user may not do this: edit the connection, or ask the host’s administrator.',
  VIR_ERR_AUTH_FAILED:
    'Check the user name and the permissions on the host (for example membership of the group libvirt).',
  VIR_ERR_AUTH_UNAVAILABLE:
    'No authentication agent runs for this user: log in on the host’s desktop, or join the group libvirt.',
  VIR_ERR_NO_SUPPORT: 'This hypervisor does not offer it.',
  VIR_ERR_OPERATION_TIMEOUT: 'The host did not answer in time: check it and try again.',
  VIR_ERR_RESOURCE_BUSY: 'Another operation holds it: wait for that one to end and try again.',
  VIR_ERR_UNKNOWN_HOST: 'Check the host’s name in the address and the name service of this machine.',
};

/** The error as it crosses to the renderer. Unknown failures become `internal`; nothing is lost of a VirError. */
export function toContractError(error: unknown): ContractError {
  if (error instanceof HostError) return fromHostError(error);
  if (error instanceof VirError) return fromVirError(error);
  if (error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')) {
    return error.name === 'AbortError'
      ? { code: 'cancelled', message: 'The request was cancelled.' }
      : { code: 'timeout', message: 'The request was not answered in time.' };
  }
  const errno = errnoOf(error);
  if (errno !== undefined && error instanceof Error && errno in codeOfErrno) {
    return { code: codeOfErrno[errno] ?? 'io', message: bounded(error.message) };
  }
  return {
    code: 'internal',
    message: bounded(`Hostler met a problem of its own: ${error instanceof Error ? error.message : String(error)}`),
    hint: 'Try again; if it happens again, report it with the steps that lead to it.',
  };
}

function fromHostError(error: HostError): ContractError {
  const cause = error.cause instanceof VirError ? fromVirError(error.cause) : undefined;
  const hint = error.hint ?? cause?.hint;
  return {
    code: error.code,
    message: bounded(error.message),
    ...(hint === undefined ? {} : { hint }),
    ...(cause?.mayHaveActed === undefined ? {} : { mayHaveActed: cause.mayHaveActed }),
    ...(error.remedy === undefined ? {} : { remedy: error.remedy }),
    ...(cause?.libvirt === undefined ? {} : { libvirt: cause.libvirt }),
  };
}

function fromVirError(error: VirError): ContractError {
  const name = error.codeName;
  const hint = Object.hasOwn(hints, name) ? hints[name as VirCode] : undefined;
  const message = bounded(error.message === '' ? `The host refused with ${name} and gave no message.` : error.message);
  return {
    code: codeOf(error),
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(error.maybeDone || error.linkLost ? { mayHaveActed: error.maybeDone } : {}),
    libvirt: { code: error.code, domain: error.domain, name, message },
  };
}

/** A socket that is missing or closed to this user arrives wrapped: the cause says more than libvirt's code does. */
function codeOf(error: VirError): ErrorCode {
  if (error.linkLost) return 'connection-lost';
  if (isAbortedByHost(error)) return 'operation-refused';
  const errno = errnoOf(error.cause);
  const code = errno === undefined ? undefined : codeOfErrno[errno];
  return code ?? codeOfVirError.get(error.code) ?? 'operation-refused';
}

/** The host gave the operation up, not the caller: nobody here knows it yet. Own errors come from no driver. */
function isAbortedByHost({ code, domain }: VirError): boolean {
  const isOwn = domain === VirErrorDomain.VIR_FROM_RPC || domain === VirErrorDomain.VIR_FROM_NONE;
  return code === VirErrorNumber.VIR_ERR_OPERATION_ABORTED && !isOwn;
}

function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

function bounded(message: string): string {
  return message.length <= maximumMessageLength ? message : `${message.slice(0, maximumMessageLength)}…`;
}
