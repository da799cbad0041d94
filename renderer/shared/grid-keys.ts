/** Keyboard of a list or grid with a cursor: where a key press leads. Free of any component. */

export interface GridCursor {
  /** Row with the cursor, -1 for none. */
  index: number;
  count: number;
  /** Rows that fit on the screen. */
  page: number;
}

/** Where arrows, Home, End and paging lead; null for any other key. */
export function moveCursor(key: string, { index, count, page }: GridCursor): number | null {
  if (count === 0) return null;
  const last = count - 1;
  const to = (wanted: number): number => Math.max(0, Math.min(last, wanted));
  switch (key) {
    case 'ArrowDown':
      return to(index + 1);
    case 'ArrowUp':
      return index < 0 ? last : to(index - 1);
    case 'PageDown':
      return to(Math.max(0, index) + page);
    case 'PageUp':
      return to(index - page);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}

const pauseMs = 800;

/** Type-ahead: letters typed in a row search for a label that begins with them; one letter again and again walks on. */
export class TypeAhead {
  #typed = '';
  #lastMs = -Infinity;

  /** Index of the row to go to, or null. `labelAt` answers in lower case. */
  find(key: string, cursor: GridCursor, labelAt: (index: number) => string, nowMs = Date.now()): number | null {
    if (key.length !== 1 || (key === ' ' && nowMs - this.#lastMs > pauseMs)) return null;
    const letter = key.toLowerCase();
    const fresh = nowMs - this.#lastMs > pauseMs;
    const again = !fresh && this.#typed === letter;
    this.#typed = fresh ? letter : again ? letter : this.#typed + letter;
    this.#lastMs = nowMs;
    const first = fresh || again ? cursor.index + 1 : Math.max(0, cursor.index);
    for (let step = 0; step < cursor.count; step += 1) {
      const index = (first + step) % cursor.count;
      if (labelAt(index).startsWith(this.#typed)) return index;
    }
    return null;
  }

  /** True while letters are being collected, so that a space belongs to the search. */
  isTyping(nowMs = Date.now()): boolean {
    return this.#typed !== '' && nowMs - this.#lastMs <= pauseMs;
  }
}
