/** Full screen for a console, with the keys that a browser otherwise keeps (Escape, Alt+Tab, Ctrl+W) going to the guest. */
import { useFullscreen } from '@vueuse/core';
import { watch, type Ref } from 'vue';

/** Chromium's Keyboard Lock API, not yet in TypeScript's DOM types. */
interface KeyboardLock {
  lock(): Promise<void>;
  unlock(): void;
}

export function useConsoleFullScreen(frame: Ref<HTMLElement | null>): {
  isFullScreen: Ref<boolean>;
  toggle: () => Promise<void>;
} {
  const { isFullscreen, toggle } = useFullscreen(frame);
  const { keyboard } = navigator as Navigator & { keyboard?: KeyboardLock };
  watch(isFullscreen, (isOn) => {
    // Refused without a permission or where it does not exist; then those keys stay with the browser.
    if (isOn) keyboard?.lock().catch(() => {});
    else keyboard?.unlock();
  });
  return { isFullScreen: isFullscreen, toggle };
}
