/**
 * What every end-to-end test starts from: Hostler in browser mode with an empty configuration, open in a page that is
 * watched. At the end nothing may have been logged as an error, asked for elsewhere, or left running.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect, type Page } from '@playwright/test';
import { buildGuestImage, guestPrograms, type GuestImage } from '../rig/guest.ts';
import { startHostler, type Hostler, type HostlerOptions } from '../rig/hostler.ts';
import { libvirtdPrograms, startLibvirtd, type Libvirtd } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { AppPage } from './pages/app-page.ts';

/** Why the tests against a real libvirtd cannot run here, or null. In CI a missing part fails the suite instead. */
export const rigMissing = notRunBecause([...libvirtdPrograms, ...guestPrograms], { root: true });

/** A private libvirtd and a guest image to boot in it. */
export interface Rig {
  libvirtd: Libvirtd;
  image: GuestImage;
}

interface TestFixtures {
  /** A temporary folder of the test's own. */
  folder: string;
  /** How Hostler is started; set with `test.use`. */
  hostlerOptions: HostlerOptions;
  hostler: Hostler;
  app: AppPage;
}

/** Collects what must not happen in a page of ours. */
function watch(page: Page, origin: string): string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      faults.push(`console ${message.type()}: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`uncaught: ${error.message}`));
  page.on('request', (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (asked !== origin && protocol !== 'data:' && protocol !== 'blob:')
      faults.push(`external request: ${request.url()}`);
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== new URL(origin).host) faults.push(`external WebSocket: ${socket.url()}`);
  });
  return faults;
}

export const test = base.extend<TestFixtures, { rig: Rig }>({
  rig: [
    async ({}, use) => {
      const libvirtd = await startLibvirtd();
      try {
        await use({ libvirtd, image: await buildGuestImage(libvirtd.dir) });
      } finally {
        await libvirtd.stop();
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  folder: async ({}, use) => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler-e2e-'));
    await use(folder);
    await rm(folder, { recursive: true, force: true });
  },

  hostlerOptions: [{}, { option: true }],

  hostler: async ({ hostlerOptions }, use) => {
    const hostler = await startHostler(hostlerOptions);
    await use(hostler);
    expect(await hostler.end(), `ends in order; it printed:\n${hostler.output()}`).toBe(0);
    await hostler.stop();
  },

  app: async ({ page, hostler }, use) => {
    const faults = watch(page, new URL(hostler.url).origin);
    const app = new AppPage(page);
    await app.open(hostler.url);
    await use(app);
    expect(faults, 'nothing is logged as an error and nobody else is asked').toEqual([]);
  },
});

export { expect };
