/** Saves settings from a component and tells when the host would not. */
import { t } from '../../i18n/index.ts';
import type { Settings } from '../../../main/contract/index.ts';
import { toContractError } from '../../shared/link/index.ts';
import { useNotices } from '../../shared/notices.ts';
import { useHostState } from '../../shared/state/index.ts';

/** To be called in a component's set-up; what it returns may be called any time. */
export function useSaveSettings(): (changes: Partial<Settings>) => Promise<void> {
  const { settings } = useHostState();
  const notices = useNotices();
  return async (changes) => {
    try {
      await settings.update(changes);
    } catch (thrown) {
      notices.failure(t('settings.saveFailed'), toContractError(thrown));
    }
  };
}
