import { describe, expect, it } from 'vitest';
import { shellOptions } from './shell-options.ts';

describe('shellOptions', () => {
  it('reads the configuration folder in either notation, among flags of Electron', () => {
    expect(shellOptions(['electron', 'main.js', '--no-sandbox', '--config-dir', '/a b'])).toEqual({
      configDir: '/a b',
    });
    expect(shellOptions(['hostler', '--config-dir=/a', '--inspect'])).toEqual({ configDir: '/a' });
  });

  it('leaves it to the system without the flag', () => {
    expect(shellOptions(['hostler', '--config-directory', '/a'])).toEqual({ configDir: null });
  });

  it.each([[['--config-dir']], [['--config-dir=']], [['--config-dir', '--no-sandbox']]])('refuses %j', (args) => {
    expect(() => shellOptions(args)).toThrow('--config-dir was given without a folder');
  });
});
