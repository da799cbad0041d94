import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Notices } from '../application/notices.ts';
import { defaultSettings } from './schema.ts';
import { Settings } from './settings.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-settings-'));
  path = join(folder, 'deep', 'settings.json');
});
afterEach(() => rm(folder, { recursive: true }));

async function load(text?: string): Promise<{ settings: Settings; notices: Notices }> {
  const notices = new Notices();
  if (text !== undefined) {
    path = join(folder, 'settings.json');
    await writeFile(path, text);
  }
  return { settings: await Settings.load(path, notices), notices };
}

describe('Settings', () => {
  it('starts with the defaults and makes its folder at the first change', async () => {
    const { settings, notices } = await load();
    expect(await settings.get()).toEqual(defaultSettings);
    await settings.update({ theme: 'dark' });
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ ...defaultSettings, theme: 'dark' });
    expect(await readdir(join(folder, 'deep'))).toEqual(['settings.json']);
    expect(notices.list()).toEqual([]);
  });

  it('sets a file cut in half aside, whole, and says so', async () => {
    const half = JSON.stringify({ ...defaultSettings, theme: 'dark' }).slice(0, 40);
    const { settings, notices } = await load(half);
    expect(await settings.get()).toEqual(defaultSettings);
    const [aside] = await readdir(folder);
    expect(aside).toMatch(/^settings\.json\.broken-/);
    expect(await readFile(join(folder, aside!), 'utf8')).toBe(half);
    expect(notices.list()).toEqual([
      { id: 'file-settings-json', level: 'warning', message: expect.stringContaining(aside!) },
    ]);
  });

  it('keeps the good values beside a bad one, and keys it does not know', async () => {
    const { settings, notices } = await load(
      JSON.stringify({ theme: 'dark', statsIntervalSeconds: 9000, confirm: 'all', future: { a: 1 } }),
    );
    expect(await settings.get()).toEqual({ ...defaultSettings, theme: 'dark' });
    expect(notices.list()[0]?.message).toContain('statsIntervalSeconds, confirm');
    await settings.update({ density: 'compact' });
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({
      future: { a: 1 },
      density: 'compact',
      theme: 'dark',
    });
  });

  it('refuses a bad change, naming the key, and changes nothing', async () => {
    const { settings } = await load();
    await expect(settings.update({ statsIntervalSeconds: 0 })).rejects.toMatchObject({
      code: 'invalid-argument',
      message: expect.stringContaining('statsIntervalSeconds'),
    });
    await expect(settings.update({ nonsense: 1 } as never)).rejects.toMatchObject({ code: 'invalid-argument' });
    expect(await settings.get()).toEqual(defaultSettings);
  });

  it('tells listeners now and at each change', async () => {
    const { settings } = await load();
    const heard: string[] = [];
    const unlisten = settings.onDidChange(({ theme }) => heard.push(theme));
    await settings.update({ theme: 'light' });
    unlisten();
    await settings.update({ theme: 'dark' });
    expect(heard).toEqual(['system', 'light']);
  });

  it('keeps every one of many changes made at once', async () => {
    const { settings } = await load();
    await Promise.all([
      settings.update({ theme: 'dark' }),
      settings.update({ density: 'compact' }),
      settings.update({ theme: 'light' }),
      settings.update({ language: 'de' }),
    ]);
    const written: unknown = JSON.parse(await readFile(path, 'utf8'));
    expect(written).toEqual({ ...defaultSettings, theme: 'light', density: 'compact', language: 'de' });
    expect(await settings.get()).toEqual(written);
  });
});
