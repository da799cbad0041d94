import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { leftFiles, leftProcesses } from './leaks.ts';
import { startProcess } from './rig/process.ts';

describe.runIf(process.platform === 'linux')('leftProcesses', () => {
  it('finds a process by the mark in its environment, as long as it runs', async () => {
    const mark = `HOSTLER_LEAK_TEST=${process.pid}`;
    const env = { ...process.env, HOSTLER_LEAK_TEST: String(process.pid) };
    const child = await startProcess(process.execPath, ['-e', 'console.log("up"); setInterval(() => {}, 1000)'], {
      env,
    });
    await child.waitForLine(/up/, 5000);
    expect(leftProcesses(mark)).toEqual([
      expect.stringMatching(new RegExp(`^process ${child.child.pid}: .*setInterval`)),
    ]);
    await child.stop();
    expect(leftProcesses(mark)).toEqual([]);
  });
});

describe('leftFiles', () => {
  it('names what is in the folder, except the caches of tools', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler-leaks-'));
    await writeFile(join(folder, 'node-compile-cache'), '');
    expect(leftFiles(folder)).toEqual([]);
    await writeFile(join(folder, 'socket.sock'), '');
    expect(leftFiles(folder)).toEqual([`file ${folder}/socket.sock`]);
    await rm(folder, { recursive: true });
  });
});
