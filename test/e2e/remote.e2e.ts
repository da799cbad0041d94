/** A host that only SSH reaches: its guests' screens and serial lines come over the one log-in that the connection made. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { buildGuestImage, guestPrograms, guestXml } from '../rig/guest.ts';
import { remoteHostPrograms, startRemoteHost, type RemoteHost } from '../rig/remote-host.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { expect, test } from './fixtures.ts';
import type { ConsoleTab } from './pages/console-tab.ts';
import { colourAt, differingShare, litPixels } from './pixels.ts';
import { text } from './texts.ts';

const missing = notRunBecause([...remoteHostPrograms, ...guestPrograms], { root: true });
test.skip(missing !== null, `not run: ${missing}`);
test.describe.configure({ timeout: 180_000 });

/** One whose screen listens on the host's own 127.0.0.1, and one with a socket file. */
async function defineGuests({ libvirtd }: RemoteHost): Promise<void> {
  const image = await buildGuestImage(libvirtd.dir);
  const socket = `<graphics type='vnc' socket='/var/lib/libvirt/screen.sock'/>`;
  const guests = {
    'on-port': guestXml('on-port', image),
    'on-socket': guestXml('on-socket', image).replace(/<graphics.*\/>/, socket),
  };
  for (const [name, xml] of Object.entries(guests)) {
    const file = join(libvirtd.dir, `${name}.xml`);
    await writeFile(file, xml);
    await libvirtd.virsh('define', file);
  }
}

/** The screen in the page is the guest's, as QEMU itself sees it. */
async function seeScreen({ libvirtd }: RemoteHost, name: string, console: ConsoleTab): Promise<void> {
  const file = join(libvirtd.dir, `${name}.png`);
  await expect(async () => {
    const shown = await console.pixels();
    expect(colourAt(shown, 1, 1), 'the guest has drawn its banner').toEqual([0, 0, 168]);
    expect(litPixels(shown), 'and its text').toBeGreaterThan(1000);
    await libvirtd.virsh('screenshot', name, file);
    expect(differingShare(shown, PNG.sync.read(await readFile(file)))).toBeLessThan(0.001);
  }).toPass({ timeout: 60_000 });
}

test('two guests behind SSH are started, seen and talked to with one log-in', async ({ app }) => {
  await using remote = await startRemoteHost();
  await defineGuests(remote);
  const guests = await app.connect(remote.systemUri('ssh'));
  for (const name of ['on-port', 'on-socket']) {
    await expect(guests.cell(name, 'state')).toContainText(text('state.shutoff'));
    const guest = await guests.openGuest(name);
    await guest.primary('create').click();
    await expect(guest.primary('shutdown')).toBeEnabled({ timeout: 15_000 });
    const console = await guest.openConsole();
    await seeScreen(remote, name, console);
    await app.page.screenshot({ path: `test-results/remote-${name}.png` });
    if (name === 'on-socket') {
      await console.choose(/serial/i);
      await console.waitForPrompt('guest#');
    } else await app.host('127.0.0.1').click();
  }
  expect(remote.server.logins()).toBe(1);
});
