/** A program as the way to a daemon: what happens when it is not what it should be. */
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failOnLeaks } from '../../fail-on-leaks.ts';
import { parseUri } from '../../uri.ts';
import { remoteDriver } from '../driver.ts';

describe.skipIf(process.platform === 'win32')('ext', () => {
  failOnLeaks();
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-ext-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const program = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${text}\n`);
    await chmod(path, 0o755);
    return path;
  };
  const open = (command: string, ...argv: string[]): Promise<unknown> => {
    const params = [`command=${encodeURIComponent(command)}`, ...argv.map((arg) => `argv=${encodeURIComponent(arg)}`)];
    return remoteDriver.open(parseUri(`qemu+ext:///system?${params.join('&')}`), {});
  };

  it('needs the program', async () => {
    await expect(open('')).rejects.toThrow('needs the program to start in the command parameter');
  });

  it('says that there is no such program', async () => {
    await expect(open(join(folder, 'none'))).rejects.toThrow(`Cannot start ${folder}/none: there is no such program.`);
  });

  it('gives the program no shell to play with', async () => {
    const marker = join(folder, 'marker');
    await expect(open(`true; touch ${marker}`)).rejects.toThrow('there is no such program');
    await expect(rm(marker)).rejects.toThrow('ENOENT');
  });

  it('gives the program each argv parameter as one argument', async () => {
    const path = await program('says', 'printf "[%s]" "$@" >&2; exit 1');
    await expect(open(path, '--host', 'a b; $(id)', '')).rejects.toThrow('It said: [--host][a b; $(id)][]');
  });

  it('repeats what the program said before it failed', async () => {
    const path = await program('fails', 'echo "no route to kvm1" >&2; exit 7');
    await expect(open(path)).rejects.toThrow(`The program ${path} ended with exit code 7. It said: no route to kvm1`);
  });

  it('ends the program when the far side talks nonsense', async () => {
    const pidFile = join(folder, 'pid');
    const path = await program(
      'nonsense',
      `echo $$ >${pidFile}; echo HTTP/1.1 400 Bad Request and so on; exec sleep 60`,
    );
    await expect(open(path)).rejects.toThrow('is not a libvirt daemon');
  });
});
