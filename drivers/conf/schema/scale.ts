/** Sizes with a unit (virParseScaledValue): `<memory unit='GiB'>2</memory>`. */
import { invalid, maxU64 } from './value.ts';

export type BaseUnit = 'bytes' | 'KiB' | 'MiB' | 'GiB';

const letters = 'kmgtpe';
const baseSizes: Readonly<Record<BaseUnit, bigint>> = { bytes: 1n, KiB: 1024n, MiB: 1024n ** 2n, GiB: 1024n ** 3n };

export const unitNames: readonly string[] = [
  'b',
  'bytes',
  'KB',
  'k',
  'KiB',
  'MB',
  'M',
  'MiB',
  'GB',
  'G',
  'GiB',
  'TB',
  'T',
  'TiB',
  'PB',
  'P',
  'PiB',
  'EB',
  'E',
  'EiB',
];

/** Octets in one `unit`, or undefined for one that libvirt does not know either. */
export function bytesOfUnit(unit: string): bigint | undefined {
  const name = unit.toLowerCase();
  if (name === 'b' || name === 'byte' || name === 'bytes') return 1n;
  const power = letters.indexOf(name.charAt(0));
  if (power === -1 || name === '') return undefined;
  const suffix = name.slice(1);
  if (suffix === '' || suffix === 'ib') return 1024n ** BigInt(power + 1);
  return suffix === 'b' ? 1000n ** BigInt(power + 1) : undefined;
}

/**
 * `number` of `unit` (default: `assumed`) in whole `base` units, rounded up as libvirt does; `invalid` where it is no
 * number or does not fit 64 bits in octets.
 */
export function parseScaled(
  number: string,
  unit: string | undefined,
  base: BaseUnit,
  assumed: BaseUnit = base,
): bigint | typeof invalid {
  const digits = number.trim();
  const scale = unit === undefined || unit === '' ? baseSizes[assumed] : bytesOfUnit(unit);
  if (scale === undefined || !/^\+?[0-9]{1,20}$/.test(digits)) return invalid;
  const bytes = BigInt(digits.replace('+', '')) * scale;
  if (bytes > maxU64) return invalid;
  const size = baseSizes[base];
  return (bytes + size - 1n) / size;
}

/** Octets in the largest unit that divides them (virFormatIntPretty). */
export function prettySize(bytes: bigint): { value: bigint; unit: string } {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'];
  let value = bytes;
  let power = 0;
  while (value !== 0n && value % 1024n === 0n && power + 1 < units.length) {
    value /= 1024n;
    power++;
  }
  return { value, unit: units[power] ?? 'B' };
}
