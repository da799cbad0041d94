import { describe, expect, it } from 'vitest';
import { contentSecurityPolicy, externalVerdict, isPermissionAllowed, isRequestAllowed } from './security-policy.ts';

describe('contentSecurityPolicy', () => {
  it('starts from nothing and never allows evaluated or inline scripts', () => {
    const directives = new Map(contentSecurityPolicy.split('; ').map((part) => [part.split(' ')[0], part]));
    expect(directives.get('default-src')).toBe("default-src 'none'");
    expect(directives.get('script-src')).toBe("script-src 'self'");
    expect(directives.get('connect-src')).toBe("connect-src 'none'");
  });
});

describe('isPermissionAllowed', () => {
  it('lets the application use the clipboard and the full screen', () => {
    expect(isPermissionAllowed('clipboard-read', 'app://hostler', true)).toBe(true);
    expect(isPermissionAllowed('fullscreen', 'app://hostler/', true)).toBe(true);
  });

  it.each(['media', 'geolocation', 'usb', 'openExternal', 'notifications', 'fileSystem', 'unknown', '__proto__'])(
    'refuses %s',
    (permission) => {
      expect(isPermissionAllowed(permission, 'app://hostler', true)).toBe(false);
    },
  );

  it('refuses other origins and sub-frames', () => {
    expect(isPermissionAllowed('fullscreen', 'https://example.org', true)).toBe(false);
    expect(isPermissionAllowed('fullscreen', 'app://hostler', false)).toBe(false);
  });
});

describe('isRequestAllowed', () => {
  it.each(['app://hostler/assets/a.js', 'data:image/png;base64,AA==', 'blob:app://hostler/1-2'])(
    'lets a page load %s',
    (address) => {
      expect(isRequestAllowed(address, false)).toBe(true);
    },
  );

  it.each([
    'https://example.org/',
    'http://127.0.0.1:5900/',
    'ws://127.0.0.1/',
    'file:///etc/passwd',
    'blob:https://example.org/1',
    'app://evil/',
  ])('refuses %s', (address) => {
    expect(isRequestAllowed(address, true)).toBe(false);
  });

  it('loads the developer tools only in development', () => {
    expect([
      isRequestAllowed('devtools://devtools/x.js', true),
      isRequestAllowed('devtools://devtools/x.js', false),
    ]).toEqual([true, false]);
  });
});

describe('externalVerdict', () => {
  it('opens an https address', () => {
    expect(externalVerdict('https://libvirt.org/a?b#c')).toEqual({
      ok: true,
      url: 'https://libvirt.org/a?b#c',
      host: 'libvirt.org',
    });
  });

  it.each([
    ['http://libvirt.org/', 'http: addresses are not opened, only https:'],
    ['file:///etc/passwd', 'file: addresses are not opened, only https:'],
    ['javascript:alert(1)', 'javascript: addresses are not opened, only https:'],
    ['smb://host/share', 'smb: addresses are not opened, only https:'],
    ['https://user:secret@host/', 'the address holds a user name or password'],
    ['not an address', 'it is not an address'],
    [`https://host/${'a'.repeat(2048)}`, 'the address is longer than 2048 characters'],
  ])('refuses %s', (address, reason) => {
    expect(externalVerdict(address)).toEqual({ ok: false, reason });
  });
});
