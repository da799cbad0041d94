/** The rows on the screen of a table of thousands, with room above and below for the others. */
import { useVirtualizer } from '@tanstack/vue-virtual';
import { computed, watch, type ComputedRef, type Ref } from 'vue';
import { useHostState } from '../../shared/state/index.ts';

const rowPx = { comfortable: 40, compact: 28 };

export interface VirtualRows {
  /** Indices of the rows to draw, in order. */
  shown: ComputedRef<number[]>;
  abovePx: ComputedRef<number>;
  belowPx: ComputedRef<number>;
}

export function useVirtualRows(scroller: Readonly<Ref<HTMLElement | null>>, count: Readonly<Ref<number>>): VirtualRows {
  const { settings } = useHostState();
  const rowHeight = computed(() => rowPx[settings.current.value.density]);
  const virtualizer = useVirtualizer(
    computed(() => {
      const height = rowHeight.value;
      return {
        count: count.value,
        getScrollElement: () => scroller.value,
        estimateSize: () => height,
        overscan: 8,
        initialRect: { width: 1000, height: 800 },
      };
    }),
  );
  watch(rowHeight, () => virtualizer.value.measure());
  const items = computed(() => virtualizer.value.getVirtualItems());
  return {
    shown: computed(() => items.value.map(({ index }) => index)),
    abovePx: computed(() => items.value[0]?.start ?? 0),
    belowPx: computed(() => virtualizer.value.getTotalSize() - (items.value.at(-1)?.end ?? 0)),
  };
}
