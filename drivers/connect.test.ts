import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { type DriverEntry, connect, connectWith, getVersion, open, openAuth, openReadOnly } from './connect.ts';
import { type Driver, type OpenOptions, declined } from './driver.ts';
import { VIR_CONNECT_RO } from './enums.gen.ts';
import { VirError, virError } from './error.ts';
import { failOnLeaks } from './fail-on-leaks.ts';
import { FakeSession } from './fake-session.ts';
import { type ConnectionUri, parseUri } from './uri.ts';

failOnLeaks();
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

type Opening = (uri: ConnectionUri | null, options: OpenOptions) => FakeSession | typeof declined;

/** A driver that is asked about every URI; `asked` notes its name. */
function entry(name: string, opening: Opening, asked: string[] = []): DriverEntry {
  const driver: Driver = {
    name,
    open: async (uri, options) => {
      asked.push(name);
      return opening(uri, options);
    },
  };
  return { schemes: [name], isCandidate: () => true, load: async () => driver };
}

const uri = parseUri('fake:///x');

describe('connectWith', () => {
  it('asks the drivers in order until one takes the URI', async () => {
    const asked: string[] = [];
    const entries = ['a', 'b', 'c'].map((name) =>
      entry(name, () => (name === 'b' ? new FakeSession() : declined), asked),
    );
    const connection = await connectWith(entries, uri, { readonly: true });
    expect([asked, connection.isReadOnly, await connection.getType()]).toEqual([['a', 'b'], true, 'FAKE']);
    await connection.close();
  });

  it('does not load a driver whose URI it is not', async () => {
    const other: DriverEntry = { schemes: [], isCandidate: () => false, load: () => expect.unreachable() };
    const connection = await connectWith([other, entry('a', () => new FakeSession())], uri, {});
    await connection.close();
  });

  it('stops at a driver that fails', async () => {
    const failing = entry('a', () => {
      throw virError('VIR_ERR_AUTH_FAILED', 'VIR_FROM_REMOTE', 'wrong password');
    });
    const failed = connectWith([failing, entry('b', () => expect.unreachable())], uri, {});
    await expect(failed).rejects.toMatchObject({ codeName: 'VIR_ERR_AUTH_FAILED', message: 'wrong password' });
  });

  it('says what it knows and what to do where no driver takes the URI', async () => {
    const entries = [entry('qemu', () => declined), entry('test', () => declined)];
    await expect(connectWith(entries, uri, {})).rejects.toMatchObject({
      codeName: 'VIR_ERR_NO_CONNECT',
      message: expect.stringMatching(
        /'fake:\/\/\/x': the driver 'fake' is not known; the drivers are qemu, test; .*qemu\+ssh/,
      ),
    });
    await expect(connectWith(entries, null, {})).rejects.toThrow('no hypervisor was found on this machine');
  });

  it('closes the session of a caller who left meanwhile', async () => {
    const leaving = new AbortController();
    const session = new FakeSession();
    const slow = entry('a', () => {
      leaving.abort();
      return session;
    });
    const failed = connectWith([slow], uri, { signal: leaving.signal });
    await expect(failed).rejects.toMatchObject({ codeName: 'VIR_ERR_OPERATION_ABORTED' });
    expect(session.isClosed).toBe(true);
  });
});

describe('connect', () => {
  it('opens the test driver by its URI', async () => {
    await using connection = await connect('test:///default');
    expect([await connection.getURI(), await connection.getType()]).toEqual(['test:///default', 'TEST']);
  });

  it('takes LIBVIRT_DEFAULT_URI where no URI is given', async () => {
    vi.stubEnv('LIBVIRT_DEFAULT_URI', 'test:///default');
    for (const none of [undefined, null, '']) {
      await using connection = await connect(none);
      expect(await connection.getURI()).toBe('test:///default');
    }
  });

  it('takes uri_default and aliases of libvirt.conf', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hostler-conf-'));
    await mkdir(join(folder, 'libvirt'));
    const conf =
      'uri_default = "box"\nuri_aliases = [ "box=test:///default", "far=test+unix:///default?socket=/nowhere" ]\n';
    await writeFile(join(folder, 'libvirt/libvirt.conf'), conf);
    vi.stubEnv('XDG_CONFIG_HOME', folder);
    vi.stubEnv('LIBVIRT_DEFAULT_URI', undefined);
    vi.spyOn(process, 'geteuid').mockReturnValue(1000);
    for (const name of ['', 'box']) {
      await using connection = await connect(name);
      expect(await connection.getURI()).toBe('test:///default');
    }
    await expect(connect('far')).rejects.toThrow('/nowhere');
    await expect(connect('box', { noAliases: true })).rejects.toThrow("cannot use 'box' as a connection URI");
    vi.stubEnv('LIBVIRT_DEFAULT_URI', 'far');
    await expect(connect()).rejects.toThrow('/nowhere');
    await rm(folder, { recursive: true });
  });

  it('refuses what is no URI and what no driver is for', async () => {
    vi.stubEnv('XDG_CONFIG_HOME', '/nonexistent');
    await expect(connect('nonsense')).rejects.toThrow("cannot use 'nonsense' as a connection URI");
    await expect(connect('esxi://host/')).rejects.toMatchObject({ codeName: 'VIR_ERR_NO_CONNECT' });
  });

  it("has libvirt's three forms", async () => {
    const connections = await Promise.all([
      open('test:///default'),
      openReadOnly('test:///default'),
      openAuth('test:///default', async () => null, VIR_CONNECT_RO),
    ]);
    expect(connections.map(({ isReadOnly }) => isReadOnly)).toEqual([false, true, true]);
    await Promise.all(connections.map((connection) => connection.close()));
    expect(getVersion()).toBe(9_000_000n);
  });

  it('fails only with VirErrors', async () => {
    const error: unknown = await connect('qemu+ssh://-x/').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(VirError);
  });
});
