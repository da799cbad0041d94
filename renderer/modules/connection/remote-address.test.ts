import { describe, expect, it } from 'vitest';
import { formatRemote, parseRemote, withTransport } from './remote-address.ts';

describe('remote addresses', () => {
  it.each([
    'qemu+ssh://root@kvm1.example.org/system',
    'qemu+ssh://kvm1:2222/system?keyfile=/home/me/.ssh/lab%20key&no_tty=1',
    'xen+tls://[fe80::1]:16515/system?pkipath=/p%20ki',
    'qemu+tcp:///system',
    'test+ssh://DOMAIN%5Cme@kvm1/default',
    'qemu+ssh://kvm1',
  ])('reads %s and writes it again', (uri) => expect(formatRemote(parseRemote(uri)!)).toBe(uri));

  it('takes parts apart and puts changed ones in', () => {
    const address = parseRemote('qemu+ssh://a%40b@kvm1:22/session?socket=/s&keyfile=/k%25')!;
    expect(address).toEqual({
      driver: 'qemu',
      transport: 'ssh',
      user: 'a@b',
      host: 'kvm1',
      port: '22',
      path: '/session',
      keyfile: '/k%',
      params: ['socket=/s'],
    });
    expect(formatRemote({ ...address, host: '::1', port: '', keyfile: '' })).toBe(
      'qemu+ssh://a%40b@[::1]/session?socket=/s',
    );
    expect(formatRemote({ ...address, host: 'x/y?z', user: '' })).toContain('://x%2Fy%3Fz:22/');
  });

  it.each([
    'qemu:///system',
    'qemu+unix:///system',
    '',
    'qemu+ssh',
    'qemu+ssh://%zz/system',
    'qemu+libssh2://kvm1/system',
  ])('leaves %j alone', (uri) => expect(parseRemote(uri)).toBe(null));

  it('changes the transport and keeps the host', () => {
    expect(withTransport('', 'ssh')).toBe('qemu+ssh://root@/system');
    expect(withTransport('qemu:///system', 'tls')).toBe('qemu+tls:///system');
    expect(withTransport('xen+ssh://me@kvm1:2222/system?keyfile=/k&mode=legacy', 'tls')).toBe(
      'xen+tls://kvm1/system?mode=legacy',
    );
    expect(withTransport('qemu+tls://kvm1/system', 'tls')).toBe('qemu+tls://kvm1/system');
  });
});
