import { describe, expect, it } from 'vitest';
import { configDir } from './config-dir.ts';

describe('configDir', () => {
  it('is the system’s own place for it, unless named', () => {
    const home = '/home/ann';
    expect(configDir({ XDG_CONFIG_HOME: '/x' }, 'linux', home)).toBe('/x/hostler');
    expect(configDir({ XDG_CONFIG_HOME: '' }, 'linux', home)).toBe('/home/ann/.config/hostler');
    expect(configDir({}, 'darwin', home)).toBe('/home/ann/Library/Application Support/Hostler');
    expect(configDir({ APPDATA: '/roaming' }, 'win32', home)).toBe('/roaming/Hostler');
    expect(configDir({ HOSTLER_CONFIG_DIR: '/own', XDG_CONFIG_HOME: '/x' }, 'linux', home)).toBe('/own');
  });
});
