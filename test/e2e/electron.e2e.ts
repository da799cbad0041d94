/** The desktop shell: runs where Electron's runtime is installed. */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron as electron, expect, test } from '@playwright/test';

const root = join(import.meta.dirname, '../..');
const note = join(root, 'node_modules/electron/path.txt');
const program = existsSync(note) ? join(root, 'node_modules/electron/dist', readFileSync(note, 'utf8')) : '';

test.skip(!existsSync(program), 'not run: no Electron runtime is installed (npx install-electron)');

test('opens a window with the first screen', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hostler-electron-'));
  const args = [join(root, 'dist/electron/main.js'), '--no-sandbox', '--config-dir', folder];
  const app = await electron.launch({ executablePath: program, args });
  try {
    const window = await app.firstWindow();
    await expect(window.getByText('test:///default')).toBeVisible();
  } finally {
    await app.close();
    await rm(folder, { recursive: true, force: true });
  }
});
