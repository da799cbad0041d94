import { describe, expect, it } from 'vitest';
import { parseUri } from '../uri.ts';
import { chooseSocket, type SocketEnvironment } from './socket-path.ts';

const user = { uid: 1000, env: { XDG_RUNTIME_DIR: '/run/user/1000', HOME: '/home/me' } };
const root = { uid: 0, env: {} };

/** Path and daemon, where only `existing` exists. */
async function choose(
  uri: string | null,
  who: Omit<SocketEnvironment, 'exists' | 'isInstalled'>,
  existing: string[] = [],
  readonly = false,
  installed: string[] = [],
): Promise<[string, string]> {
  const isInstalled = (daemon: string): Promise<boolean> => Promise.resolve(installed.includes(daemon));
  const exists = (path: string): Promise<boolean> => Promise.resolve(existing.includes(path));
  const { path, daemon } = await chooseSocket(uri === null ? null : parseUri(uri), readonly, {
    ...who,
    exists,
    isInstalled,
  });
  return [path, daemon];
}

describe('chooseSocket', () => {
  it('takes the driver’s own daemon where its socket exists, else the one daemon', async () => {
    const own = '/var/run/libvirt/virtqemud-sock';
    expect(await choose('qemu:///system', user, [own])).toEqual([own, 'virtqemud']);
    expect(await choose('qemu:///system', user)).toEqual(['/var/run/libvirt/libvirt-sock', 'libvirtd']);
    expect(await choose('network:///system', root, ['/var/run/libvirt/virtnetworkd-sock'])).toEqual([
      '/var/run/libvirt/virtnetworkd-sock',
      'virtnetworkd',
    ]);
  });

  it('follows the URI’s mode', async () => {
    const own = '/var/run/libvirt/virtqemud-sock';
    expect(await choose('qemu:///system?mode=legacy', user, [own])).toEqual([
      '/var/run/libvirt/libvirt-sock',
      'libvirtd',
    ]);
    expect(await choose('qemu:///system?mode=direct', user)).toEqual([own, 'virtqemud']);
    await expect(choose('qemu:///system?mode=fast', user)).rejects.toThrow('known are auto, legacy and direct');
  });

  it('names the daemon that is installed where none listens', async () => {
    const modular = ['virtqemud', 'virtnetworkd'];
    expect((await choose('qemu:///system', user, [], false, modular))[1]).toBe('virtqemud');
    expect((await choose('qemu:///session', user, [], false, modular))[0]).toBe(
      '/run/user/1000/libvirt/virtqemud-sock',
    );
    expect((await choose('qemu:///system', user, [], false, [...modular, 'libvirtd']))[1]).toBe('libvirtd');
  });

  it('takes the read-only socket of the system', async () => {
    expect((await choose('qemu:///system', user, [], true))[0]).toBe('/var/run/libvirt/libvirt-sock-ro');
    expect((await choose('qemu:///session', user, [], true))[0]).toBe('/run/user/1000/libvirt/libvirt-sock');
  });

  it('takes the user’s daemon for sessions and the test driver, unless the user is root', async () => {
    expect((await choose('qemu:///session', user))[0]).toBe('/run/user/1000/libvirt/libvirt-sock');
    expect((await choose('test+unix:///default', user))[0]).toBe('/run/user/1000/libvirt/libvirt-sock');
    expect((await choose('qemu:///session', root))[0]).toBe('/var/run/libvirt/libvirt-sock');
    expect((await choose('test+unix:///default', root))[0]).toBe('/var/run/libvirt/libvirt-sock');
  });

  it('falls back to the cache folder without a runtime folder', async () => {
    const home = { uid: 1000, env: { HOME: '/home/me' } };
    expect((await choose('qemu:///session', home))[0]).toBe('/home/me/.cache/libvirt/libvirt-sock');
    const cache = { uid: 1000, env: { HOME: '/home/me', XDG_CACHE_HOME: '/cache' } };
    expect((await choose('qemu:///session', cache))[0]).toBe('/cache/libvirt/libvirt-sock');
  });

  it('takes a socket that the URI names, if the path is absolute', async () => {
    expect((await choose('qemu:///system?socket=/tmp/sock', user, [], true))[0]).toBe('/tmp/sock');
    await expect(choose('qemu:///system?socket=sock', user)).rejects.toThrow('it must be an absolute path');
  });

  it('asks the proxy where no driver is named', async () => {
    expect(await choose('remote:///system', root)).toEqual(['/var/run/libvirt/libvirt-sock', 'libvirtd']);
    expect(await choose(null, user)).toEqual(['/run/user/1000/libvirt/libvirt-sock', 'libvirtd']);
  });
});
