import type { MenuItemConstructorOptions } from 'electron';
import { describe, expect, it } from 'vitest';
import type { MenuCommand } from '../main/contract/index.ts';
import { menuCommandsOf } from './menu-commands.ts';
import { menuTemplate, type MenuModel } from './menu-template.ts';

const start: MenuCommand = { id: 'guest.create', menu: 'guest', label: 'Start', enabled: false };
const add: MenuCommand = {
  id: 'connection.add',
  menu: 'file',
  label: 'Add connection…',
  enabled: true,
  accelerator: 'CommandOrControl+Shift+N',
};

function template(model: Partial<MenuModel> = {}): MenuItemConstructorOptions[] {
  return menuTemplate({
    platform: 'linux',
    isDevelopment: false,
    commands: [start, add],
    run: () => {},
    showLicences: () => {},
    ...model,
  });
}

const names = (items: readonly MenuItemConstructorOptions[]): unknown[] =>
  items.map((item) => item.label ?? item.role ?? item.type);
const submenu = (items: readonly MenuItemConstructorOptions[], label: string): MenuItemConstructorOptions[] =>
  items.find((item) => item.label === label)?.submenu as MenuItemConstructorOptions[];

describe('menuTemplate', () => {
  it('has the same order everywhere, with the application menu in front on macOS', () => {
    const order = ['&File', '&Edit', '&View', 'Virtual &machine', '&Window', '&Help'];
    expect(names(template())).toEqual(order);
    expect(names(template({ platform: 'win32' }))).toEqual(order);
    expect(names(template({ platform: 'darwin' }))).toEqual(['appMenu', ...order]);
  });

  it('leaves out the guest menu while the page offers nothing for it', () => {
    expect(names(template({ commands: [] }))).not.toContain('Virtual &machine');
  });

  it('puts each command in its menu, greyed when it cannot be done', () => {
    expect(submenu(template(), 'Virtual &machine')).toMatchObject([
      { id: 'guest.create', label: 'Start', enabled: false },
    ]);
    expect(submenu(template(), '&File')[0]).toMatchObject({
      id: 'connection.add',
      accelerator: 'CommandOrControl+Shift+N',
    });
  });

  it('runs the command that was chosen', () => {
    const ran: string[] = [];
    const [item] = submenu(template({ run: (id) => ran.push(id) }), '&File');
    (item!.click as () => void)();
    expect(ran).toEqual(['connection.add']);
  });

  it('shows a name with an ampersand as it is', () => {
    const commands = [{ ...start, label: 'Start R&D' }];
    expect(submenu(template({ commands }), 'Virtual &machine')[0]!.label).toBe('Start R&&D');
  });

  it('has no separator at an end or twice in a row', () => {
    const commands = [
      { ...start, startsGroup: true },
      { ...add, startsGroup: true },
    ];
    for (const platform of ['linux', 'darwin'] as const) {
      for (const menu of template({ platform, commands }).filter((item) => Array.isArray(item.submenu))) {
        const kinds = (menu.submenu as MenuItemConstructorOptions[]).map((item) => item.type ?? 'item').join(' ');
        expect(kinds).not.toMatch(/^separator|separator$|separator separator/);
      }
    }
  });

  it('offers the developer tools only in development', () => {
    expect(names(submenu(template(), '&View'))).not.toContain('toggleDevTools');
    expect(names(submenu(template({ isDevelopment: true }), '&View'))).toContain('toggleDevTools');
  });
});

describe('menuCommandsOf', () => {
  it('takes what the page publishes', () => {
    expect(menuCommandsOf([start, add])).toEqual([start, add]);
  });

  it.each([
    ['no list', { 0: start }],
    ['an unknown menu', [{ ...start, menu: 'edit' }]],
    ['an unknown field', [{ ...start, role: 'quit' }]],
    ['a long label', [{ ...start, label: 'x'.repeat(121) }]],
    ['too many', Array.from({ length: 101 }, () => start)],
    ['a wrong shortcut', [{ ...start, accelerator: 'Ctrl+\u0000' }]],
  ])('refuses %s', (_name, message) => {
    expect(menuCommandsOf(message)).toBeNull();
  });
});
