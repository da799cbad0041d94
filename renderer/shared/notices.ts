/** Short messages in a corner. What failed keeps its details, to be read in full. */
import { useToast } from '@nuxt/ui/composables/useToast';
import { shallowRef, type ShallowRef } from 'vue';
import type { ContractError } from '../../main/contract/index.ts';
import { t } from '../i18n/index.ts';
import { adviceOn } from './format/advice.ts';
import { sentence } from './format/sentence.ts';

export interface Failure {
  title: string;
  error: ContractError;
}

/** The failure whose details are open. */
const shown = shallowRef<Failure | null>(null);

export interface Notices {
  shown: ShallowRef<Failure | null>;
  info(title: string, description?: string): void;
  success(title: string, description?: string): void;
  failure(title: string, error: ContractError): void;
}

const longestText = 300;

/** Messages may hold names from guests, of any length. */
function bounded(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText)}…` : text;
}

export function useNotices(): Notices {
  const toast = useToast();
  return {
    shown,
    info: (title, description = '') =>
      void toast.add({
        title: bounded(title),
        description: bounded(description),
        color: 'neutral',
        icon: 'i-lucide-info',
      }),
    success: (title, description = '') =>
      void toast.add({
        title: bounded(title),
        description: bounded(description),
        color: 'success',
        icon: 'i-lucide-circle-check',
      }),
    failure: (title, error) =>
      void toast.add({
        title: bounded(title),
        description: bounded(`${sentence(error.message)} ${adviceOn(error)}`.trimEnd()),
        color: 'error',
        icon: 'i-lucide-circle-alert',
        duration: 12_000,
        actions: [
          {
            label: t('error.details'),
            color: 'neutral',
            variant: 'outline',
            onClick: () => (shown.value = { title, error }),
          },
        ],
      }),
  };
}
