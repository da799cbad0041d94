/** Every shortcut of the program: what the keys do and what the keyboard map shows come from here. */
import { guestActions } from '../guest/actions.ts';

export interface Shortcut {
  keys: readonly string[];
  /** i18n key of what it does. */
  labelKey: string;
}

export interface ShortcutGroup {
  titleKey: string;
  shortcuts: readonly Shortcut[];
}

export const shortcutGroups: readonly ShortcutGroup[] = [
  {
    titleKey: 'keys.everywhere',
    shortcuts: [
      { keys: ['meta', 'K'], labelKey: 'keys.palette' },
      { keys: ['meta', 'F'], labelKey: 'keys.search' },
      { keys: ['meta', ','], labelKey: 'keys.settings' },
      { keys: ['meta', 'J'], labelKey: 'keys.tasks' },
      { keys: ['alt', 'arrowleft'], labelKey: 'keys.back' },
      { keys: ['?'], labelKey: 'keys.map' },
    ],
  },
  {
    titleKey: 'keys.lists',
    shortcuts: [
      { keys: ['arrowup', 'arrowdown'], labelKey: 'keys.move' },
      { keys: ['Home', 'End'], labelKey: 'keys.ends' },
      { keys: ['A–Z'], labelKey: 'keys.typeAhead' },
      { keys: ['space'], labelKey: 'keys.select' },
      { keys: ['shift', 'arrowdown'], labelKey: 'keys.extend' },
      { keys: ['meta', 'A'], labelKey: 'keys.selectAll' },
      { keys: ['enter'], labelKey: 'keys.open' },
      { keys: ['shift', 'F10'], labelKey: 'keys.menu' },
    ],
  },
  {
    titleKey: 'keys.guest',
    shortcuts: guestActions
      .filter(({ keys }) => keys.length > 0)
      .map(({ operation, keys }) => ({ keys, labelKey: `action.${operation}.label` })),
  },
];
