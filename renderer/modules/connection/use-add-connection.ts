/** Saves a connection and makes it. What fails at saving keeps nothing; what fails at connecting keeps the entry. */
import { shallowRef, type Ref } from 'vue';
import type { ContractError, SavedConnection } from '../../../main/contract/index.ts';
import { isCancelled, toContractError, useServices } from '../../shared/link/index.ts';

export interface AddConnection {
  isBusy: Readonly<Ref<boolean>>;
  error: Readonly<Ref<ContractError | null>>;
  /** Id of the entry that was saved although connecting failed. */
  savedId: Readonly<Ref<string | null>>;
  /** Id of the connection once it is made, else null with `error` set. */
  add(wanted: Omit<SavedConnection, 'id'>): Promise<string | null>;
  /** Gives up waiting. */
  cancel(): void;
  reset(): void;
}

export function useAddConnection(): AddConnection {
  const { connections } = useServices();
  const isBusy = shallowRef(false);
  const error = shallowRef<ContractError | null>(null);
  const savedId = shallowRef<string | null>(null);
  let stop = new AbortController();

  /** A second try changes the entry of the first instead of adding another. */
  async function save(wanted: Omit<SavedConnection, 'id'>): Promise<string> {
    const saved =
      savedId.value === null ? await connections.add(wanted) : await connections.update(savedId.value, wanted);
    savedId.value = saved.id;
    return saved.id;
  }

  async function add(wanted: Omit<SavedConnection, 'id'>): Promise<string | null> {
    isBusy.value = true;
    error.value = null;
    stop = new AbortController();
    try {
      const id = await save(wanted);
      await connections.connect(id, stop.signal);
      return id;
    } catch (thrown) {
      if (!isCancelled(thrown)) error.value = toContractError(thrown);
      return null;
    } finally {
      isBusy.value = false;
    }
  }

  function reset(): void {
    stop.abort();
    error.value = null;
    savedId.value = null;
  }

  return { isBusy, error, savedId, add, reset, cancel: () => stop.abort() };
}
