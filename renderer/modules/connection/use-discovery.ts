/** What the host process found on this machine. */
import { shallowRef, type Ref } from 'vue';
import type { ContractError, FoundHypervisor } from '../../../main/contract/index.ts';
import { toContractError, useServices } from '../../shared/link/index.ts';

export interface Discovery {
  found: Readonly<Ref<readonly FoundHypervisor[] | null>>;
  error: Readonly<Ref<ContractError | null>>;
  look(): Promise<void>;
}

/** `found` is null while looking. */
export function useDiscovery(): Discovery {
  const { connections } = useServices();
  const found = shallowRef<readonly FoundHypervisor[] | null>(null);
  const error = shallowRef<ContractError | null>(null);

  async function look(): Promise<void> {
    found.value = null;
    error.value = null;
    try {
      found.value = await connections.discover();
    } catch (thrown) {
      error.value = toContractError(thrown);
    }
  }

  void look();
  return { found, error, look };
}
