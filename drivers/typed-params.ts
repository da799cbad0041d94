/**
 * libvirt's typed parameters as plain objects, and back. The way back needs a wire type for each value: known fields
 * have theirs in a generated table, others are judged by the value.
 */
import { type Int64, invalidArgument, toHyper, toUhyper } from './arguments.ts';
import type { TypedParam } from './driver.ts';
import { typedParamTypes } from './typed-params.gen.ts';

type TypedParamType = TypedParam['type'];

/** Field -> value. 32-bit integers and doubles are numbers, 64-bit integers bigints. */
export type TypedParams = Record<string, number | bigint | boolean | string>;

/**
 * Field -> value, going in. A list of strings becomes one parameter of that name for each; fields that are undefined
 * are left out. A field libvirt knows takes that field's type; another one is judged by its value.
 */
export type TypedParamsInput = Readonly<
  Record<string, number | bigint | boolean | string | readonly string[] | undefined>
>;

/** Highest value a memory limit can have; it means that there is no limit. In KiB. */
export const VIR_DOMAIN_MEMORY_PARAM_UNLIMITED = 9007199254740991n;

/** A plain object of the parameters; of a field that occurs several times, the last. */
export function fromTypedParams(params: readonly TypedParam[]): TypedParams {
  const result: TypedParams = {};
  for (const { field, value } of params) {
    // The far side chooses the names, this one included; an assignment would set the prototype.
    if (field === '__proto__') Object.defineProperty(result, field, { value, enumerable: true });
    else result[field] = value;
  }
  return result;
}

/** The parameters of a plain object. Throws VIR_ERR_INVALID_ARG where a value does not fit its field's type. */
export function toTypedParams(input: TypedParamsInput): TypedParam[] {
  const params: TypedParam[] = [];
  for (const [field, value] of Object.entries(input)) {
    if (value === undefined) continue;
    if (field.length === 0 || field.length >= 80) {
      throw invalidArgument(`the parameter name '${field.slice(0, 90)}' has not between 1 and 79 characters`);
    }
    if (typeof value === 'object') for (const item of value) params.push({ field, type: 'string', value: item });
    else params.push(toTypedParam(field, value));
  }
  return params;
}

function toTypedParam(field: string, value: Int64 | boolean | string): TypedParam {
  const type = knownType(field) ?? guessType(value);
  switch (type) {
    case 'int':
    case 'uint':
      return { field, type, value: toInt32(field, type, value) };
    case 'llong':
      return { field, type, value: toHyper(asInteger(field, type, value), `parameter '${field}'`) };
    case 'ullong':
      return { field, type, value: toUhyper(asInteger(field, type, value), `parameter '${field}'`) };
    case 'double':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw mismatch(field, type, value);
      return { field, type, value };
    case 'boolean':
      if (typeof value !== 'boolean') throw mismatch(field, type, value);
      return { field, type, value };
    case 'string':
      if (typeof value !== 'string') throw mismatch(field, type, value);
      return { field, type, value };
  }
}

function knownType(field: string): TypedParamType | undefined {
  return Object.hasOwn(typedParamTypes, field) ? typedParamTypes[field as keyof typeof typedParamTypes] : undefined;
}

/** The narrowest type that holds the value. */
function guessType(value: Int64 | boolean | string): TypedParamType {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'boolean';
  if (typeof value === 'bigint') return value < 0n ? 'llong' : 'ullong';
  if (!Number.isInteger(value)) return 'double';
  if (value >= -(2 ** 31) && value < 2 ** 31) return 'int';
  if (value >= 0 && value < 2 ** 32) return 'uint';
  return guessType(BigInt(value));
}

function asInteger(field: string, type: TypedParamType, value: Int64 | boolean | string): Int64 {
  if (typeof value === 'bigint' || typeof value === 'number') return value;
  throw mismatch(field, type, value);
}

function toInt32(field: string, type: 'int' | 'uint', value: Int64 | boolean | string): number {
  const number = Number(asInteger(field, type, value));
  const [minimum, maximum] = type === 'int' ? [-(2 ** 31), 2 ** 31 - 1] : [0, 2 ** 32 - 1];
  if (!Number.isInteger(number) || number < minimum || number > maximum) throw mismatch(field, type, value);
  return number;
}

function mismatch(field: string, type: TypedParamType, value: Int64 | boolean | string): Error {
  return invalidArgument(`parameter '${field}' takes a value of the type ${type}, not the ${typeof value} ${value}`);
}
