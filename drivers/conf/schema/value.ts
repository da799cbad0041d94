/** Value types: how one attribute's or one text's characters become a value and back, and what is allowed there. */

export const invalid = Symbol('invalid');

/** What an editor and an error message need to know of a value. */
export interface ValueModel {
  kind: 'string' | 'enum' | 'boolean' | 'integer' | 'size' | 'uuid' | 'mac' | 'list';
  /** In words, for messages: `one of a, b` or `an integer from 0 to 255`. */
  allowed: string;
  /** Every spelling accepted, where they can be listed. */
  values?: readonly string[];
  /** A value that is accepted, where none can be listed. */
  example?: string;
}

export interface ValueType<T> {
  /** The value, or `invalid`. Never throws. */
  readonly parse: (raw: string) => T | typeof invalid;
  readonly format: (value: T) => string;
  readonly model: ValueModel;
}

export type ValueOf<V> = V extends ValueType<infer T> ? T : never;

const text: ValueType<string> = {
  parse: (raw) => raw,
  format: (value) => value,
  model: { kind: 'string', allowed: 'any text' },
};

/** Any text. */
export function string(): ValueType<string> {
  return text;
}

/** Text that matches `expression`; `allowed` says so in words. */
export function pattern(expression: RegExp, allowed: string, example: string): ValueType<string> {
  return {
    parse: (raw) => (expression.test(raw) ? raw : invalid),
    format: (value) => value,
    model: { kind: 'string', allowed, example },
  };
}

/** One of the given words. */
export function oneOf<const W extends string>(...words: readonly W[]): ValueType<W> {
  const known = new Map<string, W>(words.map((word) => [word, word]));
  return {
    parse: (raw) => known.get(raw) ?? invalid,
    format: (value) => value,
    model: { kind: 'enum', allowed: words.join(', '), values: words },
  };
}

function switchOf(on: string, off: string): ValueType<boolean> {
  return {
    parse: (raw) => (raw === on ? true : raw === off ? false : invalid),
    format: (value) => (value ? on : off),
    model: { kind: 'boolean', allowed: `${on}, ${off}`, values: [on, off] },
  };
}

const yesNoType = switchOf('yes', 'no');
const onOffType = switchOf('on', 'off');

/** `yes` or `no` (virTristateBool, absent being the third state). */
export const yesNo = (): ValueType<boolean> => yesNoType;
/** `on` or `off` (virTristateSwitch). */
export const onOff = (): ValueType<boolean> => onOffType;
/** `1` or `0`, as a few old attributes have it. */
export const oneZero = (): ValueType<boolean> => switchOf('1', '0');

/** A small number that is allowed. */
function exampleNumber(min: number | bigint, max: number | bigint): string {
  return String(min > 0 ? min : max < 1 ? max : 1);
}

interface IntegerOptions {
  min?: number;
  max?: number;
  /** Hexadecimal and octal are read as well. */
  anyBase?: boolean;
  /** Written as `0x` with at least so many digits; hexadecimal, octal and decimal are read. */
  hex?: number;
}

const decimal = /^\s*[+-]?[0-9]{1,20}$/;
const anyBase = /^\s*[+-]?(?:0[xX][0-9a-fA-F]{1,16}|[0-9]{1,20})$/;

/** A whole number that fits a JavaScript number; 32-bit unsigned unless told otherwise. */
export function int(options: IntegerOptions = {}): ValueType<number> {
  const { min = 0, max = 0xffffffff, hex } = options;
  const isAnyBase = options.anyBase === true || hex !== undefined;
  return {
    parse: (raw) => {
      if (!(isAnyBase ? anyBase : decimal).test(raw)) return invalid;
      const value = isAnyBase && /^\s*\+?0[0-7]+$/.test(raw) ? Number.parseInt(raw, 8) : Number(raw);
      return Number.isSafeInteger(value) && value >= min && value <= max ? value : invalid;
    },
    format: (value) => (hex === undefined ? String(value) : `0x${value.toString(16).padStart(hex, '0')}`),
    model: { kind: 'integer', allowed: `an integer from ${min} to ${max}`, example: exampleNumber(min, max) },
  };
}

/** A signed 32-bit number. */
export const sint = (): ValueType<number> => int({ min: -0x80000000, max: 0x7fffffff });

/** An unsigned number written in hexadecimal with `digits` digits. */
export const hex = (digits: number, max = 0xffffffff): ValueType<number> => int({ hex: digits, max });

export const maxU64 = 0xffff_ffff_ffff_ffffn;

/** A whole number of up to 64 bits. */
export function bigint(min: bigint, max: bigint, hexDigits?: number): ValueType<bigint> {
  return {
    parse: (raw) => {
      if (!(hexDigits === undefined ? decimal : anyBase).test(raw)) return invalid;
      const digits = raw.trim().replace(/^\+/, '');
      const value = digits.startsWith('-') ? -BigInt(digits.slice(1)) : BigInt(digits);
      return value >= min && value <= max ? value : invalid;
    },
    format: (value) => (hexDigits === undefined ? String(value) : `0x${value.toString(16).padStart(hexDigits, '0')}`),
    model: { kind: 'integer', allowed: `an integer from ${min} to ${max}`, example: exampleNumber(min, max) },
  };
}

const u64Type = bigint(0n, maxU64);
export const u64 = (): ValueType<bigint> => u64Type;
export const s64 = (): ValueType<bigint> => bigint(-0x8000_0000_0000_0000n, 0x7fff_ffff_ffff_ffffn);
export const hex64 = (digits: number): ValueType<bigint> => bigint(0n, maxU64, digits);

/** A UUID, with or without hyphens; written in lower case with hyphens. */
export function uuid(): ValueType<string> {
  return {
    parse: (raw) => {
      const digits = raw.replace(/[-\s]/g, '').toLowerCase();
      if (raw.length > 64 || !/^[0-9a-f]{32}$/.test(digits)) return invalid;
      return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
    },
    format: (value) => value,
    model: {
      kind: 'uuid',
      allowed: 'a UUID such as 6695eb01-f6a4-8304-79aa-97f2502e193f',
      example: '6695eb01-f6a4-8304-79aa-97f2502e193f',
    },
  };
}

/** A MAC address; written in lower case. */
export function mac(): ValueType<string> {
  return {
    parse: (raw) => {
      const parts = raw.toLowerCase().split(':');
      if (parts.length !== 6 || !parts.every((part) => /^[0-9a-f]{1,2}$/.test(part))) return invalid;
      return parts.map((part) => part.padStart(2, '0')).join(':');
    },
    format: (value) => value,
    model: { kind: 'mac', allowed: 'a MAC address such as 52:54:00:12:34:56', example: '52:54:00:12:34:56' },
  };
}
