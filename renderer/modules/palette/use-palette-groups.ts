/** What the palette offers for what is typed. Guests are searched here: ten thousand are too many for a fuzzy search. */
import type { CommandPaletteGroup, CommandPaletteItem } from '@nuxt/ui/components/CommandPalette.vue';
import { computed, type ComputedRef, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import type { GuestRow } from '../../../main/contract/index.ts';
import { guestRoute } from '../guest/guest-route.ts';
import { useFrameStore } from '../../shared/frame.store.ts';
import { useHostState } from '../../shared/state/index.ts';
import { actionLabelKey, guestActions } from '../guest/actions.ts';
import { useGuestActions } from '../guest/guest-actions.store.ts';
import { stateKey } from '../guest/guest-state.ts';
import { shortName } from '../guest/short-name.ts';
import { useSubjectGuests } from '../guest/use-subject-guests.ts';

const mostGuests = 12;

/** Best first: names that begin with the words, then names that have them. */
export function findGuests(guests: Iterable<GuestRow>, words: string): GuestRow[] {
  const wanted = words.trim().toLowerCase();
  const begins: GuestRow[] = [];
  const has: GuestRow[] = [];
  for (const guest of guests) {
    const name = guest.name.toLowerCase();
    if (name.startsWith(wanted)) begins.push(guest);
    else if (has.length < mostGuests && (name.includes(wanted) || guest.title.toLowerCase().includes(wanted)))
      has.push(guest);
    if (begins.length >= mostGuests) break;
  }
  return [...begins, ...has].slice(0, mostGuests);
}

export function usePaletteGroups(search: Ref<string>, isOpen: Ref<boolean>): ComputedRef<CommandPaletteGroup[]> {
  const { t } = useI18n();
  const router = useRouter();
  const frame = useFrameStore();
  const actions = useGuestActions();
  const { inventory, connections } = useHostState();

  const subjectKeys = useSubjectGuests();
  /** The guests that actions are about, as with shortcuts. */
  const subjects = computed(() => subjectKeys().flatMap((key) => inventory.guest(key) ?? []));

  const guestItem = (guest: GuestRow): CommandPaletteItem => ({
    label: shortName(guest.name),
    suffix: `${t(stateKey(guest))} · ${connections.nameOf(guest.connectionId)}`,
    icon: 'i-lucide-monitor',
    onSelect: () => void router.push(guestRoute(guest.key)),
  });

  /** What at least one of the guests takes now. */
  function actionItems(guests: readonly GuestRow[]): CommandPaletteItem[] {
    const only = guests.length === 1 ? guests[0] : undefined;
    const suffix =
      only === undefined ? t('guests.selected', { count: guests.length }, guests.length) : shortName(only.name);
    return guestActions
      .filter(({ operation }) => guests.some((guest) => actions.refusal(guest, operation) === null))
      .map(({ operation, icon, keys }) => ({
        label: t(actionLabelKey(operation, only)),
        suffix,
        icon,
        kbds: [...keys],
        onSelect: () =>
          void actions.run(
            operation,
            guests.map(({ key }) => key),
          ),
      }));
  }

  const hostItems = computed<CommandPaletteItem[]>(() =>
    connections.all.value.map(({ connection }) => ({
      label: connections.nameOf(connection.id),
      suffix: connection.uri,
      icon: 'i-lucide-server',
      onSelect: () => void router.push({ name: 'host-guests', params: { connectionId: connection.id } }),
    })),
  );
  const placeItems = computed<CommandPaletteItem[]>(() => [
    { label: t('tree.all'), icon: 'i-lucide-layers', onSelect: () => void router.push({ name: 'guests' }) },
    { label: t('connection.add'), icon: 'i-lucide-plus', onSelect: () => openLater({ kind: 'add-connection' }) },
    {
      label: t('settings.title'),
      icon: 'i-lucide-settings',
      kbds: ['meta', ','],
      onSelect: () => void router.push({ name: 'settings' }),
    },
    {
      label: t('keys.title'),
      icon: 'i-lucide-keyboard',
      kbds: ['?'],
      onSelect: () => openLater({ kind: 'keyboard-map' }),
    },
  ]);

  /** After the palette has closed itself. */
  function openLater(dialog: NonNullable<typeof frame.dialog>): void {
    setTimeout(() => (frame.dialog = dialog));
  }

  return computed(() => {
    if (!isOpen.value) return [];
    return [
      { id: 'actions', label: t('palette.actions'), items: actionItems(subjects.value) },
      {
        id: 'guests',
        label: t('guests.title'),
        ignoreFilter: true,
        items: findGuests(inventory.guests().values(), search.value).map(guestItem),
      },
      { id: 'hosts', label: t('palette.hosts'), items: hostItems.value },
      { id: 'places', label: t('palette.places'), items: placeItems.value },
    ];
  });
}
