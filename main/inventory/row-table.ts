/** One kind of rows, and what changed in it since the last patch. The cost of a patch is the number of changed rows. */
import type { RowPatch } from '../contract/index.ts';

/** `added` is sent whole, `gone` by key, a set of names in part. */
type Dirt<Row> = 'added' | 'gone' | Set<keyof Row>;

export class RowTable<Row extends { key: string }> {
  readonly #rows = new Map<string, Row>();
  readonly #dirt = new Map<string, Dirt<Row>>();
  readonly #onDirty: () => void;

  /** `onDirty` is called at every change; the owner decides when to send. */
  constructor(onDirty: () => void) {
    this.#onDirty = onDirty;
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  all(): Row[] {
    return [...this.#rows.values()];
  }

  /** Puts a row in its place; of one that was there only what differs counts as changed. */
  put(row: Row): void {
    if (this.#rows.has(row.key)) return this.change(row.key, row);
    this.#rows.set(row.key, row);
    this.#dirt.set(row.key, 'added');
    this.#onDirty();
  }

  /** Changes some fields; a row that is not there, or nothing different, changes nothing. */
  change(key: string, fields: Partial<Row>): void {
    const before = this.#rows.get(key);
    if (!before) return;
    const names = (Object.keys(fields) as (keyof Row)[]).filter((name) => !isSame(before[name], fields[name]));
    if (names.length === 0) return;
    // Rows are replaced: a snapshot that is on its way keeps what it had.
    this.#rows.set(key, { ...before, ...fields });
    const dirt = this.#dirt.get(key) ?? new Set<keyof Row>();
    if (dirt instanceof Set) for (const name of names) dirt.add(name);
    this.#dirt.set(key, dirt);
    this.#onDirty();
  }

  delete(key: string): void {
    if (!this.#rows.delete(key)) return;
    this.#dirt.set(key, 'gone');
    this.#onDirty();
  }

  /** What changed since the last call; undefined when nothing did. */
  takePatch(): RowPatch<Row> | undefined {
    if (this.#dirt.size === 0) return undefined;
    const upsert: Row[] = [];
    const change: (Pick<Row, 'key'> & Partial<Row>)[] = [];
    const remove: string[] = [];
    for (const [key, dirt] of this.#dirt) {
      const row = this.#rows.get(key);
      if (!row) remove.push(key);
      else if (dirt instanceof Set) change.push(pick(row, dirt));
      else upsert.push(row);
    }
    this.#dirt.clear();
    return {
      ...(upsert.length > 0 ? { upsert } : {}),
      ...(change.length > 0 ? { change } : {}),
      ...(remove.length > 0 ? { remove } : {}),
    };
  }
}

function pick<Row extends { key: string }>(row: Row, names: Set<keyof Row>): Pick<Row, 'key'> & Partial<Row> {
  const part = { key: row.key } as Pick<Row, 'key'> & Partial<Row>;
  for (const name of names) part[name] = row[name] as (typeof part)[typeof name];
  return part;
}

/** Same value, or plain objects of same values (a row's statistics). */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = Object.entries(a);
  return (
    left.length === Object.keys(b).length &&
    left.every(([name, value]) => Object.is(value, (b as Record<string, unknown>)[name]))
  );
}
