import { describe, expect, it } from 'vitest';
import { fakeGuest } from '../../testing/fake-data.ts';
import { desktopCommands, operationOf } from './desktop-commands.ts';

const t = (key: string): string => key;
const guest = fakeGuest(0, 'local');

describe('desktopCommands', () => {
  it('greys what the guest at hand refuses', () => {
    const commands = desktopCommands({
      t,
      guest,
      guestCount: 1,
      isRefused: (_guest, operation) => operation === 'create',
    });
    const enabled = Object.fromEntries(commands.map((command) => [command.id, command.enabled]));
    expect([enabled['guest.create'], enabled['guest.shutdown'], enabled['connection.add']]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it('greys every guest command without a guest, and none with several', () => {
    const counts = [0, 3].map(
      (guestCount) =>
        desktopCommands({ t, guest: undefined, guestCount, isRefused: () => false })
          .filter((command) => command.menu === 'guest')
          .filter((command) => command.enabled).length,
    );
    expect(counts).toEqual([0, 10]);
  });

  it('shows shortcuts in Electron’s notation and lines between groups', () => {
    const commands = desktopCommands({ t, guest, guestCount: 1, isRefused: () => false });
    expect(commands.find(({ id }) => id === 'guest.destroy')).toMatchObject({ accelerator: 'Alt+Shift+F' });
    expect(commands.find(({ id }) => id === 'settings')).toMatchObject({ accelerator: 'CommandOrControl+,' });
    expect(commands.find(({ id }) => id === 'guest.undefine')).not.toHaveProperty('accelerator');
    expect(commands.filter((command) => command.startsGroup).map(({ id }) => id)).toEqual([
      'guest.managedSave',
      'guest.reset',
      'guest.undefine',
    ]);
  });
});

describe('operationOf', () => {
  it('reads back the operation of a command', () => {
    expect([operationOf('guest.create'), operationOf('guest.nonsense'), operationOf('settings')]).toEqual([
      'create',
      null,
      null,
    ]);
  });
});
