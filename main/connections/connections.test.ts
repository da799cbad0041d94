import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Notices } from '../application/notices.ts';
import type { ConnectionStatus } from '../contract/index.ts';
import { checkUri } from './check-uri.ts';
import { ConnectionStore } from './connection-store.ts';
import { Connections } from './connections.ts';
import { discover, embeddedTest, type Machine } from './discover.ts';
import { FakeHypervisor } from '../testing/fake-hypervisor.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-connections-'));
});
afterEach(() => rm(folder, { recursive: true }));

const draft = { uri: 'test:///default', name: '', autoconnect: true, readonly: false };

async function load(): Promise<{ connections: Connections; notices: Notices; opened: string[] }> {
  const notices = new Notices();
  const opened: string[] = [];
  const store = await ConnectionStore.load(join(folder, 'connections.json'), notices);
  const connections = new Connections(store, async (uri) => {
    opened.push(uri);
    return new FakeHypervisor();
  });
  return { connections, notices, opened };
}

describe('Connections', () => {
  it('saves what is added and finds it again at the next start', async () => {
    const first = await load();
    expect(await first.connections.list()).toEqual([]);
    const saved = await first.connections.add(draft);
    const { connections, opened } = await load();
    expect(await connections.list()).toEqual([{ connection: saved, state: { kind: 'disconnected' } }]);
    connections.connectMarked();
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened).toEqual(['test:///default']);
    expect((await connections.list())[0]?.state.kind).toBe('connected');
    await connections.dispose();
  });

  it('refuses what cannot be used, twins, and secrets', async () => {
    const { connections } = await load();
    await connections.add(draft);
    await expect(connections.add(draft)).rejects.toMatchObject({ code: 'invalid-argument' });
    for (const uri of ['', 'nonsense', 'qemu+ssh://root:pw@host/system', 'esx://host/?password=x', 'foo:///']) {
      await expect(connections.add({ ...draft, uri })).rejects.toMatchObject({ code: 'invalid-argument' });
    }
    expect(await readFile(join(folder, 'connections.json'), 'utf8')).not.toContain('pw');
  });

  it('connects, tells everyone, forgets', async () => {
    const { connections } = await load();
    const { id } = await connections.add(draft);
    const heard: ConnectionStatus[][] = [];
    connections.onDidChange((all) => heard.push(all));
    const events: string[] = [];
    connections.onConnection((event) => events.push(event.kind));
    expect(() => connections.hypervisor(id)).toThrow('is not connected');
    await connections.connect(id);
    expect(connections.hypervisor(id)).toBeInstanceOf(FakeHypervisor);
    await connections.remove(id);
    await Promise.resolve();
    expect(heard.at(-1)).toEqual([]);
    expect(events).toEqual(['opened', 'closed']);
    await expect(connections.connect(id)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('makes the connection again when its address changes', async () => {
    const { connections, opened } = await load();
    const { id } = await connections.add(draft);
    await connections.connect(id);
    await connections.update(id, { name: 'Mine' });
    await connections.update(id, { readonly: true });
    await new Promise((resolve) => setImmediate(resolve));
    expect(opened).toHaveLength(2);
    await connections.dispose();
  });

  it('sets a broken list aside and says where it is', async () => {
    await writeFile(join(folder, 'connections.json'), '{"version":1,"connections":[{"id":"a","uri":');
    const { connections, notices } = await load();
    expect(await connections.list()).toEqual([]);
    expect(notices.list()).toEqual([
      { id: 'file-connections-json', level: 'warning', message: expect.stringContaining('.broken-') },
    ]);
  });

  it('does not keep what it could not save', async () => {
    await writeFile(join(folder, 'file'), '');
    const store = await ConnectionStore.load(join(folder, 'file', 'connections.json'), new Notices());
    const connections = new Connections(store, () => Promise.reject(new Error('unused')));
    await expect(connections.add(draft)).rejects.toMatchObject({ code: 'io' });
    expect(await connections.list()).toEqual([]);
  });
});

describe('checkUri', () => {
  it('says what a usable address means', () => {
    expect(checkUri(' qemu:///session ')).toEqual({
      ok: true,
      uri: 'qemu:///session',
      driver: 'QEMU/KVM',
      transport: 'unix',
      suggestedName: 'QEMU/KVM (user session)',
    });
    expect(checkUri('test:///default')).toMatchObject({
      ok: true,
      transport: '',
      suggestedName: 'Test hypervisor',
      warning: expect.stringContaining('make-believe'),
    });
    expect(checkUri('test:///srv/lab.xml')).toMatchObject({ suggestedName: 'Test hypervisor (lab.xml)' });
    expect(checkUri('qemu://lab1/system')).toMatchObject({
      ok: true,
      transport: 'tls',
      host: 'lab1',
      suggestedName: 'lab1 (QEMU/KVM)',
    });
    expect(checkUri('qemu+ssh://root@lab1/system')).toMatchObject({ ok: true, transport: 'ssh', host: 'lab1' });
    expect(checkUri('qemu+libssh://lab1/system')).toMatchObject({ ok: true, transport: 'libssh' });
    expect(checkUri('qemu+tcp://lab1/system')).toMatchObject({ warning: expect.stringContaining('encrypted') });
  });

  it.each([
    ['', 'Type the address'],
    ['qemu', 'qemu:///system'],
    ['quemu:///system', "No hypervisor is called 'quemu'"],
    ['qemu+ssh:///system', 'Name the host to log in to'],
    ['qemu+sssh://root@lab1/system', "the transport 'sssh' is unknown"],
    ['esx://lab1/', 'VMware ESX is not in this version'],
    ['qemu+tls://u:secret@h/system', 'password'],
    ['esx:///?password=x', "secret ('password')"],
    ['qemu:///system\u0000', 'control character'],
    [`qemu:///${'x'.repeat(9000)}`, 'at most'],
  ])('refuses %j with a reason', (uri, reason) => {
    const verdict = checkUri(uri);
    expect(verdict).toEqual({ ok: false, message: expect.stringContaining(reason) });
    expect(JSON.stringify(verdict)).not.toContain('u:secret');
  });
});

describe('discover', () => {
  /** A machine whose sockets are those below the test's folder. */
  const machine = (userId: number, PATH = folder): Machine => ({
    platform: 'linux',
    env: { XDG_RUNTIME_DIR: folder, PATH },
    userId,
    isSocket: async (path) => path.startsWith(folder) && (await stat(path).catch(() => null))?.isSocket() === true,
  });

  it('always offers the test hypervisor', async () => {
    expect(await discover(machine(1, ''))).toEqual([embeddedTest]);
    expect(await discover({ ...machine(1, ''), platform: 'win32', userId: null })).toEqual([embeddedTest]);
  });

  it('finds the session’s socket, and nothing where it is no socket', async () => {
    await mkdir(join(folder, 'libvirt'));
    const path = join(folder, 'libvirt', 'libvirt-sock');
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const session = async (): Promise<unknown> => (await discover(machine(1, '')))[0];
    expect(await session()).toEqual({
      uri: 'qemu:///session',
      name: 'QEMU/KVM (user session)',
      usable: true,
      evidence: path,
    });
    await new Promise((resolve) => server.close(resolve));
    await writeFile(path, '');
    expect(await session()).toEqual(embeddedTest);
  });

  it('offers a user’s QEMU by the daemon that connecting starts, and root’s with the missing step', async () => {
    for (const name of ['qemu-system-x86_64', 'virtqemud']) await writeFile(join(folder, name), '', { mode: 0o755 });
    const find = async (userId: number): Promise<unknown> =>
      (await discover(machine(userId))).find(({ uri }) => uri !== embeddedTest.uri);
    expect(await find(1)).toEqual({
      uri: 'qemu:///session',
      name: 'QEMU/KVM (user session)',
      usable: true,
      evidence: join(folder, 'virtqemud'),
    });
    expect(await find(0)).toMatchObject({
      uri: 'qemu:///system',
      usable: false,
      reason: expect.stringContaining('systemctl start'),
    });
  });
});
