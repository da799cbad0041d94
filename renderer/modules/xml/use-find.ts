/** The state of a search in a document: query, matches, and which of them the user is at. */
import { computed, ref, shallowRef, watch, type ComputedRef, type Ref } from 'vue';
import { findAll, matchFrom, type TextRange } from './xml-find.ts';

export interface Find {
  query: Ref<string>;
  matches: ComputedRef<readonly TextRange[]>;
  index: Ref<number>;
  current: ComputedRef<TextRange | null>;
  step(by: 1 | -1): void;
}

/** `from` is the offset at which a new search begins: what the user is looking at. */
export function useFind(text: Ref<string | null>, from: () => number): Find {
  const query = ref('');
  const index = shallowRef(0);
  const matches = computed(() => findAll(text.value ?? '', query.value));
  const current = computed(() => matches.value[index.value] ?? null);

  watch(matches, (found) => (index.value = matchFrom(found, from())));

  function step(by: 1 | -1): void {
    const { length } = matches.value;
    if (length > 0) index.value = (index.value + by + length) % length;
  }
  return { query, matches, index, current, step };
}
