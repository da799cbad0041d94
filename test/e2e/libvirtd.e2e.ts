/** The main job on real things: a real libvirtd, a real guest, from the dialog to its screen. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { guestXml } from '../rig/guest.ts';
import { expect, rigMissing, test, type Rig } from './fixtures.ts';
import { colourAt, differingShare, litPixels } from './pixels.ts';
import { text } from './texts.ts';

test.skip(rigMissing !== null, `not run: ${rigMissing}`);
// Statistics once a minute: what changes sooner has changed by event.
test.use({ hostlerOptions: { settings: { statsIntervalSeconds: 60 } } });
test.describe.configure({ timeout: 120_000 });

/** Defines a guest and settles with its name, which no other test uses. */
async function define({ libvirtd, image }: Rig, name: string): Promise<string> {
  const file = join(libvirtd.dir, `${name}.xml`);
  await writeFile(file, guestXml(name, image));
  await libvirtd.virsh('define', file);
  return name;
}

/** The guest's screen as QEMU itself sees it. */
async function screenshot({ libvirtd }: Rig, name: string): Promise<PNG> {
  const file = join(libvirtd.dir, `${name}.png`);
  await libvirtd.virsh('screenshot', name, file);
  return PNG.sync.read(await readFile(file));
}

async function removeGuest({ libvirtd }: Rig, name: string): Promise<void> {
  await libvirtd.virsh('destroy', name).catch(() => undefined);
  await libvirtd.virsh('undefine', name);
}

test('a guest is started, boots on its screen, answers on its serial line and is forced off', async ({ app, rig }) => {
  const name = await define(rig, 'e2e-boot');
  const guests = await app.connect(rig.libvirtd.systemUri);
  await expect(guests.cell(name, 'state')).toContainText(text('state.shutoff'));

  const guest = await guests.openGuest(name);
  await guest.primary('create').click();
  await expect(guest.primary('shutdown')).toBeEnabled({ timeout: 5000 });
  expect(await rig.libvirtd.virsh('domstate', name)).toContain('running');

  const console = await guest.openConsole();
  await expect(async () => {
    const shown = await console.pixels();
    expect(colourAt(shown, 1, 1), 'the guest has drawn its banner').toEqual([0, 0, 168]);
    expect(litPixels(shown), 'and its text').toBeGreaterThan(1000);
    expect(differingShare(shown, await screenshot(rig, name))).toBeLessThan(0.001);
  }).toPass({ timeout: 30_000 });
  await app.page.screenshot({ path: 'test-results/console-vnc.png' });

  await console.screen.click();
  await app.page.keyboard.type('echo typed on the screen\n');
  await expect(async () => {
    expect(differingShare(await console.pixels(), await screenshot(rig, name))).toBeLessThan(0.001);
  }).toPass({ timeout: 10_000 });

  await console.choose(/serial/i);
  await console.waitForPrompt('guest#');
  await console.typeLine('uname -r');
  await expect(console.terminal).toContainText(rig.image.kernelRelease);
  await app.page.screenshot({ path: 'test-results/console-serial.png' });

  await guest.chooseFromMenu('destroy');
  await guest.confirm('destroy');
  await expect(guest.primary('create')).toBeEnabled();
  expect(await rig.libvirtd.virsh('domstate', '--reason', name)).toContain('destroyed');
  await removeGuest(rig, name);
});

test('a guest that is shut down by its power button shows it without being asked', async ({ app, rig }) => {
  const name = await define(rig, 'e2e-power-button');
  await rig.libvirtd.virsh('start', name);
  const guests = await app.connect(rig.libvirtd.systemUri);
  const guest = await guests.openGuest(name);
  const console = await guest.openConsole();
  await console.choose(/serial/i);
  await console.waitForPrompt('guest#');
  await guest.primary('shutdown').click();
  await expect(guest.primary('create')).toBeEnabled({ timeout: 15_000 });
  await removeGuest(rig, name);
});

test('a guest that somebody else defines appears within a second, and goes as quickly', async ({ app, rig }) => {
  const first = await define(rig, 'e2e-first');
  const guests = await app.connect(rig.libvirtd.systemUri);
  await expect(guests.row(first)).toBeVisible();
  const second = await define(rig, 'e2e-defined-by-virsh');
  await expect(guests.row(second)).toBeVisible({ timeout: 1000 });
  await removeGuest(rig, second);
  await expect(guests.row(second)).toBeHidden({ timeout: 1000 });
  await removeGuest(rig, first);
});

test('a host whose libvirtd dies greys out with a reason and comes back by itself', async ({ app, rig }) => {
  const name = await define(rig, 'e2e-crash');
  await rig.libvirtd.virsh('start', name);
  const guests = await app.connect(rig.libvirtd.systemUri);
  await expect(guests.cell(name, 'state')).toContainText(text('state.running'));

  await rig.libvirtd.kill();
  const bar = app.page.getByRole('main').getByRole('button', { name: text('connection.retryNow') });
  await expect(bar).toBeVisible();
  await expect(guests.row(name)).toHaveClass(/stale/);
  await expect(app.hostTree.getByText(text('connection.lost', { ago: '' }).trim())).toBeVisible();
  await app.page.screenshot({ path: 'test-results/host-lost.png' });

  await rig.libvirtd.restart();
  await expect(bar).toBeHidden({ timeout: 30_000 });
  await expect(guests.row(name)).not.toHaveClass(/stale/);
  await expect(guests.cell(name, 'state')).toContainText(text('state.running'));
  await removeGuest(rig, name);
});
