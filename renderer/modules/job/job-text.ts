/** Texts of a job. Titles and stages come from the host as keys; one this page does not know is shown as it is. */
import type { Job } from '../../../main/contract/index.ts';
import { t, te } from '../../i18n/index.ts';
import { formatBytes, formatBytesOf, formatPercent, formatRate } from '../../shared/format/quantities.ts';
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

/** State, stage, share, bytes, rate, what remains: what fits on a line. */
export function jobLine(job: Job): string {
  const parts = [job.state === 'running' ? jobStage(job) : t(`jobState.${job.state}`)];
  if (job.bytes !== null) parts.push(bytesText(job.bytes));
  else if (job.state === 'running' && job.progress !== null) parts.push(formatPercent(job.progress * 100));
  if (job.bytesPerSecond !== null) parts.push(formatRate(job.bytesPerSecond));
  const remainingMs = jobRemainingMs(job);
  if (remainingMs !== null) parts.push(t('job.remaining', { time: formatDuration(remainingMs) }));
  return parts.filter((part) => part !== '').join(' · ');
}

function bytesText({ done, total }: NonNullable<Job['bytes']>): string {
  return total === null || total === done ? formatBytes(done) : formatBytesOf(done, total);
}

/** How long the bytes that are left take at this rate; null where nobody can say. */
export function jobRemainingMs({ bytes, bytesPerSecond }: Pick<Job, 'bytes' | 'bytesPerSecond'>): number | null {
  if (bytes?.total == null || bytesPerSecond === null || bytesPerSecond <= 0) return null;
  // Rounded up: it is not over before it is over.
  return Math.ceil(Math.max(0, bytes.total - bytes.done) / bytesPerSecond) * 1000;
}

export function jobDuration(job: Pick<Job, 'startedAtMs' | 'endedAtMs'>, nowMs: number): string {
  return formatDuration((job.endedAtMs ?? nowMs) - job.startedAtMs);
}
