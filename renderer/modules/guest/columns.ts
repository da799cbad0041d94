/** Columns of the guest table: what each one is called, how wide it is and what it is ordered by. */
import type { GuestRow } from '../../../main/contract/index.ts';
import { stateRank } from './guest-state.ts';

export type ColumnId =
  | 'name'
  | 'state'
  | 'host'
  | 'cpu'
  | 'memory'
  | 'disk'
  | 'network'
  | 'vcpus'
  | 'autostart'
  | 'id'
  | 'uuid';

export interface GuestColumn {
  id: ColumnId;
  /** Least width in pixels, the sum of which makes the table scroll sideways; `narrowPx` where room is short. */
  minPx: number;
  narrowPx: number;
  /** Share of what is left over. */
  weight: number;
  isNumeric: boolean;
  /** What rows are ordered by; `host` gets the display name of the guest's host. Text compares naturally. */
  sortValue(row: GuestRow, host: string): string | number;
}

/** Guests without a figure come last when the largest come first. */
const none = -1;

function column(
  id: ColumnId,
  [minPx, narrowPx]: [number, number],
  weight: number,
  sortValue: GuestColumn['sortValue'],
  isNumeric = false,
): GuestColumn {
  return { id, minPx, narrowPx, weight, isNumeric, sortValue };
}

export const guestColumns: readonly GuestColumn[] = [
  column('name', [208, 150], 3, (row) => row.name),
  column('state', [124, 108], 1.2, (row) => stateRank(row)),
  column('host', [128, 92], 1.4, (_row, host) => host),
  column('cpu', [142, 76], 1.2, (row) => row.stats?.cpuPercent ?? none, true),
  column('memory', [176, 120], 1.4, (row) => row.stats?.memoryUsedKiB ?? none, true),
  column(
    'disk',
    [176, 168],
    1.2,
    (row) => (row.stats?.diskReadBytesPerSecond ?? none) + (row.stats?.diskWriteBytesPerSecond ?? 0),
    true,
  ),
  column(
    'network',
    [176, 168],
    1.2,
    (row) => (row.stats?.netReceiveBytesPerSecond ?? none) + (row.stats?.netTransmitBytesPerSecond ?? 0),
    true,
  ),
  column('vcpus', [76, 72], 0.6, (row) => row.vcpus, true),
  column('autostart', [100, 96], 0.8, (row) => (row.isAutostart ? 0 : 1)),
  column('id', [68, 64], 0.5, (row) => row.id ?? none, true),
  column('uuid', [300, 296], 1, (row) => row.uuid),
];

const byId = new Map(guestColumns.map((one) => [one.id, one]));

/** Known columns among the saved ones, in the saved order. The name is always there, and first. */
export function chosenColumns(saved: readonly string[]): GuestColumn[] {
  const ids = new Set<string>(['name', ...saved]);
  return [...ids].flatMap((id) => byId.get(id as ColumnId) ?? []);
}
