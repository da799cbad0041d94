/** Theme, density and language of the page, from the settings. The last theme is kept so that a start does not flash. */
import { watch } from 'vue';
import type { Settings } from '../../main/contract/index.ts';
import { setLanguage } from '../i18n/index.ts';
import type { SettingsState } from './state/settings.ts';

const storageKey = 'hostler:appearance';
const prefersDark = (): MediaQueryList => window.matchMedia('(prefers-color-scheme: dark)');

function apply(theme: Settings['theme'], density: Settings['density']): void {
  const isDark = theme === 'dark' || (theme === 'system' && prefersDark().matches);
  const root = document.documentElement;
  root.classList.toggle('dark', isDark);
  root.classList.toggle('light', !isDark);
  root.dataset['density'] = density;
}

function remembered(): Pick<Settings, 'theme' | 'density'> | null {
  try {
    return JSON.parse(localStorage.getItem(storageKey) ?? 'null') as Pick<Settings, 'theme' | 'density'> | null;
  } catch {
    return null;
  }
}

/** Applies the appearance now and at each change of the settings or of the system's colour scheme. */
export function followAppearance(settings: SettingsState): void {
  const before = remembered();
  apply(before?.theme ?? 'system', before?.density ?? 'comfortable');
  const applyCurrent = (): void => {
    const { theme, density, language } = settings.current.value;
    apply(theme, density);
    setLanguage(language);
    localStorage.setItem(storageKey, JSON.stringify({ theme, density }));
  };
  prefersDark().addEventListener('change', applyCurrent);
  watch(
    [settings.current, settings.isReady],
    () => {
      if (settings.isReady.value) applyCurrent();
    },
    { flush: 'sync' },
  );
}
