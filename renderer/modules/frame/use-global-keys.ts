/** Shortcuts that work on every page. They stay out of text fields and of consoles. */
import { useEventListener } from '@vueuse/core';
import { useRouter } from 'vue-router';
import type { DomainOperation } from '../../../main/contract/index.ts';
import { useFrameStore } from '../../shared/frame.store.ts';
import { guestActions } from '../guest/actions.ts';
import { useGuestActions } from '../guest/guest-actions.store.ts';
import { useSubjectGuests } from '../guest/use-subject-guests.ts';

const textFields = 'input:not([type=checkbox]), textarea, select, [contenteditable=true]';

/** True where a key press belongs to what has the focus: a field, a console, an open dialog or menu. */
function isTakenBy(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(`${textFields}, [role=application], [role=dialog], [role=menu]`) !== null
  );
}

/** The operation whose shortcut this is; letters are matched by place, because Alt changes what they type. */
export function operationFor(
  event: Pick<KeyboardEvent, 'altKey' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'code' | 'key'>,
): DomainOperation | null {
  if (event.ctrlKey || event.metaKey) return null;
  for (const { operation, keys } of guestActions) {
    const last = keys.at(-1);
    if (last === undefined) continue;
    const wantsAlt = keys.includes('alt');
    const isKey = wantsAlt ? event.code === `Key${last.toUpperCase()}` : event.key.toLowerCase() === last;
    if (isKey && event.altKey === wantsAlt && event.shiftKey === keys.includes('shift')) return operation;
  }
  return null;
}

export function useGlobalKeys(): void {
  const frame = useFrameStore();
  const actions = useGuestActions();
  const router = useRouter();
  const guestKeys = useSubjectGuests();

  function withControl(event: KeyboardEvent): boolean {
    switch (event.key.toLowerCase()) {
      case 'k':
        frame.dialog = { kind: 'palette' };
        return true;
      case 'j':
        frame.isTasksOpen = !frame.isTasksOpen;
        return true;
      case ',':
        void router.push({ name: 'settings' });
        return true;
      case 'f': {
        const field = document.querySelector<HTMLInputElement>('[data-search] input, input[data-search]');
        field?.focus();
        field?.select();
        return field !== null;
      }
      default:
        return false;
    }
  }

  function plain(event: KeyboardEvent): boolean {
    if (event.key === '?') {
      frame.dialog = { kind: 'keyboard-map' };
      return true;
    }
    const operation = operationFor(event);
    const keys = operation === null ? [] : guestKeys();
    if (operation !== null && keys.length > 0) void actions.run(operation, keys);
    return keys.length > 0;
  }

  useEventListener(window, 'keydown', (event) => {
    if (event.defaultPrevented || event.repeat) return;
    const isConsole = event.target instanceof Element && event.target.closest('[role=application]') !== null;
    const isControl = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    if (isControl && !isConsole && frame.dialog === null && withControl(event)) event.preventDefault();
    else if (!isControl && !isTakenBy(event.target) && plain(event)) event.preventDefault();
  });
}
