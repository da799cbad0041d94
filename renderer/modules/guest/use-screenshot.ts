/** The guest's screen as a picture, renewed now and then while it is looked at. */
import { useIntervalFn } from '@vueuse/core';
import { shallowRef, watch, type Ref } from 'vue';
import { useServices } from '../../shared/link/index.ts';

const renewMs = 10_000;

/** A data URL, or null where there is none: the guest is off, or its hypervisor cannot take one. */
export function useScreenshot(key: Ref<string>, isActive: Ref<boolean>): Readonly<Ref<string | null>> {
  const { domains } = useServices();
  const picture = shallowRef<string | null>(null);
  let stop = new AbortController();

  async function take(): Promise<void> {
    const wanted = key.value;
    if (!isActive.value || document.hidden) return;
    try {
      const taken = await domains.screenshot(wanted, stop.signal);
      if (wanted === key.value && isActive.value) picture.value = taken;
    } catch {
      // A picture is a courtesy: without one the place stays empty.
    }
  }

  watch(
    [key, isActive],
    () => {
      stop.abort();
      stop = new AbortController();
      picture.value = null;
      void take();
    },
    { immediate: true },
  );
  useIntervalFn(() => void take(), renewMs);
  return picture;
}
