/** Checks and conversions of arguments that the public methods share. Every refusal is VIR_ERR_INVALID_ARG. */
import { type VirError, virError } from './error.ts';

/** A 64-bit integer going in: a bigint, or a number that is exact (below 2^53). Coming out it is always a bigint. */
export type Int64 = number | bigint;

/** One flag per host CPU, or libvirt's bitmap of them (bit n of byte n/8 is CPU n). */
export type CpuMap = readonly boolean[] | Uint8Array;

const maximumCpuMapBytes = 2048;

export function invalidArgument(message: string): VirError {
  return virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_NONE', `invalid argument: ${message}`);
}

/** A signed 64-bit integer. */
export function toHyper(value: Int64, name: string): bigint {
  return toBigInt(value, name, -(2n ** 63n), 2n ** 63n - 1n);
}

/** An unsigned 64-bit integer. */
export function toUhyper(value: Int64, name: string): bigint {
  return toBigInt(value, name, 0n, 2n ** 64n - 1n);
}

function toBigInt(value: Int64, name: string, minimum: bigint, maximum: bigint): bigint {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) {
    throw invalidArgument(`${name} is ${value}; give a whole number below 2^53, or a bigint`);
  }
  const wide = BigInt(value);
  if (wide < minimum || wide > maximum) {
    throw invalidArgument(`${name} is ${wide}, which is not between ${minimum} and ${maximum}`);
  }
  return wide;
}

/** A UUID as 36 characters in lower case, from text with or without dashes or from 16 bytes. */
export function toUuid(uuid: string | Uint8Array): string {
  const digits = typeof uuid === 'string' ? uuid.replaceAll('-', '').toLowerCase() : toHex(uuid);
  const match = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/.exec(digits);
  if (!match) {
    const shown = typeof uuid === 'string' ? `'${uuid.slice(0, 60)}'` : `${uuid.length} bytes`;
    throw invalidArgument(`${shown} is no UUID; one has 32 hexadecimal digits, or 16 bytes`);
  }
  return match.slice(1).join('-');
}

/** The 16 bytes of a UUID. */
export function uuidBytes(uuid: string): Uint8Array {
  return Uint8Array.from(uuid.replaceAll('-', '').match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** libvirt's bitmap of a CPU map. */
export function packCpuMap(map: CpuMap, name: string): Uint8Array {
  const length = map instanceof Uint8Array ? map.length : Math.ceil(map.length / 8);
  if (length === 0 || length > maximumCpuMapBytes) {
    throw invalidArgument(
      `${name} has ${map.length} entries; it needs one for each CPU, at most ${maximumCpuMapBytes * 8}`,
    );
  }
  if (map instanceof Uint8Array) return map;
  const bytes = new Uint8Array(length);
  for (const [cpu, isUsed] of map.entries()) {
    if (isUsed) bytes[cpu >> 3] = (bytes[cpu >> 3] ?? 0) | (1 << (cpu & 7));
  }
  return bytes;
}

/** The first `cpus` flags of each bitmap of `mapLength` bytes that stand one behind the other in `bytes`. */
export function unpackCpuMaps(bytes: Uint8Array, mapLength: number, cpus: number): boolean[][] {
  const count = mapLength > 0 ? Math.floor(bytes.length / mapLength) : 0;
  return Array.from({ length: count }, (_, index) => unpackCpuMap(bytes.subarray(index * mapLength), cpus));
}

/** The first `cpus` flags of one bitmap. */
export function unpackCpuMap(bytes: Uint8Array, cpus: number): boolean[] {
  return Array.from({ length: cpus }, (_, cpu) => (((bytes[cpu >> 3] ?? 0) >> (cpu & 7)) & 1) === 1);
}
