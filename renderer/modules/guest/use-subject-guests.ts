/** Which guests a command without a target is about: keyboard, application menu. */
import { useRoute } from 'vue-router';
import { useGuestListStore } from './guest-list.store.ts';

/** Answers, when called, with the guest of the page, else the ticked ones, else the one under the cursor. */
export function useSubjectGuests(): () => string[] {
  const list = useGuestListStore();
  const route = useRoute();
  return () => {
    const { connectionId, uuid } = route.params;
    if (typeof uuid === 'string') return [`${String(connectionId)}/${uuid}`];
    if (route.name !== 'guests' && route.name !== 'host-guests') return [];
    if (list.selected.size > 0) return [...list.selected];
    return list.active === null ? [] : [list.active];
  };
}
