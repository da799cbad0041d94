/** The rows on the screen of a list of thousands: which guests, where, in recycled elements. */
import { useVirtualizer } from '@tanstack/vue-virtual';
import { computed, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import type { GuestRow } from '../../../main/contract/index.ts';
import { useHostState } from '../../shared/state/index.ts';

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
}

export const headerPx = 34;
const rowPx = { comfortable: 40, compact: 28 };

export function useVirtualGuests(scroller: Ref<HTMLElement | null>, keys: Ref<readonly string[]>): VirtualGuests {
  const { inventory, settings } = useHostState();
  const rowHeight = computed(() => rowPx[settings.current.value.density]);
  const virtualizer = useVirtualizer(
    computed(() => {
      const height = rowHeight.value;
      return {
        count: keys.value.length,
        getScrollElement: () => scroller.value,
        estimateSize: () => height,
        overscan: 6,
        scrollPaddingEnd: headerPx,
        // Until the element is measured; more would only cost the first paint.
        initialRect: { width: 1000, height: 800 },
      };
    }),
  );
  watch(rowHeight, () => virtualizer.value.measure());

  // An element is recycled for the next row in turn, so scrolling makes none. Only ever grows.
  const pool = shallowRef(0);
  const items = computed(() => virtualizer.value.getVirtualItems());
  watch(items, ({ length }) => (pool.value = Math.max(pool.value, length)), { immediate: true, flush: 'sync' });

  const slots = computed(() => {
    const shown: RowSlot[] = [];
    for (const { index, start } of items.value) {
      const guest = inventory.guest(keys.value[index] ?? '');
      if (guest !== undefined) shown.push({ slot: index % Math.max(1, pool.value), index, top: start, guest });
    }
    return shown;
  });

  return {
    slots,
    totalPx: computed(() => virtualizer.value.getTotalSize()),
    pageRows: () => Math.max(1, Math.floor(((scroller.value?.clientHeight ?? 0) - headerPx) / rowHeight.value)),
    scrollTo: (index) => virtualizer.value.scrollToIndex(index, { align: 'auto' }),
  };
}
