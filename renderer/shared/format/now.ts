/** A clock that ticks only while something shows an age. */
import { useIntervalFn } from '@vueuse/core';
import { shallowRef, type Ref } from 'vue';

/** Milliseconds now, renewed every `stepMs`; stops with the component. */
export function useNow(stepMs = 1000): Readonly<Ref<number>> {
  const now = shallowRef(Date.now());
  useIntervalFn(() => (now.value = Date.now()), stepMs);
  return now;
}
