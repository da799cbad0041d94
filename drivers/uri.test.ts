import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { VirError, VirErrorNumber } from './error.ts';
import {
  formatUri,
  getUriParam,
  getUriParams,
  isUriFlagSet,
  parseUri,
  removeUriParams,
  uriTransports,
  withUriDefaults,
} from './uri.ts';

/** The message of the refusal; '' where the text is accepted or something else than VIR_ERR_INVALID_ARG is thrown. */
function refusal(text: string): string {
  try {
    parseUri(text);
    return '';
  } catch (error) {
    return error instanceof VirError && error.code === VirErrorNumber.VIR_ERR_INVALID_ARG ? error.message : '';
  }
}

describe('parseUri', () => {
  it('takes a local URI apart', () => {
    expect(parseUri('qemu:///system')).toEqual({
      original: 'qemu:///system',
      driver: 'qemu',
      transport: '',
      user: '',
      host: '',
      port: null,
      path: '/system',
      params: [],
    });
  });

  it('takes a remote URI with everything apart', () => {
    expect(parseUri('QEMU+SSH://r%40oot@kvm1:2222/system?keyfile=/a%26b&no_tty=1;no_verify')).toEqual({
      original: 'QEMU+SSH://r%40oot@kvm1:2222/system?keyfile=/a%26b&no_tty=1;no_verify',
      driver: 'qemu',
      transport: 'ssh',
      user: 'r@oot',
      host: 'kvm1',
      port: 2222,
      path: '/system',
      params: [
        ['keyfile', '/a&b'],
        ['no_tty', '1'],
        ['no_verify', ''],
      ],
    });
  });

  it('takes IPv6 addresses, with a zone too', () => {
    expect(parseUri('xen+tls://[2001:db8::1]:16514/').host).toBe('2001:db8::1');
    expect(parseUri('xen+tls://[fe80::1%25eth0]/').host).toBe('fe80::1%eth0');
  });

  it('takes the spellings libvirt takes', () => {
    expect(parseUri('test:/default').path).toBe('/default');
    expect(parseUri('vpx://vc.example.org/dc1/cluster1/esx1?no_verify=1').path).toBe('/dc1/cluster1/esx1');
    expect(parseUri('remote+tcp://host').path).toBe('');
    expect(parseUri('test+unix:///default?socket=/run/user/1/s').params).toEqual([['socket', '/run/user/1/s']]);
    expect(parseUri('esx://host/?name=a+b').params).toEqual([['name', 'a+b']]);
  });

  it.each([
    ['', 'it is empty'],
    ['/system', "does not start with a driver's name"],
    ['qemu', "does not start with a driver's name"],
    ['test:default', "comes '://'"],
    ['qemu:///sys tem', 'a space'],
    ['qemu:///system\n', 'control character'],
    ['qemu:///a%00b', 'the path contains a control character'],
    ['qemu:///a%zz', 'broken % sequence'],
    ['qemu:///system#x', '%23'],
    ['qemu+smoke://host/system', "the transport 'smoke' is unknown; the transports are unix, ssh"],
    ['qemu+://host/system', "the transport '' is unknown"],
    ['qemu+unix://host/system', "the transport 'unix' reaches only this machine"],
    ['qemu+ssh://host:0/system', "the port '0'"],
    ['qemu+ssh://host:65536/system', "the port '65536'"],
    ['qemu+ssh://host:/system', "the port ''"],
    ['qemu+ssh://:22/system', 'no host'],
    ['qemu+ssh://me@/system', 'no host'],
    ['qemu+ssh://@host/system', 'no user name'],
    ['qemu+ssh://-oProxyCommand=x@host/system', "the user name starts with '-'"],
    ['qemu+ssh://-oProxyCommand/system', "'-oProxyCommand' is not a host name"],
    ['qemu+ssh://ho$st/system', "'ho$st' is not a host name"],
    ['qemu+tls://2001:db8::1/system', 'IPv6 address in brackets'],
    ['qemu+tls://[zz::1]/system', 'is not an IPv6 address'],
    ['qemu:///system?=x', 'has no name'],
    [`qemu:///${'a'.repeat(9000)}`, 'at most 8192'],
    [`qemu:///system?${'a&'.repeat(70)}`, 'at most 64'],
  ])('refuses %#, and says why', (text, reason) => {
    const message = refusal(text);
    expect(message).toContain(reason);
    expect(message).toContain('for example qemu:///system');
  });

  it('refuses a password and does not repeat it', () => {
    const message = refusal('esx://root:s3cret@host/');
    expect(message).toContain('password');
    expect(message).not.toContain('s3cret');
  });

  it('either gives parts or a VirError, whatever the text', () => {
    const texts = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom(...'aq+:/@[]%2?&;=#-.') }));
    fc.assert(
      fc.property(texts, (text) => {
        expect(refusal(text) !== '' || parseUri(text).original === text).toBe(true);
      }),
    );
  });
});

