/**
 * Which guests a list shows and in which order. Nothing jumps: values that change leave the order alone, rows that come
 * are put where they belong, and only a sort by the user orders everything anew.
 */
import type { GuestRow } from '../../../main/contract/index.ts';
import type { GuestColumn } from './columns.ts';
import { shapeOf, type StateShape } from './guest-state.ts';

export interface GuestFilter {
  /** Lower case; matches name, title, UUID and host. */
  search: string;
  /** Empty: all. */
  states: readonly StateShape[];
  /** Connection ids; empty: all. */
  hosts: readonly string[];
}

export interface GuestSort {
  column: GuestColumn;
  descending: boolean;
}

type HostName = (connectionId: string) => string;

/** Whether a guest belongs on the list. */
export function matcher(filter: GuestFilter, hostName: HostName): (row: GuestRow) => boolean {
  const { search, states, hosts } = filter;
  const has = (text: string): boolean => text.toLowerCase().includes(search);
  return (row) => {
    if (hosts.length > 0 && !hosts.includes(row.connectionId)) return false;
    if (states.length > 0 && !states.includes(shapeOf({ state: row.state, pending: null }))) return false;
    return (
      search === '' || has(row.name) || has(row.title) || row.uuid.includes(search) || has(hostName(row.connectionId))
    );
  };
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
// oxlint-disable-next-line no-control-regex
const plainAscii = /^[\x00-\x7f]*$/;

/** Digits padded, case folded: plain comparison then orders `vm-2` before `vm-10`, at a tenth of a collator's price. */
function naturalKey(text: string): string {
  return text
    .slice(0, 256)
    .toLowerCase()
    .replace(/\d+/g, (digits) => digits.padStart(12, '0'));
}

interface Ranked {
  row: GuestRow;
  value: string | number;
  tie: string;
}

function compareText(a: string, b: string, ascii: boolean): number {
  if (!ascii) return collator.compare(a, b);
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function comparator({ descending }: GuestSort, ascii: boolean): (a: Ranked, b: Ranked) => number {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const order =
      typeof a.value === 'number' && typeof b.value === 'number'
        ? a.value - b.value
        : compareText(String(a.value), String(b.value), ascii);
    return order === 0 ? compareText(a.tie, b.tie, ascii) : sign * order;
  };
}

function rank(row: GuestRow, { column }: GuestSort, hostName: HostName): Ranked {
  const value = column.sortValue(row, hostName(row.connectionId));
  const tie = naturalKey(row.name);
  // Most lists are by name: its key is made once.
  if (value === row.name) return { row, value: tie, tie };
  return { row, value: typeof value === 'string' ? naturalKey(value) : value, tie };
}

/** All rows in the order the user asked for. */
export function sortGuests(rows: readonly GuestRow[], sort: GuestSort, hostName: HostName): string[] {
  const ranked = rows.map((row) => rank(row, sort, hostName));
  const ascii = ranked.every(
    ({ tie, value }) => plainAscii.test(tie) && (typeof value === 'number' || value === tie || plainAscii.test(value)),
  );
  return ranked.toSorted(comparator(sort, ascii)).map(({ row }) => row.key);
}

/** The first place in `keys` whose row comes after `entry`. */
function placeFor(
  entry: Ranked,
  keys: readonly string[],
  ranked: (key: string) => Ranked,
  compare: (a: Ranked, b: Ranked) => number,
): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(entry, ranked(keys[middle]!)) < 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Few enough to be put in one by one. */
const fewNewRows = 64;

/** The order after rows came and went: who stays keeps the place, who comes is put where the sort says. */
export function reorderGuests(
  before: readonly string[],
  all: ReadonlyMap<string, GuestRow>,
  matches: (row: GuestRow) => boolean,
  sort: GuestSort,
  hostName: HostName,
): string[] {
  if (before.length === 0) return sortGuests([...all.values()].filter(matches), sort, hostName);
  const shown = new Set<string>();
  for (const row of all.values()) if (matches(row)) shown.add(row.key);
  const order = before.filter((key) => shown.delete(key));
  if (shown.size > fewNewRows)
    return sortGuests(
      [...order, ...shown].map((key) => all.get(key)!),
      sort,
      hostName,
    );
  const compare = comparator(sort, false);
  const ranked = (key: string): Ranked => rank(all.get(key)!, sort, hostName);
  for (const key of shown) order.splice(placeFor(ranked(key), order, ranked, compare), 0, key);
  return order;
}
