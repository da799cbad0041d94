/** The first start: what a new user meets, without anything on the machine. */
import { expect, test } from './fixtures.ts';
import { text } from './texts.ts';

test('the first screen offers the embedded test hypervisor, which shows its guest', async ({ app }) => {
  await expect(app.page.getByRole('heading', { name: text('welcome.title') })).toBeVisible();
  await expect(app.offer('test:///default')).toBeEnabled();
  await app.page.screenshot({ path: 'test-results/first-screen.png' });
  const guests = await app.choose('test:///default');
  await expect(guests.cell('test', 'state')).toContainText(text('state.running'));
  await app.page.screenshot({ path: 'test-results/test-driver.png' });
});

test('a guest of the test hypervisor is shut off and started again', async ({ app }) => {
  const guests = await app.choose('test:///default');
  const guest = await guests.openGuest('test');
  await guest.primary('shutdown').click();
  await expect(guest.primary('create')).toBeEnabled();
  await guest.primary('create').click();
  await expect(guest.primary('shutdown')).toBeEnabled();
});

test('every view stands in light and dark, wide and narrow', async ({ app }) => {
  const guests = await app.choose('test:///default');
  const guest = await guests.openGuest('test');
  for (const tab of ['overview', 'console', 'xml'] as const) {
    await guest.openTab(tab);
    for (const colorScheme of ['light', 'dark'] as const) {
      for (const width of [1280, 720]) {
        await app.page.emulateMedia({ colorScheme });
        await app.page.setViewportSize({ width, height: 800 });
        const overflow = await app.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${tab} at ${width} pixels does not scroll sideways`).toBeLessThanOrEqual(0);
        await app.page.screenshot({ path: `test-results/guest-${tab}-${colorScheme}-${width}.png` });
      }
    }
  }
});
