/**
 * The vocabulary of the protocol table: values that describe XDR types, structs and procedures. The table is data for
 * the generator (build/generate-protocol.ts) and is never consulted at run time.
 *
 * Names are the wire's (`remote_domain_get_info_args`); the generator derives TypeScript's from them.
 */

/** A type without a parameter. `uchar`, `ushort` and the like take four bytes each, as XDR has it. */
export interface BaseType {
  kind: 'int' | 'uint' | 'hyper' | 'uhyper' | 'double' | 'char' | 'uchar' | 'ushort' | 'uuid' | 'typedParam';
}
/** UTF-8 text of at most `max` bytes. */
export interface StringType {
  kind: 'string';
  max: number;
}
/** Bytes, at most `max`. */
export interface OpaqueType {
  kind: 'opaque';
  max: number;
}
/** `char x<max>`: an array of four-byte elements, here taken as bytes. */
export interface CharsType {
  kind: 'chars';
  max: number;
}
/** `char x<max>` or `char x[max]` (`fixed`) that holds a C string: NUL-terminated, or padded with NUL. */
export interface TextType {
  kind: 'text';
  max: number;
  fixed: boolean;
}
/** A count and that many items, at most `max`. */
export interface ArrayType {
  kind: 'array';
  of: XdrType;
  max: number;
}
/** An XDR pointer: a flag and, when it is 1, the value. */
export interface OptionalType {
  kind: 'optional';
  of: XdrType;
}
export type Fields = Record<string, XdrType>;
export interface StructType {
  kind: 'struct';
  name: string;
  fields: Fields;
  /** Set where drivers/driver.ts declares the TypeScript type. */
  driverType: string | null;
}
export type XdrType = BaseType | StringType | OpaqueType | CharsType | TextType | ArrayType | OptionalType | StructType;

/** Which way a stream flows, seen from the client: `up` to the server, `down` from it. */
export type StreamDirection = 'up' | 'down' | 'both';

export type EventFamilyName = 'domain' | 'network' | 'storagePool' | 'nodeDevice' | 'secret' | 'qemuMonitor';

export interface ProcedureOptions {
  stream?: StreamDirection;
  /** Which packets carry file descriptors. */
  fds?: 'call' | 'reply' | 'both';
  /** First libvirt release with it, where newer than 9.0.0. */
  since?: string;
  /** Strings among the typed parameters must be asked for by a flag (VIR_TYPED_PARAM_STRING_OKAY). */
  stringParams?: true;
  /** The public C function; by default derived from the name. null: none, it is internal. */
  api?: string | null;
}

export interface Procedure {
  kind: 'call' | 'event' | 'message';
  number: number;
  /** Lower case, without program and `PROC`: `domain_get_info`. */
  name: string;
  /** Arguments of a call; the message of an event. null: nothing. */
  args: Fields | null;
  ret: Fields | null;
  /** `high` may also run on the server's priority workers. */
  priority: 'low' | 'high';
  stream: StreamDirection | null;
  fds: 'call' | 'reply' | 'both' | null;
  since: string | null;
  stringParams: boolean;
  api: string | null | undefined;
  event: { family: EventFamilyName; id: number } | null;
}

export interface Program {
  name: string;
  number: number;
  version: number;
  procedures: Procedure[];
}

/** One file of the table: it becomes one generated codec file of the same name. */
export interface TableFile {
  file: string;
  program: string;
  structs: StructType[];
  procedures: Procedure[];
}

export const int: BaseType = { kind: 'int' };
export const uint: BaseType = { kind: 'uint' };
export const hyper: BaseType = { kind: 'hyper' };
export const uhyper: BaseType = { kind: 'uhyper' };
export const char: BaseType = { kind: 'char' };
export const uchar: BaseType = { kind: 'uchar' };
export const ushort: BaseType = { kind: 'ushort' };
export const uuid: BaseType = { kind: 'uuid' };
/** remote_typed_param: a field name and a union of int, uint, hyper, uhyper, double, boolean and string. */
export const typedParam: BaseType = { kind: 'typedParam' };

/** VIR_NET_MESSAGE_STRING_MAX, REMOTE_STRING_MAX and ADMIN_STRING_MAX are one number. */
const STRING_MAX = 4_194_304;
export const string: StringType = { kind: 'string', max: STRING_MAX };
export const optionalString: OptionalType = { kind: 'optional', of: string };

export const opaque = (max: number): OpaqueType => ({ kind: 'opaque', max });
export const chars = (max: number): CharsType => ({ kind: 'chars', max });
export const text = (max: number): TextType => ({ kind: 'text', max, fixed: false });
export const fixedText = (max: number): TextType => ({ kind: 'text', max, fixed: true });
export const array = (of: XdrType, max: number): ArrayType => ({ kind: 'array', of, max });
export const optional = (of: XdrType): OptionalType => ({ kind: 'optional', of });

/** A struct; `driverType` names its type in drivers/driver.ts where that file declares it. */
export function struct(name: string, fields: Fields, driverType: string | null = null): StructType {
  return { kind: 'struct', name, fields, driverType };
}

/** A call of normal priority: number, name, arguments, result. */
export function call(
  number: number,
  name: string,
  args: Fields = {},
  ret: Fields = {},
  options: ProcedureOptions = {},
): Procedure {
  return procedure('call', number, name, args, ret, options);
}

/** A call the server may also run on its priority workers. */
export function highCall(...parts: Parameters<typeof call>): Procedure {
  return { ...call(...parts), priority: 'high' };
}

/** A message of the server; `family` and `id` say which registration it answers. */
export function event(
  number: number,
  name: string,
  message: Fields,
  family: EventFamilyName | null,
  id: number,
  options: ProcedureOptions = {},
): Procedure {
  return { ...procedure('event', number, name, message, {}, options), event: family === null ? null : { family, id } };
}

/** A message without content that either side may send. */
export function message(number: number, name: string): Procedure {
  return procedure('message', number, name, {}, {}, {});
}

function procedure(
  kind: Procedure['kind'],
  number: number,
  name: string,
  args: Fields,
  ret: Fields,
  options: ProcedureOptions,
): Procedure {
  return {
    kind,
    number,
    name,
    args: nullIfEmpty(args),
    ret: nullIfEmpty(ret),
    priority: 'low',
    stream: options.stream ?? null,
    fds: options.fds ?? null,
    since: options.since ?? null,
    stringParams: options.stringParams ?? false,
    api: options.api,
    event: null,
  };
}

function nullIfEmpty(fields: Fields): Fields | null {
  return Object.keys(fields).length === 0 ? null : fields;
}
