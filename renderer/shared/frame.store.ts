/** How the frame is laid out on this machine: pane sizes, what is open. Kept by the page, not by the host. */
import { useLocalStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { ref, shallowRef } from 'vue';

/** Which dialog is open, and which connection it is about. */
export type Dialog =
  | { kind: 'palette' }
  | { kind: 'keyboard-map' }
  | { kind: 'add-connection'; uri?: string }
  | { kind: 'edit-connection'; connectionId: string }
  | { kind: 'remove-connection'; connectionId: string }
  | { kind: 'changed-key'; connectionId: string };

export const useFrameStore = defineStore('frame', () => {
  const sidebarPx = useLocalStorage('hostler:sidebar-px', 248);
  const detailsPx = useLocalStorage('hostler:details-px', 232);
  const isDetailsOpen = useLocalStorage('hostler:details-open', true);
  const isTasksOpen = useLocalStorage('hostler:tasks-open', false);
  /** The host tree as a drawer, where there is no room for it beside the page. */
  const isDrawerOpen = ref(false);
  const dialog = shallowRef<Dialog | null>(null);

  return { sidebarPx, detailsPx, isDetailsOpen, isTasksOpen, isDrawerOpen, dialog };
});
