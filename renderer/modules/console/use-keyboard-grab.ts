/** While a console has the focus, keys go to the guest, the shell's shortcuts included; left Ctrl+Alt gives them back. */
import { useEventListener } from '@vueuse/core';
import { onScopeDispose, ref, watch, type Ref } from 'vue';
import { ReleaseChord } from './release-chord.ts';

/**
 * Follows the focus in `screen`.
 * @param released told when the user gave the keyboard back by the chord: where the focus goes now
 * @returns whether the guest has the keyboard
 */
export function useKeyboardGrab(screen: Ref<HTMLElement | null>, released: () => void): Ref<boolean> {
  const isGrabbed = ref(false);
  const chord = new ReleaseChord();

  function observe(event: KeyboardEvent): void {
    const { type, code, repeat } = event;
    if (!chord.observe({ type: type === 'keydown' ? 'keydown' : 'keyup', code, repeat })) return;
    // The guest has to see this last key come up, so the focus leaves after it.
    queueMicrotask(released);
  }

  // A form in the place of the screen (the password's) is the user's own.
  useEventListener(
    screen,
    'focusin',
    ({ target }) => (isGrabbed.value = target instanceof Element && !target.closest('form')),
  );
  useEventListener(screen, 'focusout', () => {
    isGrabbed.value = false;
    chord.reset();
  });
  useEventListener(screen, ['keydown', 'keyup'], observe, { capture: true });
  useEventListener(window, 'blur', () => chord.reset());
  watch(isGrabbed, (grabbed) => window.hostler?.grabKeys?.(grabbed));
  onScopeDispose(() => {
    if (isGrabbed.value) window.hostler?.grabKeys?.(false);
  });
  return isGrabbed;
}

const busyElements = 'input, textarea, select, [contenteditable=true], [role=dialog], [role=menu], [role=listbox]';

/** Whether a console that has just come up may take the focus: not from somebody who is writing or choosing elsewhere. */
export function mayTakeFocus(active: Element | null): boolean {
  return active === null || active.closest(busyElements) === null;
}
