/** What a URI means, asked of the host while it is typed. */
import { refDebounced } from '@vueuse/core';
import { shallowRef, watch, type Ref } from 'vue';
import type { UriVerdict } from '../../../main/contract/index.ts';
import { isCancelled, toContractError, useServices } from '../../shared/link/index.ts';

const pauseMs = 120;

/** Those of `candidates` whose URI this host process can use; empty until it has said so. */
export function usableUris<Candidate extends { uri: string }>(
  candidates: readonly Candidate[],
): Readonly<Ref<readonly Candidate[]>> {
  const { connections } = useServices();
  const usable = shallowRef<readonly Candidate[]>([]);

  async function isUsable({ uri }: Candidate): Promise<boolean> {
    try {
      return (await connections.checkUri(uri)).ok;
    } catch {
      return false;
    }
  }

  const settle = async (): Promise<void> => {
    const answers = await Promise.all(candidates.map(isUsable));
    usable.value = candidates.filter((_, index) => answers[index]);
  };
  void settle();
  return usable;
}

/** Null while there is nothing typed or the answer is on its way. */
export function useUriVerdict(uri: Ref<string>): Readonly<Ref<UriVerdict | null>> {
  const { connections } = useServices();
  const verdict = shallowRef<UriVerdict | null>(null);
  const settled = refDebounced(uri, pauseMs);

  async function ask(wanted: string, signal: AbortSignal): Promise<void> {
    try {
      verdict.value = await connections.checkUri(wanted, signal);
    } catch (thrown) {
      if (!isCancelled(thrown)) verdict.value = { ok: false, message: toContractError(thrown).message };
    }
  }

  watch(uri, () => (verdict.value = null), { flush: 'sync' });
  watch(
    settled,
    (typed, _before, onCleanup) => {
      const stop = new AbortController();
      onCleanup(() => stop.abort());
      if (typed.trim() !== '') void ask(typed.trim(), stop.signal);
    },
    { immediate: true },
  );
  return verdict;
}
