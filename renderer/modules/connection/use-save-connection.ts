/** Changes a saved connection. */
import { shallowRef, type Ref } from 'vue';
import type { ContractError, SavedConnection } from '../../../main/contract/index.ts';
import { toContractError, useServices } from '../../shared/link/index.ts';

export interface SaveConnection {
  isBusy: Readonly<Ref<boolean>>;
  error: Readonly<Ref<ContractError | null>>;
  save(id: string, changes: Partial<Omit<SavedConnection, 'id'>>): Promise<boolean>;
  reset(): void;
}

export function useSaveConnection(): SaveConnection {
  const { connections } = useServices();
  const isBusy = shallowRef(false);
  const error = shallowRef<ContractError | null>(null);

  async function save(id: string, changes: Partial<Omit<SavedConnection, 'id'>>): Promise<boolean> {
    isBusy.value = true;
    error.value = null;
    try {
      await connections.update(id, changes);
      return true;
    } catch (thrown) {
      error.value = toContractError(thrown);
      return false;
    } finally {
      isBusy.value = false;
    }
  }

  return { isBusy, error, save, reset: () => (error.value = null) };
}
