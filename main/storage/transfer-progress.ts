/** How far a transfer came and how fast it goes, told a few times a second. */
import type { JobProgress } from '../jobs/jobs.ts';

const reportMs = 250;
/** The rate is that of the last few seconds: steady enough to read, quick enough to be true. */
const windowMs = 3000;

export class TransferProgress {
  readonly #job: Pick<JobProgress, 'report'>;
  readonly #total: number | null;
  readonly #now: () => number;
  readonly #marks: { timeMs: number; bytes: number }[];
  #done = 0;
  #reportedMs: number;

  /** `totalBytes` null where nobody knows. */
  constructor(job: Pick<JobProgress, 'report'>, totalBytes: number | null, now: () => number = () => Date.now()) {
    this.#job = job;
    this.#total = totalBytes;
    this.#now = now;
    this.#reportedMs = now();
    this.#marks = [{ timeMs: this.#reportedMs, bytes: 0 }];
    this.#report(null);
  }

  get doneBytes(): number {
    return this.#done;
  }

  /** So many more bytes are behind, sent or skipped. */
  add(bytes: number): void {
    this.#done += bytes;
    const timeMs = this.#now();
    if (timeMs - this.#reportedMs < reportMs) return;
    this.#reportedMs = timeMs;
    this.#marks.push({ timeMs, bytes: this.#done });
    while (this.#marks.length > 2 && timeMs - (this.#marks[1]?.timeMs ?? timeMs) >= windowMs) this.#marks.shift();
    const first = this.#marks[0]!;
    this.#report(((this.#done - first.bytes) * 1000) / (timeMs - first.timeMs));
  }

  /** Nothing moves any more: all of it has, or it broke off here. */
  stop(): void {
    this.#report(null);
  }

  #report(bytesPerSecond: number | null): void {
    const total = this.#total;
    this.#job.report({
      bytes: { done: this.#done, total },
      bytesPerSecond,
      progress: total === null || total === 0 ? null : Math.min(1, this.#done / total),
    });
  }
}
