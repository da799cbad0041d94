/** Times as text, by locale. */
import { formatLocales } from '../../i18n/index.ts';

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', Infinity],
];

let relative: Intl.RelativeTimeFormat | undefined;
let clock: Intl.DateTimeFormat | undefined;

/** How long ago, in the largest unit that fits: `2 min. ago`. */
export function formatAgo(timeMs: number, nowMs: number): string {
  relative ??= new Intl.RelativeTimeFormat(formatLocales(), { numeric: 'always', style: 'short' });
  // A clock that ticks slowly may be behind what it is asked about. Minus nought is in the past, too.
  let value = -Math.max(0, Math.round((nowMs - timeMs) / 1000));
  for (const [unit, size] of steps) {
    if (Math.abs(value) < size) return relative.format(value, unit);
    value = Math.round(value / size);
  }
  return '';
}

/** `14:05:09`, for logs and chart read-outs. */
export function formatClock(timeMs: number): string {
  clock ??= new Intl.DateTimeFormat(formatLocales(), { timeStyle: 'medium' });
  return clock.format(timeMs);
}

/** `0:41`, `1:02:03`: how long something takes. */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = String(s).padStart(2, '0');
  return h > 0 ? `${h}:${String(m).padStart(2, '0')}:${tail}` : `${m}:${tail}`;
}
