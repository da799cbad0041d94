/** What a guest used over the last minutes: the host's history, then each new sample. */
import { shallowRef, watch, type Ref } from 'vue';
import type { StatsSample } from '../../../main/contract/index.ts';
import { useServices } from '../../shared/link/index.ts';
import { useHostState } from '../../shared/state/index.ts';

/** As many as the host keeps. */
const most = 300;

export function useGuestHistory(key: Ref<string>): Readonly<Ref<readonly StatsSample[]>> {
  const { inventory } = useHostState();
  const services = useServices();
  const history = shallowRef<readonly StatsSample[]>([]);

  async function load(wanted: string): Promise<void> {
    try {
      const kept = await services.inventory.history(wanted);
      if (wanted === key.value) history.value = kept;
    } catch {
      // Without the past the chart begins now.
    }
  }

  watch(
    key,
    (next) => {
      history.value = [];
      void load(next);
    },
    { immediate: true },
  );
  watch(
    () => inventory.guest(key.value)?.stats,
    (stats) => {
      const { cpuPercent = null, memoryUsedKiB = null } = stats ?? {};
      history.value = [...history.value, { timeMs: Date.now(), cpuPercent, memoryUsedKiB }].slice(-most);
    },
  );
  return history;
}
