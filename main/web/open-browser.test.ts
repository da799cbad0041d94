import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openBrowser } from './open-browser.ts';

const link = 'http://127.0.0.1:1/?token=secret';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-browser-'));
  vi.stubEnv('PATH', folder);
  vi.stubEnv('TMPDIR', folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

describe.runIf(process.platform === 'linux')('openBrowser', () => {
  it('leads there by a private file, so that no argument holds the token', async () => {
    await writeFile(join(folder, 'xdg-open'), `#!/bin/sh\nprintf '%s' "$*" > ${folder}/arguments\n`, { mode: 0o755 });
    const { isStarted, cleanUp } = await openBrowser(link);
    expect(isStarted).toBe(true);
    const args = await vi.waitFor(async () => {
      const text = await readFile(join(folder, 'arguments'), 'utf8');
      expect(text).toMatch(/^file:/);
      return text;
    });
    expect(args).not.toContain('secret');
    const file = fileURLToPath(args);
    expect(await readFile(file, 'utf8')).toContain(link);
    expect([(await stat(file)).mode & 0o777, (await stat(dirname(file))).mode & 0o777]).toEqual([0o600, 0o700]);
    await cleanUp();
    expect(await readdir(folder)).toEqual(['arguments', 'xdg-open']);
  });

  it('says when no browser could be started, and leaves no file', async () => {
    expect((await openBrowser(link)).isStarted).toBe(false);
    expect(await readdir(folder)).toEqual([]);
  });
});
