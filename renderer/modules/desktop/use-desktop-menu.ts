/** Keeps the desktop's application menu in step with the page, and does what is chosen there. Nothing in a browser. */
import { computed, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import { useFrameStore } from '../../shared/frame.store.ts';
import { useHostState } from '../../shared/state/index.ts';
import { useGuestActions } from '../guest/guest-actions.store.ts';
import { useSubjectGuests } from '../guest/use-subject-guests.ts';
import { desktopCommands, operationOf, type PlaceCommand } from './desktop-commands.ts';

export function useDesktopMenu(): void {
  const bridge = window.hostler;
  if (bridge?.setMenu === undefined) return;
  const { t } = useI18n();
  const { inventory } = useHostState();
  const actions = useGuestActions();
  const frame = useFrameStore();
  const router = useRouter();
  const guestKeys = useSubjectGuests();

  const placeActions: Record<PlaceCommand, () => void> = {
    'connection.add': () => (frame.dialog = { kind: 'add-connection' }),
    settings: () => void router.push({ name: 'settings' }),
    palette: () => (frame.dialog = { kind: 'palette' }),
    tasks: () => (frame.isTasksOpen = !frame.isTasksOpen),
    'keyboard-map': () => (frame.dialog = { kind: 'keyboard-map' }),
  };

  const commands = computed(() => {
    const keys = guestKeys();
    return desktopCommands({
      t,
      guest: keys.length === 1 ? inventory.guest(keys[0]!) : undefined,
      guestCount: keys.length,
      isRefused: (guest, operation) => actions.refusal(guest, operation) !== null,
    });
  });

  // As text, because statistics change the guest every few seconds and the menu hardly ever.
  watch(
    () => JSON.stringify(commands.value),
    () => bridge.setMenu?.(commands.value),
    { immediate: true },
  );

  bridge.onCommand?.((commandId) => {
    const operation = operationOf(commandId);
    if (operation !== null) void actions.run(operation, guestKeys());
    else if (Object.hasOwn(placeActions, commandId)) placeActions[commandId as PlaceCommand]();
  });
}
