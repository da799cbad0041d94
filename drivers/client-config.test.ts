import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { clientConfigPath, parseClientConfig, readClientConfig } from './client-config.ts';
import { VirError } from './error.ts';

describe('parseClientConfig', () => {
  it('finds the default URI and the aliases among everything else', () => {
    const text = `# comment with "quotes" and [
uri_default = "qemu:///system" # trailing
tcp_port = 16509
remote_mode = 'direct'
remote_proxy = "netcat"
tls_priority = "NORMAL"
uri_aliases = [
  "lab=qemu+ssh://root@lab/system",
  'box=test:///default', # one more
]
notes = """
uri_default = "not this"
"""
`.replace("default', #", "default' #");
    expect(parseClientConfig(text, 'f')).toEqual({
      defaultUri: 'qemu:///system',
      aliases: new Map([
        ['lab', 'qemu+ssh://root@lab/system'],
        ['box', 'test:///default'],
      ]),
      uriDefaults: new Map([
        ['mode', 'direct'],
        ['proxy', 'netcat'],
        ['tls_priority', 'NORMAL'],
      ]),
    });
  });

  it.each([
    ['uri_default', 'f:1: expected an assignment'],
    ['a = 1\nuri_default = qemu', 'f:2: expected a value for uri_default'],
    ['uri_default = "x', `f:1: cannot read '"x'`],
    ['uri_default = [ "x" ]', 'uri_default is a list'],
    ['remote_mode = [ "direct" ]', 'remote_mode is a list'],
    ['uri_aliases = [ "lab" "x" ]', 'f:1: expected texts in quotes with commas'],
    ['uri_aliases = [ "lab"', 'f:1: the list of uri_aliases is not closed'],
    ['uri_aliases = [ "l b=x" ]', "the alias 'l b=x' is not of the form name=URI"],
  ])('refuses %j with file and line', (text, message) => {
    expect(() => parseClientConfig(text, 'f')).toThrow(`cannot use f`);
    expect(() => parseClientConfig(text, 'f')).toThrow(message);
  });

  it('never hangs, and throws nothing but a VirError', () => {
    const texts = fc.string({ unit: fc.constantFrom(...`uri_default aliases="'[],\n\\#5`), maxLength: 60 });
    fc.assert(
      fc.property(texts, (text) => {
        expect(outcome(text)).toMatch(/^(read|VirError)$/);
      }),
    );
  });
});

function outcome(text: string): string {
  try {
    parseClientConfig(text, 'f');
    return 'read';
  } catch (error) {
    return error instanceof VirError ? 'VirError' : String(error);
  }
}

describe('readClientConfig', () => {
  it('takes a file that is not there as empty', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'client-config-'));
    const path = join(folder, 'libvirt.conf');
    await expect(readClientConfig(path)).resolves.toEqual({
      defaultUri: null,
      aliases: new Map(),
      uriDefaults: new Map(),
    });
    await writeFile(path, 'uri_default = "test:///default"');
    await expect(readClientConfig(path)).resolves.toMatchObject({ defaultUri: 'test:///default' });
    await rm(folder, { recursive: true });
  });

  it('has its place by user', () => {
    expect(clientConfigPath({}, true)).toBe('/etc/libvirt/libvirt.conf');
    expect(clientConfigPath({ XDG_CONFIG_HOME: '/x' }, false)).toBe('/x/libvirt/libvirt.conf');
  });
});
