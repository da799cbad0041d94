/** Texts of a job. Titles and stages come from the host as keys; one this page does not know is shown as it is. */
import type { Job } from '../../../main/contract/index.ts';
import { t, te } from '../../i18n/index.ts';
import { formatPercent, formatRate } from '../../shared/format/quantities.ts';
import { formatDuration } from '../../shared/format/times.ts';

const longestParam = 128;

export function jobTitle({ title }: Pick<Job, 'title'>): string {
  const key = `job.${title.key}`;
  const params = Object.entries(title.params).map(([name, value]) => [name, String(value).slice(0, longestParam)]);
  return te(key) ? t(key, Object.fromEntries(params)) : title.key;
}

export function jobStage({ stage }: Pick<Job, 'stage'>): string {
  const key = `job.stage.${stage}`;
  return stage !== '' && te(key) ? t(key) : stage;
}

/** State, stage, share, rate: what fits on a line. */
export function jobLine(job: Job): string {
  const parts = [job.state === 'running' ? jobStage(job) : t(`jobState.${job.state}`)];
  if (job.state === 'running' && job.progress !== null) parts.push(formatPercent(job.progress * 100));
  if (job.bytesPerSecond !== null) parts.push(formatRate(job.bytesPerSecond));
  return parts.filter((part) => part !== '').join(' · ');
}

export function jobDuration(job: Pick<Job, 'startedAtMs' | 'endedAtMs'>, nowMs: number): string {
  return formatDuration((job.endedAtMs ?? nowMs) - job.startedAtMs);
}
