/** Which question is shown, and what becomes of its answer. */
import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import type { ContractError, PromptAnswer, Question } from '../../../main/contract/index.ts';
import { ContractFailure, toContractError, useServices } from '../../shared/link/index.ts';
import { useHostState } from '../../shared/state/index.ts';

export interface ShownPrompt {
  /** Kept while its answer is being checked, so that the next question of the log-in takes its place. */
  question: ComputedRef<Question | null>;
  isChecking: ComputedRef<boolean>;
  /** Further questions behind this one. */
  waiting: ComputedRef<number>;
  /** Why the answer did not arrive. */
  error: ComputedRef<ContractError | null>;
  answer(answer: PromptAnswer): Promise<void>;
  cancel(): Promise<void>;
}

export function usePrompt(): ShownPrompt {
  const { connections, prompts } = useHostState();
  const services = useServices();
  const answered = shallowRef<Question | null>(null);
  const failure = shallowRef<{ id: string; error: ContractError } | null>(null);

  /** Nobody is interrupted by a log-in that began by itself: that one shows in the tree. */
  const asking = computed(() =>
    prompts.open.value.filter(({ isBackground, id }) => !isBackground && id !== answered.value?.id),
  );
  const first = computed(() => {
    // The log-in that is being talked with goes on before another one begins.
    const same = asking.value.find(({ connectionId }) => connectionId === answered.value?.connectionId);
    return same ?? asking.value[0] ?? null;
  });
  const isConnecting = computed(
    () => connections.byId(answered.value?.connectionId ?? '')?.state.kind === 'connecting',
  );
  const isChecking = computed(() => first.value === null && answered.value !== null && isConnecting.value);
  const question = computed(() => first.value ?? (isChecking.value ? answered.value : null));
  const waiting = computed(() => Math.max(0, asking.value.length - 1));

  const error = computed(() => (failure.value?.id === question.value?.id ? (failure.value?.error ?? null) : null));

  watch(isConnecting, (isStill) => isStill || (answered.value = null));

  async function send(asked: Question, answer: PromptAnswer | null): Promise<void> {
    failure.value = null;
    try {
      await prompts.answer(asked.id, answer);
    } catch (thrown) {
      // Answered in another window, or the log-in ended: then it is gone from the list as well.
      if (thrown instanceof ContractFailure && thrown.code === 'not-found') return;
      answered.value = null;
      failure.value = { id: asked.id, error: toContractError(thrown) };
    }
  }

  async function answer(given: PromptAnswer): Promise<void> {
    const asked = first.value;
    if (asked === null) return;
    answered.value = asked;
    await send(asked, given);
  }

  async function cancel(): Promise<void> {
    const shown = question.value;
    if (shown === null) return;
    answered.value = null;
    // An answer that is being checked cannot be taken back, but the log-in can.
    if (first.value === null) await services.connections.disconnect(shown.connectionId);
    else await send(shown, null);
  }

  return { question, isChecking, waiting, error, answer, cancel };
}
