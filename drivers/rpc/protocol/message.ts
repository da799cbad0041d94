/** What every program shares: the error of a reply, and the hole of a sparse stream. */
import { hyper, int, optional, optionalString, struct, uint, type TableFile } from './dsl.ts';
import { domain, network } from './refs.ts';

const messageError = struct('virNetMessageError', {
  code: int,
  domain: int,
  message: optionalString,
  level: int,
  dom: optional(domain),
  str1: optionalString,
  str2: optionalString,
  str3: optionalString,
  int1: int,
  int2: int,
  net: optional(network),
});
const streamHole = struct('virNetStreamHole', { length: hyper, flags: uint });

export const messageTable: TableFile = {
  file: 'message',
  program: '',
  structs: [messageError, streamHole],
  procedures: [],
};
