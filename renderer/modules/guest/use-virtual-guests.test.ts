import { mount } from '@vue/test-utils';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { defineComponent, h, nextTick, shallowRef, type Ref } from 'vue';
import { openHost } from '../../shared/link/index.ts';
import { startHostState } from '../../shared/state/index.ts';
import { FakeHost } from '../../testing/fake-host.ts';
import { useVirtualGuests, type VirtualGuests } from './use-virtual-guests.ts';

/** 20 rows of 40 pixels below a header of 34. */
const height = 834;

/** Tells the list that its element became so high. */
let resize: (height: number) => void = () => {};

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

async function list() {
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(tell: (entries: unknown[]) => void) {
        resize = (to) => tell([{ contentRect: { height: to } }]);
      }
      observe(): void {}
      disconnect(): void {}
    },
  );
  const host = new FakeHost({ guests: 500 });
  const state = startHostState(openHost(host));
  await vi.waitUntil(() => state.inventory.isReady.value && state.settings.isReady.value);
  const keys = shallowRef<readonly string[]>([...host.guests.keys()]);
  const scroller: Ref<HTMLElement | null> = shallowRef(null);
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(height);
  let rows!: VirtualGuests;
  mount(
    defineComponent({
      setup: () => {
        rows = useVirtualGuests(scroller, keys);
        return () => h('div', { ref: scroller });
      },
    }),
  );
  await nextTick();
  const shown = (): number[] => rows.slots.value.map(({ index }) => index);
  return { keys, rows, shown, scroller };
}

describe('useVirtualGuests', () => {
  it('draws what fits and a little more, each row in its place', async () => {
    const { rows, shown, keys } = await list();
    expect(shown()).toEqual(Array.from({ length: 26 }, (_, index) => index));
    expect(rows.slots.value[7]).toMatchObject({ index: 7, top: 280, guest: { key: keys.value[7] } });
    expect([rows.totalPx.value, rows.pageRows()]).toEqual([20_000, 20]);
  });

  it('draws a row that it scrolls to at once', async () => {
    const { rows, shown, scroller } = await list();
    rows.scrollTo(400);
    expect(scroller.value?.scrollTop).toBe(400 * 40 - 19 * 40);
    expect(shown()).toContain(400);
  });

  it('recycles elements: a row that comes takes the place of one that went', async () => {
    const { rows } = await list();
    rows.scrollTo(100);
    const most = Math.max(...rows.slots.value.map(({ slot }) => slot));
    const used = rows.slots.value.length;
    rows.scrollTo(300);
    expect(rows.slots.value).toHaveLength(used);
    expect(new Set(rows.slots.value.map(({ slot }) => slot)).size).toBe(used);
    expect(Math.max(...rows.slots.value.map(({ slot }) => slot))).toBe(most);
  });

  it('shows the end of a list that became shorter than where it was scrolled to', async () => {
    const { rows, keys, shown } = await list();
    rows.scrollTo(499);
    keys.value = keys.value.slice(0, 10);
    expect(shown()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it.each([
    ['keeps a held row in view when the view becomes smaller', 499, 499 * 40 + 40 - 400],
    ['leaves a held row alone that was out of view', 3, 500 * 40 - 800],
    ['holds nothing without a row', -1, 500 * 40 - 800],
  ])('%s', async (_what, held, scrollTop) => {
    const { rows, scroller } = await list();
    rows.hold(shallowRef(held));
    rows.scrollTo(499);
    await nextTick();
    resize(434);
    await nextTick();
    expect(scroller.value?.scrollTop).toBe(scrollTop);
  });
});
