/** The rows on the screen of a list of thousands: which guests, where, in recycled elements. */
import { useEventListener, useResizeObserver } from '@vueuse/core';
import { computed, onMounted, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { GuestRow } from '../../../main/contract/index.ts';
import { useHostState } from '../../shared/state/index.ts';
import { rowsInView, scrollTopFor, type RowWindow } from './row-window.ts';

export interface RowSlot {
  /** Which recycled element draws it. */
  slot: number;
  index: number;
  /** Pixels from the top of the list. */
  top: number;
  guest: GuestRow;
}

export interface VirtualGuests {
  slots: ComputedRef<RowSlot[]>;
  totalPx: ComputedRef<number>;
  /** Whole rows that fit. */
  pageRows(): number;
  scrollTo(index: number): void;
  /** From now on this row, while it is in view, stays there when the view becomes smaller; -1 is no row. */
  hold(index: Ref<number>): void;
}

const headerPx = 34;
const rowPx = { comfortable: 40, compact: 28 };

/** The height of what shows the list, and how far it is scrolled. Known as soon as the element is mounted. */
function useScrollView(scroller: Ref<HTMLElement | null>): { height: Ref<number>; scrollTop: Ref<number> } {
  const height = shallowRef(0);
  const scrollTop = shallowRef(0);
  onMounted(() => (height.value = scroller.value?.clientHeight ?? 0));
  useResizeObserver(scroller, ([entry]) => (height.value = entry?.contentRect.height ?? 0));
  useEventListener(scroller, 'scroll', () => (scrollTop.value = scroller.value?.scrollTop ?? 0), { passive: true });
  return { height, scrollTop };
}

/** `scroller` may be there before the rows are: its height is then known when they come. */
export function useVirtualGuests(scroller: Ref<HTMLElement | null>, keys: Ref<readonly string[]>): VirtualGuests {
  const { inventory, settings } = useHostState();
  const { height, scrollTop } = useScrollView(scroller);
  const rows = computed<RowWindow>(() => ({
    rowPx: rowPx[settings.current.value.density],
    count: keys.value.length,
    viewPx: Math.max(0, height.value - headerPx),
    scrollTop: scrollTop.value,
  }));
  const range = computed((before?: { start: number; end: number }) => {
    const next = rowsInView(rows.value);
    return before?.start === next.start && before.end === next.end ? before : next;
  });

  // An element is recycled for the next row in turn, so scrolling makes none. Only ever grows.
  const pool = shallowRef(1);
  const grow = ({ start, end }: { start: number; end: number }): number =>
    (pool.value = Math.max(pool.value, end - start));
  watch(range, grow, { immediate: true, flush: 'sync' });

  const slots = computed(() => {
    const { start, end } = range.value;
    const pitch = rows.value.rowPx;
    const shown: RowSlot[] = [];
    for (let index = start; index < end; index += 1) {
      const guest = inventory.guest(keys.value[index] ?? '');
      if (guest !== undefined) shown.push({ slot: index % pool.value, index, top: index * pitch, guest });
    }
    return shown;
  });

  function scrollTo(index: number): void {
    const top = scrollTopFor(index, rows.value);
    if (scroller.value === null || top === scrollTop.value) return;
    scroller.value.scrollTop = top;
    // Its rows are drawn at once, not a frame later with the event.
    scrollTop.value = top;
  }

  function hold(index: Ref<number>): void {
    watch(rows, (now, before) => {
      const wasInView = scrollTopFor(index.value, before) === before.scrollTop;
      if (index.value >= 0 && now.viewPx < before.viewPx && wasInView) scrollTo(index.value);
    });
  }

  return {
    slots,
    totalPx: computed(() => rows.value.count * rows.value.rowPx),
    pageRows: () => Math.max(1, Math.floor(rows.value.viewPx / rows.value.rowPx)),
    scrollTo,
    hold,
  };
}