describe('formatUri', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
  const uris = fc.record({
    driver: fc.constantFrom('qemu', 'test', 'esx'),
    transport: fc.constantFrom(...uriTransports.filter((transport) => transport !== 'unix')),
    user: fc.oneof(
      fc.constant(''),
      text.filter((s) => !s.startsWith('-')),
    ),
    host: fc.constantFrom('kvm1', 'kvm1.example.org', 'münchen', '2001:db8::1', 'fe80::1%eth0', '10.0.0.1'),
    port: fc.option(fc.integer({ min: 1, max: 65535 })),
    path: fc.oneof(
      fc.constant(''),
      text.map((s) => `/${s}`),
    ),
    params: fc.array(fc.tuple(text, fc.oneof(fc.constant(''), text)), { maxLength: 5 }),
  });

  it('is undone by parseUri', () => {
    fc.assert(
      fc.property(uris, (uri) => {
        const { original: _, ...parts } = parseUri(formatUri(uri));
        expect(parts).toEqual(uri);
      }),
    );
  });

  it('leaves the usual spellings alone', () => {
    for (const usual of [
      'qemu:///system',
      'qemu+ssh://root@kvm1:2222/system?keyfile=/home/me/.ssh/lab',
      'test+unix:///default?socket=/run/libvirt-sock',
      'xen+tls://[2001:db8::1]/',
    ]) {
      expect(formatUri(parseUri(usual))).toBe(usual);
    }
  });
});

describe('parameters', () => {
  const uri = parseUri('qemu+ssh://h/system?socket=/a&Socket=/b&no_tty=1');

  it('are found by name, the first one wins', () => {
    expect(getUriParam(uri, 'SOCKET')).toBe('/a');
    expect(getUriParam(uri, 'absent')).toBeUndefined();
  });

  it('may be given several times', () => {
    expect(getUriParams(uri, 'socket')).toEqual(['/a', '/b']);
    expect(getUriParams(uri, 'absent')).toEqual([]);
  });

  it('say yes by a number, and nothing else', () => {
    const flagOf = (query: string): boolean => isUriFlagSet(parseUri(`qemu+tls://h/system?${query}`), 'no_verify');
    expect(['no_verify=1', 'NO_VERIFY=2', 'no_verify=0', ''].map(flagOf)).toEqual([true, true, false, false]);
    for (const text of ['no_verify=false', 'no_verify=', 'no_verify=1x']) {
      expect(() => flagOf(text)).toThrow("the parameter 'no_verify' is");
    }
  });

  it('have defaults, which are not part of the text', () => {
    const filled = withUriDefaults(
      uri,
      new Map([
        ['mode', 'direct'],
        ['socket', '/c'],
      ]),
    );
    expect([getUriParam(filled, 'Mode'), getUriParam(filled, 'socket')]).toEqual(['direct', '/a']);
    expect(formatUri(filled)).toBe(formatUri(uri));
  });

  it('are removed without touching the original', () => {
    const rest = removeUriParams(uri, ['socket']);
    expect(formatUri(rest)).toBe('qemu+ssh://h/system?no_tty=1');
    expect(rest.original).toBe(uri.original);
    expect(uri.params).toHaveLength(3);
  });
});
