/** Has hosts asked for disk and network figures while they are shown, and only then. */
import { onScopeDispose, toValue, watch, type MaybeRefOrGetter } from 'vue';
import { useServices } from '../../shared/link/index.ts';

export function useThroughput(isShown: MaybeRefOrGetter<boolean> = true): void {
  const { inventory } = useServices();
  let stop: (() => void) | undefined;

  watch(
    () => toValue(isShown),
    (shown) => {
      stop?.();
      // The figures come with the rows; listening is what asks for them.
      stop = shown ? inventory.onDidSampleThroughput(() => undefined) : undefined;
    },
    { immediate: true },
  );
  onScopeDispose(() => stop?.());
}
