/** Known host keys: what OpenSSH's files say about a host, checked against ssh-keygen's own hashing. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  appendKnownHost,
  judge,
  keyTypeOf,
  knownKeys,
  knownKeyTypes,
  parseKnownHosts,
  readKnownHosts,
} from './known-hosts.ts';

const key = (fill: number): Buffer =>
  Buffer.concat([
    Buffer.from([0, 0, 0, 11]),
    Buffer.from('ssh-ed25519'),
    Buffer.from([0, 0, 0, 32]),
    Buffer.alloc(32, fill),
  ]);
const text = (fill: number): string => `ssh-ed25519 ${key(fill).toString('base64')}`;
const hasKeygen = spawnSync('ssh-keygen', ['-?']).error === undefined;

describe('known hosts', () => {
  const known = parseKnownHosts(
    [
      '# comment',
      `kvm1,10.0.0.1 ${text(1)} root@kvm1`,
      `[kvm2]:2222 ${text(2)}`,
      `*.lab.example.org,!bad.lab.example.org ${text(3)}`,
      `@revoked kvm3 ${text(4)}`,
      `@cert-authority *.ca.example.org ${text(5)}`,
      'broken line',
      `kvm1 ssh-rsa ${Buffer.from('rsa').toString('base64')}`,
    ].join('\n'),
  );

  it.each([
    ['kvm1', 22, 1, 'known'],
    ['KVM1', 22, 1, 'known'],
    ['10.0.0.1', 22, 1, 'known'],
    ['kvm1', 22, 9, 'changed'],
    ['kvm1', 2222, 1, 'unknown'],
    ['kvm2', 2222, 2, 'known'],
    ['kvm2', 22, 2, 'unknown'],
    ['a.lab.example.org', 22, 3, 'known'],
    ['bad.lab.example.org', 22, 3, 'unknown'],
    ['kvm3', 22, 4, 'revoked'],
    ['kvm3', 22, 1, 'unknown'],
    ['a.ca.example.org', 22, 5, 'unknown'],
  ])('%s:%i with key %i is %s', (host, port, fill, verdict) => {
    expect(judge(known, host, port, key(fill))).toBe(verdict);
  });

  it('knows the types of a host’s keys', () => {
    expect(knownKeyTypes(known, 'kvm1', 22)).toEqual(['ssh-ed25519', 'ssh-rsa']);
    expect(keyTypeOf(key(1))).toBe('ssh-ed25519');
    expect(keyTypeOf(Buffer.alloc(2))).toBe('');
  });

  it('is not kept busy by a pattern', () => {
    const slow = parseKnownHosts(`${'*a'.repeat(5000)} ${text(1)}`);
    expect(judge(slow, `${'a'.repeat(200)}b`, 22, key(1))).toBe('unknown');
  });

  it('finds again what it added, hashed, behind a line without an end', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler-known-'));
    const path = join(folder, 'sub', 'known_hosts');
    await appendKnownHost(path, { host: 'kvm9', port: 2222, key: key(7), isHashed: true });
    await writeFile(path, (await readFile(path, 'utf8')).trimEnd());
    await appendKnownHost(path, { host: 'kvm8', port: 22, key: key(8), isHashed: true });
    expect(await readFile(path, 'utf8')).not.toContain('kvm');
    const read = await readKnownHosts([path, join(folder, 'none')]);
    expect([
      judge(read, 'kvm9', 2222, key(7)),
      judge(read, 'kvm8', 22, key(8)),
      judge(read, 'kvm8', 22, key(7)),
    ]).toEqual(['known', 'known', 'changed']);
    await rm(folder, { recursive: true });
  });

  it('writes names as they are where nobody hashes them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler-known-'));
    const path = join(folder, 'known_hosts');
    await writeFile(path, `kvm1 ${text(1)}\n`);
    await appendKnownHost(path, { host: 'KVM9', port: 2222, key: key(9), isHashed: false });
    expect(await readFile(path, 'utf8')).toBe(`kvm1 ${text(1)}\n[kvm9]:2222 ${text(9)}\n`);
    expect(knownKeys(await readKnownHosts([path]), 'kvm9', 2222)).toMatchObject([{ file: path, line: 2 }]);
    await rm(folder, { recursive: true });
  });

  it.skipIf(!hasKeygen)('reads what ssh-keygen -H hashed, and ssh-keygen finds what it added', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler-known-'));
    const path = join(folder, 'known_hosts');
    await writeFile(path, `kvm1 ${text(1)}\n[kvm2]:2222 ${text(2)}\n`);
    execFileSync('ssh-keygen', ['-H', '-f', path], { stdio: 'ignore' });
    await appendKnownHost(path, { host: 'kvm5', port: 22, key: key(5), isHashed: false });
    expect(await readFile(path, 'utf8')).not.toContain('kvm');
    const read = await readKnownHosts([path]);
    expect([judge(read, 'kvm1', 22, key(1)), judge(read, 'kvm2', 2222, key(2))]).toEqual(['known', 'known']);
    expect(execFileSync('ssh-keygen', ['-F', 'kvm5', '-f', path], { encoding: 'utf8' })).toContain(text(5));
    await rm(folder, { recursive: true });
  });
});
