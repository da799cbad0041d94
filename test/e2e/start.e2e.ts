/** `npm start` as a user types it: the ready line, a page behind it, and an end that leaves nothing. */
import { join } from 'node:path';
import { run, startProcess } from '../rig/process.ts';
import { expect, test } from './fixtures.ts';

const root = join(import.meta.dirname, '../..');
const readyLine = /^Hostler is ready at (http:\/\/127\.0\.0\.1:\d+\/\S*)$/m;

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`npm start -- --browser prints its address, serves the page and ends with ${signal}`, async ({
    folder,
    page,
  }) => {
    const flags = ['--browser', '--no-open', '--port', '0', '--config-dir', folder];
    const started = await startProcess(process.execPath, [join(root, 'build/bootstrap.mjs'), 'start', ...flags], {
      cwd: root,
    });
    const [, url = ''] = await started.waitForLine(readyLine, 60_000);
    expect((await page.goto(url))?.ok()).toBe(true);
    await expect(page.getByText('test:///default').first()).toBeVisible();
    expect(await started.stop(signal)).toBe(0);
    expect(await run('ps', ['-eo', 'args']), 'no process of it is left').not.toContain(folder);
  });
}
