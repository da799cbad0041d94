/** Problems the host met at its start, until the user has read them. */
import { shallowRef, watch, type Ref } from 'vue';
import type { Notice } from '../../../main/contract/index.ts';
import { useLinkState, useServices } from '../../shared/link/index.ts';

export interface StartNotices {
  notices: Readonly<Ref<readonly Notice[]>>;
  dismiss(id: string): void;
}

export function useStartNotices(): StartNotices {
  const { application } = useServices();
  const notices = shallowRef<readonly Notice[]>([]);
  const link = useLinkState();

  async function load(): Promise<void> {
    try {
      notices.value = (await application.info()).notices;
    } catch {
      // The link was lost meanwhile: they are asked for again on the next one.
    }
  }

  function dismiss(id: string): void {
    notices.value = notices.value.filter((notice) => notice.id !== id);
    // The host forgets it too; if it cannot, it shows again next time.
    application.dismissNotice(id).catch(() => {});
  }

  watch(link, (state) => state === 'open' && void load(), { immediate: true });
  return { notices, dismiss };
}
