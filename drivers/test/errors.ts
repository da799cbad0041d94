/** The test driver's way of raising errors: libvirt's codes with the lead-in libvirt gives each code's message. */
import { VirError, VirErrorDomain, VirErrorNumber } from '../error.ts';

/** What libvirt puts in front of a message, by code. */
const leadIn: Partial<Record<keyof typeof VirErrorNumber, string>> = {
  VIR_ERR_INTERNAL_ERROR: 'internal error',
  VIR_ERR_NO_SUPPORT: 'this function is not supported by the connection driver',
  VIR_ERR_NO_CONNECT: 'no connection driver available for',
  VIR_ERR_INVALID_ARG: 'invalid argument',
  VIR_ERR_OPERATION_FAILED: 'operation failed',
  VIR_ERR_XML_ERROR: 'XML error',
  VIR_ERR_NO_DOMAIN: 'Domain not found',
  VIR_ERR_NO_NETWORK: 'Network not found',
  VIR_ERR_AUTH_FAILED: 'authentication failed',
  VIR_ERR_NO_STORAGE_POOL: 'Storage pool not found',
  VIR_ERR_NO_STORAGE_VOL: 'Storage volume not found',
  VIR_ERR_NO_NODE_DEVICE: 'Node device not found',
  VIR_ERR_OPERATION_INVALID: 'Requested operation is not valid',
  VIR_ERR_NO_INTERFACE: 'Interface not found',
  VIR_ERR_MULTIPLE_INTERFACES: 'multiple matching interfaces found',
  VIR_ERR_NO_NWFILTER: 'Network filter not found',
  VIR_ERR_NO_SECRET: 'Secret not found',
  VIR_ERR_CONFIG_UNSUPPORTED: 'unsupported configuration',
  VIR_ERR_OPERATION_TIMEOUT: 'Timed out during operation',
  VIR_ERR_NO_DOMAIN_SNAPSHOT: 'Domain snapshot not found',
  VIR_ERR_INVALID_STREAM: 'invalid stream pointer',
  VIR_ERR_ARGUMENT_UNSUPPORTED: 'argument unsupported',
  VIR_ERR_SNAPSHOT_REVERT_RISKY: 'revert requires force',
  VIR_ERR_OPERATION_ABORTED: 'operation aborted',
  VIR_ERR_NO_DOMAIN_METADATA: 'metadata not found',
  VIR_ERR_OPERATION_UNSUPPORTED: 'Operation not supported',
  VIR_ERR_NO_DOMAIN_CHECKPOINT: 'Domain checkpoint not found',
  VIR_ERR_NO_DOMAIN_BACKUP: 'Domain backup job id not found',
  VIR_ERR_NO_NETWORK_PORT: 'Network port not found',
  VIR_ERR_NO_NWFILTER_BINDING: 'Network filter binding not found',
  VIR_ERR_DEVICE_MISSING: 'device not found',
  VIR_ERR_INVALID_NODE_DEVICE: 'invalid node device pointer',
  VIR_ERR_INVALID_SECRET: 'Invalid secret',
};

/** A VirError of the test driver (VIR_FROM_TEST), worded as libvirt words it: lead-in, colon, detail. */
export function testError(number: keyof typeof VirErrorNumber, detail: string, cause?: unknown): VirError {
  const lead = leadIn[number];
  const message = lead === undefined ? detail : detail === '' ? lead : `${lead}: ${detail}`;
  return new VirError({
    code: VirErrorNumber[number],
    domain: VirErrorDomain.VIR_FROM_TEST,
    message,
    str1: '%s',
    str2: detail === '' ? null : detail,
    cause,
  });
}

/** Refuses every flag that the function does not know, as libvirt's virCheckFlags does. */
export function checkFlags(flags: number | undefined, allowed: number, slot: string): void {
  const unknown = ((flags ?? 0) & ~allowed) >>> 0;
  if (unknown === 0) return;
  throw new VirError({
    code: VirErrorNumber.VIR_ERR_INVALID_ARG,
    domain: VirErrorDomain.VIR_FROM_TEST,
    message: `unsupported flags (0x${unknown.toString(16)}) in function ${slot}`,
  });
}

/** Refuses two flags together, as libvirt does for pairs that contradict each other. */
export function checkExclusive(flags: number, first: [string, number], second: [string, number], slot: string): void {
  if ((flags & first[1]) === 0 || (flags & second[1]) === 0) return;
  throw testError('VIR_ERR_INVALID_ARG', `Flags '${first[0]}' and '${second[0]}' are mutually exclusive in ${slot}`);
}
