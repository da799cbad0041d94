/** Rows of one kind by key, changed by patches. Plain data: who watches watches the inventory's counters. */
import type { RowPatch } from '../../../main/contract/index.ts';

export class RowTable<Row extends { key: string }> {
  readonly rows = new Map<string, Row>();
  /** Fields that lists are ordered, filtered or counted by. */
  readonly #structural: readonly (keyof Row)[];

  constructor(structural: readonly (keyof Row)[]) {
    this.#structural = structural;
  }

  replaceAll(rows: readonly Row[]): void {
    this.rows.clear();
    for (const row of rows) this.rows.set(row.key, row);
  }

  /** Applies a patch; true when rows came or went or a structural field changed. `seen` gets each row with news. */
  apply(patch: RowPatch<Row>, seen?: (row: Row) => void): boolean {
    let structural = false;
    for (const row of patch.upsert ?? []) {
      structural = this.#put(row) || structural;
      seen?.(row);
    }
    for (const change of patch.change ?? []) {
      const old = this.rows.get(change.key);
      if (old === undefined) continue;
      const row = { ...old, ...change };
      structural = this.#put(row) || structural;
      if ('stats' in change) seen?.(row);
    }
    for (const key of patch.remove ?? []) structural = this.rows.delete(key) || structural;
    return structural;
  }

  #put(row: Row): boolean {
    const old = this.rows.get(row.key);
    this.rows.set(row.key, row);
    return old === undefined || this.#structural.some((field) => old[field] !== row[field]);
  }
}
