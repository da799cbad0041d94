/** virNetMessageError <-> VirError: every field in both directions. */
import { VirError } from '../error.ts';
import { readNetMessageError, type NetMessageError } from './generated/message.gen.ts';
import type { XdrReader } from './xdr/reader.ts';

/** The error of a REPLY or STREAM packet whose status is ERROR. */
export function readVirError(r: XdrReader): VirError {
  const error = readNetMessageError(r);
  return new VirError({
    code: error.code,
    domain: error.domain,
    message: error.message ?? 'The server reported an error without a message.',
    level: error.level,
    str1: error.str1,
    str2: error.str2,
    str3: error.str3,
    int1: error.int1,
    int2: error.int2,
  });
}

/** What travels for an error. The objects it is about are never filled in, as in libvirt. */
export function toNetMessageError(error: VirError): NetMessageError {
  const { code, domain, message, level, str1, str2, str3, int1, int2 } = error;
  return { code, domain, message, level, dom: null, str1, str2, str3, int1, int2, net: null };
}
