/** Quantities as text, by locale: sizes in binary units, rates, shares, ages. */
import { formatLocales } from '../../i18n/index.ts';

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;
export type Unit = (typeof units)[number];

const numberFormats = new Map<number, Intl.NumberFormat>();

/** A number with at most so many fraction digits, in the user's notation. */
export function formatNumber(value: number, digits = 0): string {
  let format = numberFormats.get(digits);
  if (format === undefined) {
    format = new Intl.NumberFormat(formatLocales(), { maximumFractionDigits: digits });
    numberFormats.set(digits, format);
  }
  return format.format(value);
}

/** Formats a number, so that the first one shown need not wait for the locale's data to be loaded (about 15 ms). */
export function warmUpNumbers(): void {
  formatNumber(0, 0);
  formatNumber(0, 1);
}

/** The unit in which a size reads best: at least 1 of it. */
export function unitFor(bytes: number): Unit {
  const power = bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10);
  return units[Math.min(power, units.length - 1)] ?? 'B';
}

/** The size as a number of this unit, without the unit: three significant places at most. */
export function formatInUnit(bytes: number, unit: Unit): string {
  const value = bytes / 1024 ** units.indexOf(unit);
  return formatNumber(value, unit === 'B' || value >= 100 ? 0 : 1);
}

/** `2147483648` as `2 GiB`. */
export function formatBytes(bytes: number): string {
  const unit = unitFor(bytes);
  return `${formatInUnit(bytes, unit)} ${unit}`;
}

/** Part of a whole, sharing one unit: `120 / 512 MiB`. */
export function formatBytesOf(part: number, whole: number): string {
  const unit = unitFor(whole);
  return `${formatInUnit(part, unit)} / ${formatInUnit(whole, unit)} ${unit}`;
}

export function formatKiB(kibibytes: number): string {
  return formatBytes(kibibytes * 1024);
}

/** Used of all, sharing one unit: `2.1 / 4 GiB`. */
export function formatShareKiB(used: number | null, all: number): string {
  // Not known, then, for no guest has none.
  if (all === 0) return '–';
  const unit = unitFor(all * 1024);
  return `${used === null ? '–' : formatInUnit(used * 1024, unit)} / ${formatInUnit(all * 1024, unit)} ${unit}`;
}

export function formatRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? '–' : `${formatBytes(bytesPerSecond)}/s`;
}

/** `12` as `12 %`; one place below ten. */
export function formatPercent(percent: number | null): string {
  return percent === null ? '–' : `${formatNumber(percent, percent < 10 ? 1 : 0)} %`;
}
