/** What the application menu offers, made from the same actions and texts as everything else on the page. Pure. */
import type { DomainOperation, GuestRow, MenuCommand } from '../../../main/contract/index.ts';
import { actionGroups, actionLabelKey, actionOf } from '../guest/actions.ts';

/** Ids of commands that are about no guest. */
export type PlaceCommand = 'connection.add' | 'settings' | 'palette' | 'tasks' | 'keyboard-map';

const places: readonly { id: PlaceCommand; menu: MenuCommand['menu']; labelKey: string; keys: readonly string[] }[] = [
  { id: 'connection.add', menu: 'file', labelKey: 'connection.add', keys: [] },
  { id: 'settings', menu: 'file', labelKey: 'settings.title', keys: ['meta', ','] },
  { id: 'palette', menu: 'view', labelKey: 'keys.palette', keys: ['meta', 'K'] },
  { id: 'tasks', menu: 'view', labelKey: 'keys.tasks', keys: ['meta', 'J'] },
  { id: 'keyboard-map', menu: 'help', labelKey: 'keys.title', keys: ['?'] },
];

const guestPrefix = 'guest.';

export interface CommandFacts {
  t: (key: string) => string;
  /** The one guest at hand; undefined while there is none or several. */
  guest: GuestRow | undefined;
  /** How many guests a command would be about. */
  guestCount: number;
  isRefused: (guest: GuestRow, operation: DomainOperation) => boolean;
}

/** Every command, greyed where it cannot be done now. With several guests the action itself tells whom it skips. */
export function desktopCommands({ t, guest, guestCount, isRefused }: CommandFacts): MenuCommand[] {
  const placeCommands = places.map(({ id, menu, labelKey, keys }) => ({
    id,
    menu,
    label: t(labelKey),
    enabled: true,
    ...shortcut(keys),
  }));
  const guestCommands = actionGroups.flatMap((group, groupIndex) =>
    group.map((operation, index) => ({
      id: guestPrefix + operation,
      menu: 'guest' as const,
      label: t(actionLabelKey(operation, guest)),
      enabled: guestCount > 1 || (guest !== undefined && !isRefused(guest, operation)),
      ...shortcut(actionOf(operation).keys),
      ...(index === 0 && groupIndex > 0 ? { startsGroup: true } : {}),
    })),
  );
  return [...placeCommands, ...guestCommands];
}

/** The operation that a command's id stands for, or null. */
export function operationOf(commandId: string): DomainOperation | null {
  const name = commandId.startsWith(guestPrefix) ? commandId.slice(guestPrefix.length) : '';
  return actionGroups.flat().find((operation) => operation === name) ?? null;
}

const electronKeys: Record<string, string> = { meta: 'CommandOrControl', alt: 'Alt', shift: 'Shift', delete: 'Delete' };

/** A key without a modifier stays with the page, which knows whether a text field has the focus. */
function shortcut(keys: readonly string[]): { accelerator?: string } {
  if (!keys.includes('meta') && !keys.includes('alt')) return {};
  return { accelerator: keys.map((key) => electronKeys[key] ?? key.toUpperCase()).join('+') };
}
