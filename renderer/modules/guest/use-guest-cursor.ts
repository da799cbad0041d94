/** Cursor and selection of the guest table: what keys and clicks do. */
import { computed, type Ref } from 'vue';
import { moveCursor, TypeAhead, type GridCursor } from '../../shared/grid-keys.ts';
import { useHostState } from '../../shared/state/index.ts';
import { useGuestListStore } from './guest-list.store.ts';
import type { VirtualGuests } from './use-virtual-guests.ts';

export interface GuestCursor {
  index: Readonly<Ref<number>>;
  selection: Readonly<Ref<'none' | 'some' | 'all'>>;
  /** Handles a key press; true when it was one of the table's. */
  press(event: KeyboardEvent): boolean;
  /** A click in a row: with Ctrl it ticks, with Shift it ticks a range. */
  click(index: number, event: MouseEvent): void;
  moveTo(index: number): void;
  toggleAll(): void;
}

export function useGuestCursor(keys: Ref<readonly string[]>, rows: VirtualGuests): GuestCursor {
  const { inventory } = useHostState();
  const list = useGuestListStore();
  const typeAhead = new TypeAhead();
  const index = computed(() => (list.active === null ? -1 : keys.value.indexOf(list.active)));
  const selection = computed(() => {
    if (list.selected.size === 0) return 'none';
    return list.selected.size >= keys.value.length && keys.value.every((key) => list.selected.has(key))
      ? 'all'
      : 'some';
  });
  const labelAt = (at: number): string => inventory.guest(keys.value[at] ?? '')?.name.toLowerCase() ?? '';

  function moveTo(next: number): void {
    list.active = keys.value[next] ?? null;
    rows.scrollTo(next);
  }

  function selectRange(from: number, to: number): void {
    const range = keys.value.slice(Math.min(from, to), Math.max(from, to) + 1);
    list.select([...list.selected, ...range]);
  }

  function toggleAll(): void {
    list.select(selection.value === 'all' ? [] : keys.value);
  }

  function press(event: KeyboardEvent): boolean {
    const { key, ctrlKey, metaKey, altKey, shiftKey } = event;
    if ((ctrlKey || metaKey) && key === 'a') return (toggleAll(), true);
    if (ctrlKey || metaKey || altKey) return false;
    if (key === 'Escape' && list.selected.size > 0) return (list.select([]), true);
    const cursor: GridCursor = { index: index.value, count: keys.value.length, page: rows.pageRows() };
    const moved = moveCursor(key, cursor);
    if (moved !== null) {
      if (shiftKey) selectRange(Math.max(0, index.value), moved);
      return (moveTo(moved), true);
    }
    if (key === ' ' && !typeAhead.isTyping()) {
      if (list.active !== null) list.toggleSelected(list.active);
      return true;
    }
    const found = typeAhead.find(key, cursor, labelAt);
    if (found !== null) moveTo(found);
    return found !== null;
  }

  function click(at: number, event: MouseEvent): void {
    const key = keys.value[at];
    if (key === undefined) return;
    if (event.shiftKey) selectRange(Math.max(0, index.value), at);
    else if (event.ctrlKey || event.metaKey) list.toggleSelected(key);
    list.active = key;
  }

  return { index, selection, press, click, moveTo, toggleAll };
}
