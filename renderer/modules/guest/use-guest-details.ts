/** A guest's definition, read again whenever the host says it changed. */
import { onScopeDispose, shallowRef, watch, type Ref } from 'vue';
import type { ContractError, DomainDetails } from '../../../main/contract/index.ts';
import { isCancelled, toContractError, useServices } from '../../shared/link/index.ts';
import { useHostState } from '../../shared/state/index.ts';

export interface GuestDetails {
  /** Null until the first answer; kept when a later one fails. */
  details: Readonly<Ref<DomainDetails | null>>;
  error: Readonly<Ref<ContractError | null>>;
  load(): Promise<void>;
}

export function useGuestDetails(key: Ref<string>): GuestDetails {
  const { domains } = useServices();
  const { connections } = useHostState();
  const details = shallowRef<DomainDetails | null>(null);
  const error = shallowRef<ContractError | null>(null);
  let stop = new AbortController();
  let unlisten: (() => void) | undefined;

  async function load(): Promise<void> {
    stop.abort();
    stop = new AbortController();
    try {
      details.value = await domains.details(key.value, stop.signal);
      error.value = null;
    } catch (thrown) {
      if (!isCancelled(thrown)) error.value = toContractError(thrown);
    }
  }

  watch(
    key,
    (next) => {
      details.value = null;
      unlisten?.();
      unlisten = domains.onDidChangeDetails(() => void load(), next);
      void load();
    },
    { immediate: true },
  );
  // A new state is told with the changes; without a connection nothing is.
  watch(
    () => connections.isConnected(key.value.split('/')[0] ?? ''),
    () => void load(),
  );
  onScopeDispose(() => {
    stop.abort();
    unlisten?.();
  });
  return { details, error, load };
}
