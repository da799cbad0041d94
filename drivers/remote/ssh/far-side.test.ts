import { describe, expect, it } from 'vitest';
import { parseUri } from '../../uri.ts';
import { farSideOf } from './far-side.ts';

/** Which way, which netcat, and where the daemon's socket is looked for. */
function choiceOf(
  query: string,
  { driver = 'qemu', path = '/system', readonly = false, name = 'qemu:///system' } = {},
) {
  const side = farSideOf(parseUri(`${driver}+ssh://kvm1${path}?${query}`), name, readonly);
  const [way, flag, uri, netcat, kind, ...sockets] = side.argv.slice(4);
  return { way, flag, uri, netcat, kind, sockets, mayForward: side.mayForward };
}

describe('farSideOf', () => {
  it('tries the helper first, then netcat, then the socket itself', () => {
    expect(choiceOf('')).toEqual({
      way: 'auto',
      flag: '',
      uri: 'qemu:///system',
      netcat: 'nc',
      kind: 'system',
      sockets: ['virtqemud-sock', 'libvirt-sock'],
      mayForward: true,
    });
    expect(choiceOf('', { readonly: true })).toMatchObject({
      flag: '-r',
      sockets: ['virtqemud-sock-ro', 'libvirt-sock-ro'],
    });
    expect(choiceOf('', { path: '/session' })).toMatchObject({ kind: 'session' });
  });

  it('goes by netcat where a URI names it, a socket or a mode, and where there is no name for the helper', () => {
    expect(choiceOf('netcat=/opt/nc')).toMatchObject({ way: 'netcat', netcat: '/opt/nc', mayForward: false });
    expect(choiceOf('socket=/run/s')).toMatchObject({ way: 'netcat', sockets: ['/run/s'], mayForward: true });
    expect(choiceOf('mode=legacy')).toMatchObject({ way: 'netcat', sockets: ['libvirt-sock'] });
    expect(choiceOf('mode=direct')).toMatchObject({ way: 'netcat', sockets: ['virtqemud-sock'] });
    expect(choiceOf('mode=auto')).toMatchObject({ way: 'auto' });
    expect(choiceOf('', { driver: 'remote', name: '' })).toMatchObject({ way: 'netcat', sockets: ['libvirt-sock'] });
  });

  it('does what proxy says, and nothing else', () => {
    expect(choiceOf('proxy=native')).toMatchObject({ way: 'native', mayForward: false });
    expect(choiceOf('proxy=netcat')).toMatchObject({ way: 'netcat', mayForward: true });
    for (const query of ['netcat=nc', 'socket=/s', 'mode=direct']) {
      expect(() => choiceOf(`proxy=native&${query}`)).toThrow('has no meaning with proxy=native');
    }
  });

  it.each([
    ['proxy=fast', 'known are auto, native and netcat'],
    ['mode=fast', 'known are auto, legacy and direct'],
    ['socket=s', 'must be an absolute path'],
    ['netcat=-e', 'names no program'],
  ])('refuses %s', (query, reason) => {
    expect(() => choiceOf(query)).toThrow(reason);
  });
});
