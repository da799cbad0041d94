/** How many of each object every host has. */
import { computed, type ComputedRef } from 'vue';
import { useHostState } from '../../shared/state/index.ts';

export interface HostCounts {
  guests: number;
  networks: number;
  'storage-pools': number;
}

function countBy(
  into: Map<string, HostCounts>,
  rows: Iterable<{ connectionId: string }>,
  what: keyof HostCounts,
): void {
  for (const { connectionId } of rows) {
    let counts = into.get(connectionId);
    if (counts === undefined) into.set(connectionId, (counts = { guests: 0, networks: 0, 'storage-pools': 0 }));
    counts[what] += 1;
  }
}

/** By connection id; hosts without anything are absent. */
export function useHostCounts(): ComputedRef<ReadonlyMap<string, HostCounts>> {
  const { inventory } = useHostState();
  return computed(() => {
    // Depends on structure only: counts do not change with values.
    void inventory.structure.value;
    const counts = new Map<string, HostCounts>();
    countBy(counts, inventory.guests().values(), 'guests');
    countBy(counts, inventory.allNetworks(), 'networks');
    countBy(counts, inventory.allStoragePools(), 'storage-pools');
    return counts;
  });
}
