/** A link that is cut and comes back, as the user sees it; and a host that lets this user only look. */
import type { Page } from '@playwright/test';
import { linkPrograms } from '../resilience/link.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { expect, rigMissing } from './fixtures.ts';
import { test } from './link-fixtures.ts';
import { GuestsPage } from './pages/guests-page.ts';
import { colourAt, litPixels } from './pixels.ts';
import type { ConsoleTab } from './pages/console-tab.ts';
import { text } from './texts.ts';

const missing = notRunBecause(linkPrograms, { root: true });

/** In both themes and on a narrow window, to be looked at. */
async function picture(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: `test-results/${name}-${colorScheme}.png`, animations: 'disabled' });
  }
  await page.setViewportSize({ width: 700, height: 800 });
  await page.screenshot({ path: `test-results/${name}-narrow.png`, animations: 'disabled' });
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function seeBanner(console: ConsoleTab): Promise<void> {
  await expect(async () => {
    const shown = await console.pixels();
    expect(colourAt(shown, 1, 1), 'the guest has drawn its banner').toEqual([0, 0, 168]);
    expect(litPixels(shown), 'and its text').toBeGreaterThan(1000);
  }).toPass({ timeout: 60_000 });
}

test.describe('a host behind a link', () => {
  test.skip(missing !== null, `not run: ${missing}`);
  test.use({ hostlerOptions: { settings: { keepAlive: { intervalSeconds: 0.5, count: 4 } } } });
  test.describe.configure({ timeout: 180_000 });

  test('is greyed with reason and age while the link is cut, and comes back with its consoles', async ({
    app,
    linked,
  }) => {
    const proxy = linked.proxy('ssh');
    const guests = await app.connect(linked.uri('ssh'));
    const guest = await guests.openGuest(linked.guest);
    const console = await guest.openConsole();
    await seeBanner(console);

    proxy.cut();
    await expect(console.root).toContainText(text('console.offline.title'), { timeout: 30_000 });
    await expect(guest.primary('create')).toBeDisabled();
    await expect(guest.primary('create')).toHaveAttribute('title', text('refusal.notConnected'));
    await picture(app.page, 'link-lost-console');
    await app.host('127.0.0.1').click();
    await expect(guests.row(linked.guest)).toHaveClass(/stale/);
    await expect(app.page.getByRole('main')).toContainText(/has not answered for \d+ seconds/);
    // Between two attempts or in one.
    await expect(app.host('127.0.0.1')).toContainText(/lost [1-9]\d* (sec|min)\.? ago/);
    await picture(app.page, 'link-lost-guests');

    await proxy.restore();
    await expect(guests.row(linked.guest)).not.toHaveClass(/stale/, { timeout: 60_000 });
    await guests.openGuest(linked.guest);
    await guest.openConsole();
    await seeBanner(console);

    await console.choose(/serial/i);
    await console.waitForPrompt('guest#');
    await console.typeLine('echo before $((40 + 2))');
    await expect(console.terminal).toContainText('before 42');
    proxy.cut();
    await expect(console.root).toContainText(text('console.offline.title'), { timeout: 30_000 });
    await proxy.restore();
    // What was there before stays above.
    await expect(console.terminal).toContainText(new RegExp(`before 42.*${text('console.serial.again')}`, 's'), {
      timeout: 60_000,
    });
    await console.typeLine('echo after $((40 + 3))');
    await expect(console.terminal).toContainText('after 43');
    await picture(app.page, 'link-back-console');
  });
});

test.describe('a host that lets this user only look', () => {
  test.skip(rigMissing !== null, `not run: ${rigMissing}`);
  const nobody = 65_534;

  test('is known by its socket: nothing can be changed, and why is said', async ({ app, linked }) => {
    const guests = await app.connect(linked.libvirtd.systemReadOnlyUri);
    await expect(app.hostTree).toContainText(text('connection.readonly'));
    const guest = await guests.openGuest(linked.guest);
    await expect(guest.primary('shutdown')).toBeDisabled();
    await expect(guest.primary('shutdown')).toHaveAttribute('title', text('refusal.readonly'));
    await picture(app.page, 'read-only-guest');
  });

  test.describe('at first', () => {
    const refused = test.extend({
      hostlerOptions: async ({ linked }, use) => {
        await use({ uid: nobody, libvirtSockets: `${linked.libvirtd.dir}/sock` });
      },
    });

    refused('is offered read-only, and connects so', async ({ app, linked }) => {
      const dialog = await app.openConnectionDialog();
      await dialog.attempt('qemu:///system');
      await expect(dialog.error).toContainText(/permission/i);
      const offer = dialog.error.getByRole('button', { name: text('connection.connectReadonly') });
      await expect(offer).toBeVisible();
      await picture(app.page, 'read-only-offered');
      await offer.click();
      const guests = await new GuestsPage(app.page).opened();
      await expect(guests.row(linked.guest)).toBeVisible();
      await expect(app.hostTree).toContainText(text('connection.readonly'));
    });
  });
});
