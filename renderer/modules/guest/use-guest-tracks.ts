/** The grid's columns in pixels and shares, for the room there is. */
import { useElementSize } from '@vueuse/core';
import { computed, type ComputedRef, type Ref } from 'vue';
import type { GuestColumn } from './columns.ts';

const tickPx = 36;
const morePx = 48;
/** Below this width the bars beside the figures are dropped, as the style sheets of the figures say. */
const roomyPx = 860;

export interface GuestTracks {
  /** For `grid-template-columns`. */
  tracks: ComputedRef<string>;
  /** Narrower than this the table scrolls sideways. */
  leastPx: ComputedRef<number>;
}

export function useGuestTracks(element: Ref<HTMLElement | null>, columns: Ref<readonly GuestColumn[]>): GuestTracks {
  const { width } = useElementSize(element, { width: roomyPx, height: 0 });
  const leastOf = computed(() => {
    const isRoomy = width.value >= roomyPx;
    return ({ minPx, narrowPx }: GuestColumn): number => (isRoomy ? minPx : narrowPx);
  });
  const tracks = computed(() => {
    const own = columns.value.map((column) => `minmax(${leastOf.value(column)}px, ${column.weight}fr)`);
    return [`${tickPx}px`, ...own, `${morePx}px`].join(' ');
  });
  const leastPx = computed(() => columns.value.reduce((sum, column) => sum + leastOf.value(column), tickPx + morePx));
  return { tracks, leastPx };
}
