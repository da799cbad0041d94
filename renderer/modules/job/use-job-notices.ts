/** Says when a job has ended, in a corner and to screen readers. */
import { onScopeDispose } from 'vue';
import { useNotices } from '../../shared/notices.ts';
import { useHostState } from '../../shared/state/index.ts';
import { jobTitle } from './job-text.ts';
import { t } from '../../i18n/index.ts';

/** Shorter jobs are seen to end where they were asked for. */
const worthTellingMs = 3000;

export function useJobNotices(): void {
  const { jobs } = useHostState();
  const notices = useNotices();
  const stop = jobs.onDidEnd((job) => {
    const title = jobTitle(job);
    if (job.state === 'failed' && job.error !== null) notices.failure(t('tasks.failed', { task: title }), job.error);
    const tookMs = (job.endedAtMs ?? job.startedAtMs) - job.startedAtMs;
    if (job.state === 'done' && tookMs > worthTellingMs) notices.success(t('tasks.done', { task: title }));
  });
  onScopeDispose(stop);
}
