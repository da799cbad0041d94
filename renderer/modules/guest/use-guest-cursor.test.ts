import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { computed, shallowRef } from 'vue';
import { openHost } from '../../shared/link/index.ts';
import { startHostState } from '../../shared/state/index.ts';
import { FakeHost } from '../../testing/fake-host.ts';
import { useGuestListStore } from './guest-list.store.ts';
import { useGuestCursor } from './use-guest-cursor.ts';

beforeEach(() => setActivePinia(createPinia()));

async function table() {
  const host = new FakeHost({ guests: 9 });
  const state = startHostState(openHost(host));
  await vi.waitUntil(() => state.inventory.isReady.value);
  const keys = shallowRef<readonly string[]>([...host.guests.keys()]);
  const scrolled: number[] = [];
  const rows = {
    slots: computed(() => []),
    totalPx: computed(() => 0),
    pageRows: () => 4,
    scrollTo: (index: number) => scrolled.push(index),
    hold: () => {},
  };
  const list = useGuestListStore();
  const cursor = useGuestCursor(keys, { ...rows, scrollTo: (index) => void rows.scrollTo(index) });
  const press = (key: string, init: KeyboardEventInit = {}): boolean =>
    cursor.press(new KeyboardEvent('keydown', { key, ...init }));
  const selected = (): number[] => [...list.selected].map((key) => keys.value.indexOf(key)).toSorted();
  return { keys, list, cursor, press, scrolled, selected };
}

describe('useGuestCursor', () => {
  it('begins at the first row and follows the arrows, keeping it in view', async () => {
    const { press, cursor, scrolled } = await table();
    press('ArrowDown');
    press('ArrowDown');
    press('PageDown');
    expect(cursor.index.value).toBe(5);
    expect(scrolled).toEqual([0, 1, 5]);
  });

  it('ticks with Space and extends with Shift', async () => {
    const { press, selected } = await table();
    press('ArrowDown');
    press(' ');
    press('ArrowDown', { shiftKey: true });
    press('ArrowDown', { shiftKey: true });
    expect(selected()).toEqual([0, 1, 2]);
    press('Escape');
    expect(selected()).toEqual([]);
  });

  it('selects all with Ctrl+A, and none when all are', async () => {
    const { press, cursor } = await table();
    press('a', { ctrlKey: true });
    expect(cursor.selection.value).toBe('all');
    press('a', { ctrlKey: true });
    expect(cursor.selection.value).toBe('none');
  });

  it('goes to the name that is typed', async () => {
    const { press, list, keys } = await table();
    press('m');
    press('a');
    expect(keys.value.indexOf(list.active!)).toBe(4);
  });

  it('keeps the cursor on its guest when the order changes', async () => {
    const { press, cursor, keys } = await table();
    press('ArrowDown');
    keys.value = keys.value.toReversed();
    expect(cursor.index.value).toBe(8);
  });

  it('leaves other keys to the page', async () => {
    const { press } = await table();
    expect([press('Tab'), press('ArrowLeft', { altKey: true }), press('F5')]).toEqual([false, false, false]);
  });

  it('ticks with Ctrl and a range with Shift when clicked', async () => {
    const { cursor, selected } = await table();
    cursor.click(2, new MouseEvent('click', { ctrlKey: true }));
    cursor.click(5, new MouseEvent('click', { shiftKey: true }));
    expect(selected()).toEqual([2, 3, 4, 5]);
  });
});
