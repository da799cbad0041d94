import { describe, expect, it } from 'vitest';
import { assetOf, isAppOrigin, isAppUrl } from './app-url.ts';

describe('isAppUrl', () => {
  it('takes pages of the application', () => {
    expect(isAppUrl('app://hostler/guests/1')).toBe(true);
  });

  it.each([
    'https://hostler/',
    'app://evil/',
    'app://hostler.evil/',
    'app://user@hostler/',
    'file:///etc/passwd',
    'javascript:1',
    '',
  ])('refuses %s', (address) => {
    expect(isAppUrl(address)).toBe(false);
  });
});

describe('isAppOrigin', () => {
  it('takes the origin with and without its slash', () => {
    expect([isAppOrigin('app://hostler'), isAppOrigin('app://hostler/'), isAppOrigin('app://hostler.evil')]).toEqual([
      true,
      true,
      false,
    ]);
  });
});

describe('assetOf', () => {
  it('names the file of an asset', () => {
    expect(assetOf('app://hostler/assets/index-1a.js?v=2')).toBe('assets/index-1a.js');
  });

  it.each(['app://hostler/', 'app://hostler', 'app://hostler/guests/a/console'])(
    'opens the start page for %s',
    (address) => {
      expect(assetOf(address)).toBe('index.html');
    },
  );

  it.each([
    'app://hostler/..%2f..%2fetc%2fpasswd.txt',
    'app://hostler/a/%2e%2e%2f%2e%2e%2fx.txt',
    'app://hostler/a%5c..%5cx.txt',
    'app://hostler/a%00.js',
    'app://hostler/%zz.js',
    'https://hostler/index.html',
  ])('has no file for %s', (address) => {
    expect(assetOf(address)).toBeNull();
  });

  it('cannot leave the folder with plain dots', () => {
    expect(assetOf('app://hostler/../../secret.txt')).toBe('secret.txt');
  });
});
