/** The end-to-end suite: one browser, one test at a time (they share two cores with a guest). */
import { join } from 'node:path';
import { defineConfig } from '@playwright/test';
import { chromiumFlags, chromiumProgram } from '../rig/chromium.ts';

const root = join(import.meta.dirname, '../..');

export default defineConfig({
  testDir: import.meta.dirname,
  outputDir: join(root, 'test-results'),
  workers: 1,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  use: {
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    locale: 'en-GB',
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    {
      name: 'chromium',
      testMatch: '*.e2e.ts',
      testIgnore: 'electron.e2e.ts',
      use: { launchOptions: { executablePath: chromiumProgram(), args: chromiumFlags } },
    },
    { name: 'electron', testMatch: 'electron.e2e.ts' },
  ],
});
