/** The window's title: what the page is about, then the program. */
import { watchEffect } from 'vue';

const longest = 80;

/** `subject` is read again whenever it changes; it may come from a guest, so it is bounded. */
export function usePageTitle(subject: () => string): void {
  watchEffect(() => {
    const text = subject().slice(0, longest);
    document.title = text === '' ? 'Hostler' : `${text} – Hostler`;
  });
}
