/** The native menu as data: same order on every system, the application menu in front on macOS. Pure; builds nothing. */
import type { MenuItemConstructorOptions } from 'electron';
import type { MenuCommand } from '../main/contract/index.ts';
import { messages } from './messages.ts';

export interface MenuModel {
  platform: NodeJS.Platform;
  /** Shows reload and the developer tools. */
  isDevelopment: boolean;
  /** The commands of the focused window's page. */
  commands: readonly MenuCommand[];
  run: (commandId: string) => void;
  showLicences: () => void;
}

/** Template for `Menu.buildFromTemplate`. */
export function menuTemplate(model: MenuModel): MenuItemConstructorOptions[] {
  const isMac = model.platform === 'darwin';
  const menus: MenuItemConstructorOptions[] = [
    {
      label: messages.file,
      submenu: [...commandItems(model, 'file'), separator, isMac ? { role: 'close' } : { role: 'quit' }],
    },
    { label: messages.edit, submenu: editItems },
    { label: messages.view, submenu: [...commandItems(model, 'view'), separator, ...viewItems(model.isDevelopment)] },
    { label: messages.guest, submenu: commandItems(model, 'guest') },
    { label: messages.window, role: 'window', submenu: windowItems(isMac) },
    {
      label: messages.help,
      role: 'help',
      submenu: [...commandItems(model, 'help'), separator, ...helpItems(model, isMac)],
    },
  ];
  const named = menus.map((menu) => ({ ...menu, submenu: tidy(menu.submenu as MenuItemConstructorOptions[]) }));
  return (isMac ? [{ role: 'appMenu' } as const, ...named] : named).filter((menu) => !isEmpty(menu));
}

const separator: MenuItemConstructorOptions = { type: 'separator' };

const editItems: MenuItemConstructorOptions[] = [
  { role: 'undo' },
  { role: 'redo' },
  separator,
  { role: 'cut' },
  { role: 'copy' },
  { role: 'paste' },
  { role: 'selectAll' },
];

function viewItems(isDevelopment: boolean): MenuItemConstructorOptions[] {
  const zoom: MenuItemConstructorOptions[] = [{ role: 'resetZoom' }, { role: 'zoomIn' }, { role: 'zoomOut' }];
  const developer: MenuItemConstructorOptions[] = isDevelopment
    ? [separator, { role: 'reload' }, { role: 'toggleDevTools' }]
    : [];
  return [...zoom, separator, { role: 'togglefullscreen' }, ...developer];
}

function windowItems(isMac: boolean): MenuItemConstructorOptions[] {
  return isMac
    ? [{ role: 'minimize' }, { role: 'zoom' }, separator, { role: 'front' }]
    : [{ role: 'minimize' }, { role: 'close' }];
}

function helpItems(model: MenuModel, isMac: boolean): MenuItemConstructorOptions[] {
  const licences = { label: messages.licences, click: model.showLicences };
  return isMac ? [licences] : [licences, { role: 'about' }];
}

function commandItems({ commands, run }: MenuModel, menu: MenuCommand['menu']): MenuItemConstructorOptions[] {
  return commands
    .filter((command) => command.menu === menu)
    .flatMap(({ id, label, enabled, accelerator, startsGroup }) => [
      ...(startsGroup === true ? [separator] : []),
      // `&` marks an access key in native menus; in a label from the page it is only a character.
      {
        id,
        label: label.replaceAll('&', '&&'),
        enabled,
        click: () => run(id),
        // Only shown: the page hears its own keys, and a console keeps them from it.
        ...(accelerator === undefined ? {} : { accelerator, registerAccelerator: false }),
      },
    ]);
}

/** Without separators at the ends or next to each other. */
function tidy(items: readonly MenuItemConstructorOptions[]): MenuItemConstructorOptions[] {
  const isLine = (item: MenuItemConstructorOptions | undefined): boolean =>
    item === undefined || item.type === 'separator';
  const kept = items.filter((item, index) => !isLine(item) || !isLine(items[index - 1]));
  return isLine(kept.at(-1)) ? kept.slice(0, -1) : kept;
}

function isEmpty(menu: MenuItemConstructorOptions): boolean {
  return Array.isArray(menu.submenu) && menu.submenu.length === 0;
}
