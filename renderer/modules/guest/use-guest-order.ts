/** The keys a guest list shows, kept in order as guests come and go. */
import { computed, shallowRef, watch, type Ref } from 'vue';
import { useHostState } from '../../shared/state/index.ts';
import { guestColumns } from './columns.ts';
import { useGuestListStore } from './guest-list.store.ts';
import { matcher, reorderGuests, sortGuests, type GuestSort } from './guest-order.ts';

export interface GuestOrder {
  keys: Readonly<Ref<readonly string[]>>;
  /** How many there are before search and filters. */
  total: Readonly<Ref<number>>;
  /** Orders everything anew, by what the values are now. */
  sortAgain(): void;
}

/** `connectionId` limits the list to one host; null is every host. */
export function useGuestOrder(connectionId: Ref<string | null>): GuestOrder {
  const { inventory, connections } = useHostState();
  const list = useGuestListStore();
  const hostName = (id: string): string => connections.nameOf(id);
  const matches = computed(() => {
    const hosts = connectionId.value === null ? list.hosts : [connectionId.value];
    return matcher({ search: list.search.trim().toLowerCase(), states: list.states, hosts }, hostName);
  });
  const sort = computed<GuestSort>(() => {
    const column = guestColumns.find(({ id }) => id === list.sort.column) ?? guestColumns[0]!;
    return { column, descending: list.sort.descending };
  });
  const keys = shallowRef<readonly string[]>([]);
  const sortAgain = (): void => {
    keys.value = sortGuests([...inventory.guests().values()].filter(matches.value), sort.value, hostName);
  };
  watch([sort, matches], sortAgain, { immediate: true, flush: 'sync' });
  watch(inventory.structure, () => {
    keys.value = reorderGuests(keys.value, inventory.guests(), matches.value, sort.value, hostName);
  });
  const total = computed(() => {
    if (connectionId.value === null) return inventory.guests().size;
    let count = 0;
    for (const row of inventory.guests().values()) if (row.connectionId === connectionId.value) count += 1;
    return count;
  });
  return { keys, total, sortAgain };
}
