import { describe, expect, it } from 'vitest';
import { run, startProcess, waitUntil } from './process.ts';

const node = process.execPath;

describe('startProcess', () => {
  it('settles with the line that was waited for', async () => {
    const child = await startProcess(node, ['-e', 'console.log("ready at 7"); setInterval(() => {}, 1000)']);
    const [, number] = await child.waitForLine(/ready at (\d)/, 5000);
    expect(number).toBe('7');
    await child.stop();
    expect(child.child.signalCode).toBe('SIGTERM');
  });

  it('fails with what the process printed when it ends before the line', async () => {
    const child = await startProcess(node, ['-e', 'console.error("no config"); process.exit(3)']);
    await expect(child.waitForLine(/never/, 5000)).rejects.toThrow('no config');
    expect(await child.stop()).toBe(3);
  });

  it('fails when the program does not exist', async () => {
    await expect(startProcess('no-such-program-here', [])).rejects.toThrow('ENOENT');
  });
});

describe('run', () => {
  it('hands input over and settles with the output', async () => {
    expect(await run('cat', [], { input: 'through' })).toBe('through');
  });

  it('fails with the command and its error output', async () => {
    await expect(run(node, ['-e', 'console.error("broken"); process.exit(2)'])).rejects.toThrow(/ended with 2: broken/);
  });
});

describe('waitUntil', () => {
  it('names what did not happen', async () => {
    await expect(waitUntil('the sun rises', () => false, 30)).rejects.toThrow('the sun rises: not within 30 ms');
  });
});
