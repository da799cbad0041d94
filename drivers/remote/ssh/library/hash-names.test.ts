import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hashKnownHostsOf, wantsHashedNames } from './hash-names.ts';

describe('hashed names', () => {
  it.each([
    ['', null],
    ['Host kvm1\n  HashKnownHosts yes\n', null],
    ['Host kvm1\n  User root\nHost *\n    HashKnownHosts yes\n', true],
    ['hashknownhosts = no\nHost *\n HashKnownHosts yes', false],
    ['Match all\n\tHashKnownHosts yes', true],
    ['# HashKnownHosts yes', null],
  ])('%j wishes %j', (config, wish) => expect(hashKnownHostsOf(config)).toBe(wish));

  it('are wished by the first file that says something', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler-config-'));
    const files = ['none', 'silent', 'yes', 'no'].map((name) => join(folder, name));
    await writeFile(files[1]!, 'User root\n');
    await writeFile(files[2]!, 'HashKnownHosts yes\n');
    await writeFile(files[3]!, 'HashKnownHosts no\n');
    expect([await wantsHashedNames(files), await wantsHashedNames(files.slice(3)), await wantsHashedNames([])]).toEqual(
      [true, false, false],
    );
    await rm(folder, { recursive: true });
  });
});
