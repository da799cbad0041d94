/** The one menu of a guest, or of several: what the row menu, the page and the details panel all show. */
import type { DropdownMenuItem } from '@nuxt/ui/components/DropdownMenu.vue';
import { useI18n } from 'vue-i18n';
import { useRouter } from 'vue-router';
import type { DomainOperation, GuestRow } from '../../../main/contract/index.ts';
import { guestRoute } from './guest-route.ts';
import { copyText } from '../../shared/copy-text.ts';
import { actionGroups, actionLabelKey, actionOf } from './actions.ts';
import { useGuestActions } from './guest-actions.store.ts';

export type MenuGroup = DropdownMenuItem[];

export interface GuestMenu {
  /** Items for one guest. `opens` adds the ways to its page, for lists. */
  forOne(guest: GuestRow, options?: { opens: boolean }): MenuGroup[];
  /** Items for the ticked guests: a refused one is skipped, with its reason, in the preview. */
  forMany(guests: readonly GuestRow[]): MenuGroup[];
}

export function useGuestMenu(): GuestMenu {
  const { t } = useI18n();
  const router = useRouter();
  const actions = useGuestActions();

  function actionItem(operation: DomainOperation, guests: readonly GuestRow[]): DropdownMenuItem {
    const { icon, keys, isDanger } = actionOf(operation);
    const only = guests.length === 1 ? guests[0] : undefined;
    const refusals = guests.map((guest) => actions.refusal(guest, operation));
    const isRefused = refusals.every((refusal) => refusal !== null);
    return {
      label: t(actionLabelKey(operation, only)),
      icon,
      kbds: isRefused ? [] : [...keys],
      disabled: isRefused,
      color: isDanger && !isRefused ? 'error' : 'neutral',
      reason: isRefused ? t(`refusal.short.${refusals[0] ?? 'unknownState'}`) : '',
      term: t(`action.${operation}.term`),
      onSelect: () =>
        void actions.run(
          operation,
          guests.map(({ key }) => key),
        ),
    };
  }

  function openItems({ key }: GuestRow): MenuGroup {
    return [
      {
        label: t('guest.open'),
        icon: 'i-lucide-panel-top-open',
        kbds: ['enter'],
        onSelect: () => void router.push(guestRoute(key)),
      },
      {
        label: t('guest.openConsole'),
        icon: 'i-lucide-monitor',
        onSelect: () => void router.push(guestRoute(key, 'guest-console')),
      },
    ];
  }

  function copyItems({ name, uuid }: GuestRow): MenuGroup {
    return [
      { label: t('guest.copyName'), icon: 'i-lucide-copy', onSelect: () => void copyText(name) },
      { label: t('guest.copyUuid'), icon: 'i-lucide-copy', onSelect: () => void copyText(uuid) },
    ];
  }

  const actionItems = (guests: readonly GuestRow[]): MenuGroup[] =>
    actionGroups.map((group) => group.map((operation) => actionItem(operation, guests)));

  return {
    forOne: (guest, options = { opens: false }) => [
      ...(options.opens ? [openItems(guest)] : []),
      ...actionItems([guest]),
      copyItems(guest),
    ],
    forMany: (guests) => [
      [{ type: 'label', label: t('guests.selected', { count: guests.length }, guests.length) }],
      ...actionItems(guests),
    ],
  };
}
