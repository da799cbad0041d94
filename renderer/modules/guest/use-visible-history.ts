/** Fetches the recent past of the guests on the screen, once each, so that their sparklines do not begin empty. */
import { watchDebounced } from '@vueuse/core';
import type { Ref } from 'vue';
import { useServices } from '../../shared/link/index.ts';
import { useHostState } from '../../shared/state/index.ts';
import type { RowSlot } from './use-virtual-guests.ts';

/** Scrolling by is not looking at. */
const restMs = 250;

export function useVisibleHistory(slots: Ref<readonly RowSlot[]>): void {
  const { inventory } = useHostState();
  const services = useServices();
  const asked = new Set<string>();

  async function fetchOne(key: string): Promise<void> {
    try {
      inventory.prefillCpu(key, await services.inventory.history(key));
    } catch {
      // A line that begins now is no loss; on a new link it is asked for again.
      asked.delete(key);
    }
  }

  watchDebounced(
    slots,
    (shown) => {
      for (const { guest } of shown) {
        if (guest.stats === null || asked.has(guest.key)) continue;
        asked.add(guest.key);
        void fetchOne(guest.key);
      }
    },
    { debounce: restMs, maxWait: 4 * restMs, immediate: true },
  );
}
