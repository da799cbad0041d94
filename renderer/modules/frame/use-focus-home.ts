/** The focus is never lost: where what had it is gone, the page takes it, so that the next Tab leads into it. */
import { useTimeoutFn } from '@vueuse/core';
import { onScopeDispose, watch, type Ref } from 'vue';
import { START_LOCATION, useRouter } from 'vue-router';
import { useFrameStore } from '../../shared/frame.store.ts';
import { useGuestActions } from '../guest/guest-actions.store.ts';

/** A dialog that fades out gives the focus back by itself; only then it shows whether that worked. */
const waitMs = 300;

/** Whether nothing has the focus. */
export function isFocusLost(page: Document): boolean {
  const { activeElement, body } = page;
  return (activeElement === null || activeElement === body) && page.querySelector('[role=dialog]') === null;
}

/** Looks after each change of the address and each dialog. */
export function useFocusHome(main: Readonly<Ref<HTMLElement | null>>): void {
  const router = useRouter();
  const frame = useFrameStore();
  const actions = useGuestActions();
  const { start } = useTimeoutFn(() => isFocusLost(document) && main.value?.focus({ preventScroll: true }), waitMs, {
    immediate: false,
  });
  // Where the window opens, the focus begins at its top.
  onScopeDispose(router.afterEach((_to, from) => void (from !== START_LOCATION && start())));
  watch([() => frame.dialog, () => actions.request], () => start());
}
