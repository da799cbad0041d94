/** What a benchmark says: rows with a value, its peer's value from the same run, and the budget it must keep. */

/** One measured quantity. */
export interface BenchRow {
  name: string;
  value: number;
  unit: string;
  /** What it is compared with, measured in the same run. */
  peer?: { name: string; value: number };
  /** The ratio to the peer, where it is not simply that of the two values: taken turn by turn, for example. */
  ratio?: number;
  /** Most that `value` (or, with a peer, the ratio of the two) may be. */
  budget?: number;
}

/** The ratio to the peer, or null. */
export function ratioOf(row: BenchRow): number | null {
  return row.peer === undefined ? null : (row.ratio ?? row.value / row.peer.value);
}

/** Whether the row keeps its budget; null where it has none. */
export function keepsBudget(row: BenchRow): boolean | null {
  return row.budget === undefined ? null : (ratioOf(row) ?? row.value) <= row.budget;
}

/** The middle of the values; the mean of the two middle ones of an even number. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle];
  const lower = sorted[sorted.length % 2 === 1 ? middle : middle - 1];
  if (upper === undefined || lower === undefined) throw new Error('The median of nothing was asked for');
  return (lower + upper) / 2;
}

/** Smallest value that `share` (0 to 1) of the values do not exceed. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error('A quantile of nothing was asked for');
  return value;
}

const digits = (value: number): string =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(3);

function cells(row: BenchRow): string[] {
  const ratio = ratioOf(row);
  const kept = keepsBudget(row);
  const limit = row.budget === undefined ? '' : ratio === null ? `≤ ${row.budget} ${row.unit}` : `≤ ${row.budget} x`;
  return [
    row.name,
    `${digits(row.value)} ${row.unit}`,
    row.peer === undefined ? '' : `${digits(row.peer.value)} ${row.unit} (${row.peer.name})`,
    ratio === null ? '' : `${ratio.toFixed(2)} x`,
    limit,
    kept === null ? '' : kept ? 'pass' : 'MISSED',
  ];
}

/** The rows as an aligned table. */
export function table(rows: readonly BenchRow[]): string {
  const lines = [['quantity', 'Hostler', 'peer', 'ratio', 'budget', ''], ...rows.map(cells)];
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0))) ?? [];
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
