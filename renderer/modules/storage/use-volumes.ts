/** The volumes of a pool as a resource: read while it can be, read again when they changed, the last ones kept meanwhile. */
import { onScopeDispose, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import type { ContractError, StorageVolRow } from '../../../main/contract/index.ts';
import { isCancelled, toContractError, useServices } from '../../shared/link/index.ts';

export interface Volumes {
  /** Null until the first answer for this pool. */
  rows: ShallowRef<readonly StorageVolRow[] | null>;
  error: ShallowRef<ContractError | null>;
  isLoading: ShallowRef<boolean>;
  /** Reads them again; with `looks`, the host looks at its storage first. */
  reload(options?: { looks: boolean }): Promise<void>;
}

/** `isReadable`: the host is connected and the pool runs. */
export function useVolumes(poolKey: Ref<string>, isReadable: Ref<boolean>): Volumes {
  const { storage } = useServices();
  const rows = shallowRef<readonly StorageVolRow[] | null>(null);
  const error = shallowRef<ContractError | null>(null);
  const isLoading = shallowRef(false);
  let reading = new AbortController();

  async function reload({ looks } = { looks: false }): Promise<void> {
    reading.abort();
    const { signal } = (reading = new AbortController());
    isLoading.value = true;
    try {
      if (looks) await storage.refresh(poolKey.value, signal);
      const answer = await storage.listVolumes(poolKey.value, signal);
      if (signal.aborted) return;
      rows.value = answer;
      error.value = null;
    } catch (thrown) {
      if (!signal.aborted && !isCancelled(thrown)) error.value = toContractError(thrown);
    } finally {
      if (!signal.aborted) isLoading.value = false;
    }
  }

  watch(poolKey, () => {
    rows.value = null;
    error.value = null;
  });
  watch(
    [poolKey, isReadable],
    (_now, _before, onCleanup) => {
      if (!isReadable.value) return;
      onCleanup(storage.onDidChangeVolumes(() => void reload(), poolKey.value));
      void reload();
    },
    { immediate: true },
  );
  onScopeDispose(() => reading.abort());
  return { rows, error, isLoading, reload };
}
