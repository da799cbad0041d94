/** Says when a job has ended, in a corner and to screen readers; failures of what was asked here are told there. */
import { onScopeDispose } from 'vue';
import { useNotices } from '../../shared/notices.ts';
import { useHostState } from '../../shared/state/index.ts';
import { useGuestActions } from '../guest/guest-actions.store.ts';
import { jobTitle } from './job-text.ts';
import { t } from '../../i18n/index.ts';

/** Shorter jobs are seen to end where they were asked for. */
const worthTellingMs = 3000;

export function useJobNotices(): void {
  const { jobs } = useHostState();
  const notices = useNotices();
  const actions = useGuestActions();
  const stop = jobs.onDidEnd((job) => {
    const title = jobTitle(job);
    const isTold = actions.isOwn(job.targetKey ?? '', job.title.key);
    if (job.state === 'failed' && job.error !== null && !isTold)
      notices.failure(t('tasks.failed', { task: title }), job.error);
    const tookMs = (job.endedAtMs ?? job.startedAtMs) - job.startedAtMs;
    if (job.state === 'done' && tookMs > worthTellingMs) notices.success(t('tasks.done', { task: title }));
  });
  onScopeDispose(stop);
}
