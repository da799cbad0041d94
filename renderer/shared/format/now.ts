/** A clock that ticks only while something shows an age, and the same for all, so that ages agree. */
import { createSharedComposable, useIntervalFn } from '@vueuse/core';
import { shallowRef, type Ref } from 'vue';

/** Milliseconds now, renewed every second; stops with the last component that shows it. */
export const useNow: () => Readonly<Ref<number>> = createSharedComposable(() => {
  const now = shallowRef(Date.now());
  useIntervalFn(() => (now.value = Date.now()), 1000);
  return now;
});
