/** What the user set in the guest table: search, filters, sort. Session state, one for all lists. */
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';
import type { ColumnId } from './columns.ts';
import type { StateShape } from './guest-state.ts';

export const useGuestListStore = defineStore('guest-list', () => {
  const search = ref('');
  const states = shallowRef<readonly StateShape[]>([]);
  const hosts = shallowRef<readonly string[]>([]);
  const sort = shallowRef<{ column: ColumnId; descending: boolean }>({ column: 'name', descending: false });
  /** Keys ticked for a bulk action. */
  const selected = shallowRef<ReadonlySet<string>>(new Set());
  /** The row with the keyboard's cursor, shown in the details panel. */
  const active = shallowRef<string | null>(null);

  /** A second sort by the same column turns it round. Figures begin with the largest. */
  function sortBy(column: ColumnId, isNumeric: boolean): void {
    const { column: before, descending } = sort.value;
    sort.value = { column, descending: before === column ? !descending : isNumeric };
  }

  function toggleSelected(key: string): void {
    const next = new Set(selected.value);
    if (!next.delete(key)) next.add(key);
    selected.value = next;
  }

  function select(keys: Iterable<string>): void {
    selected.value = new Set(keys);
  }

  function clearFilters(): void {
    search.value = '';
    states.value = [];
    hosts.value = [];
  }

  return { search, states, hosts, sort, selected, active, sortBy, toggleSelected, select, clearFilters };
});
