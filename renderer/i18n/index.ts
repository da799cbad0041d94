/** Every text of the application, by key. One file per language; English is complete by definition. */
import { createI18n } from 'vue-i18n';
import en from './en.json';

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en },
});

/** Languages that dates and numbers are written in: the chosen one, else the system's. */
export function formatLocales(): string[] {
  return [...navigator.languages];
}

const rightToLeft = new Set(['ar', 'fa', 'he', 'ur']);

/** Sets the language of texts, and with it the direction of the page. `system` follows the browser. */
export function setLanguage(language: string): void {
  const wanted = language === 'system' ? navigator.language : language;
  const short = wanted.split('-')[0] ?? 'en';
  const known = i18n.global.availableLocales.find((locale) => locale === short) ?? 'en';
  i18n.global.locale.value = known as 'en';
  document.documentElement.lang = known;
  document.documentElement.dir = rightToLeft.has(known) ? 'rtl' : 'ltr';
}

/** Translates outside of components. */
export const t = i18n.global.t;
/** True where a key exists, for texts whose keys come from the host. */
export const te = i18n.global.te;

const words = new Map<string, string>();

/** A text without parameters, looked up once for each language. For what is drawn a thousand times. */
export function word(key: string): string {
  const place = `${i18n.global.locale.value} ${key}`;
  let found = words.get(place);
  if (found === undefined) words.set(place, (found = t(key)));
  return found;
}
