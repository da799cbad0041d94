/**
 * The job registry: work that takes longer than a moment, with its progress and log. Jobs belong to the host, not to a window.
 *
 *   queued --> running --> done | failed
 *                 '-- cancel --> cancelling --> cancelled | done | failed
 */
import { randomUUID } from 'node:crypto';
import type { Job, JobLogLine, JobsService } from '../contract/index.ts';
import { Emitter, type Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import { toContractError } from '../ipc/contract-error.ts';

/** Ended jobs beyond this many are forgotten, oldest first. */
const maximumEnded = 200;
const maximumLogLines = 1000;

/** What a running job says about itself. */
export interface JobProgress {
  readonly signal: AbortSignal;
  /** `progress` 0 to 1 or null; `bytes` and `bytesPerSecond` where bytes move. */
  report(changes: Partial<Pick<Job, 'stage' | 'progress' | 'bytes' | 'bytesPerSecond'>>): void;
  log(text: string): void;
}

export interface JobRequest<Result> {
  title: Job['title'];
  targetKey: string | null;
  /** Whether `run` heeds its signal. */
  canCancel: boolean;
  run(job: JobProgress): Promise<Result>;
}

interface Entry {
  job: Job;
  log: JobLogLine[];
  controller: AbortController;
}

export class Jobs implements JobsService {
  readonly #entries = new Map<string, Entry>();
  readonly #changed = new Emitter<Job[]>();

  /** Runs the request as a job; settles as `run` does. */
  run<Result>(request: JobRequest<Result>): Promise<Result> {
    return this.start(request).done;
  }

  /** As `run`, for a caller that wants to name the job while it goes on. `done` is the caller's to look after. */
  start<Result>(request: JobRequest<Result>): { id: string; done: Promise<Result> } {
    const entry = this.#add(request);
    return { id: entry.job.id, done: this.#perform(entry, request) };
  }

  async #perform<Result>(entry: Entry, request: JobRequest<Result>): Promise<Result> {
    try {
      const result = await request.run(this.#progressOf(entry));
      this.#end(entry, { state: 'done', progress: 1 });
      return result;
    } catch (error) {
      const translated = toContractError(error);
      const isCancelled = translated.code === 'cancelled' && entry.job.state === 'cancelling';
      this.#end(entry, isCancelled ? { state: 'cancelled' } : { state: 'failed', error: translated });
      throw error;
    }
  }

  async list(): Promise<Job[]> {
    return this.#all();
  }

  async cancel(id: string): Promise<void> {
    const entry = this.#find(id);
    const { state, canCancel } = entry.job;
    if (state !== 'queued' && state !== 'running') return;
    if (!canCancel) {
      throw new HostError('operation-refused', 'This task cannot be cancelled once it has begun. Wait for it to end.');
    }
    this.#change(entry, { state: 'cancelling' });
    entry.controller.abort();
  }

  async log(id: string): Promise<JobLogLine[]> {
    return [...this.#find(id).log];
  }

  async clearEnded(): Promise<void> {
    for (const [id, entry] of this.#entries) if (entry.job.endedAtMs !== null) this.#entries.delete(id);
    this.#changed.emit(this.#all());
  }

  /** First event: all jobs; then those that changed. After `clearEnded` the event is all jobs again. */
  onDidChange(listener: (jobs: Job[]) => void): Unlisten {
    listener(this.#all());
    return this.#changed.on(listener);
  }

  /** Settles when nothing is under way. */
  async whenIdle(): Promise<void> {
    const isBusy = (): boolean => this.#all().some((job) => job.endedAtMs === null);
    while (isBusy()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const unlisten = this.#changed.on(() => resolve());
      await promise;
      unlisten();
    }
  }

  /** Asks every job to end, where it can. */
  dispose(): void {
    for (const entry of this.#entries.values()) entry.controller.abort();
  }

  #add<Result>(request: JobRequest<Result>): Entry {
    const job: Job = {
      id: randomUUID(),
      title: request.title,
      state: 'running',
      stage: '',
      progress: null,
      bytesPerSecond: null,
      bytes: null,
      startedAtMs: Date.now(),
      endedAtMs: null,
      canCancel: request.canCancel,
      targetKey: request.targetKey,
      error: null,
    };
    const entry: Entry = { job, log: [], controller: new AbortController() };
    this.#entries.set(job.id, entry);
    this.#changed.emit([job]);
    return entry;
  }

  #progressOf(entry: Entry): JobProgress {
    return {
      signal: entry.controller.signal,
      report: (changes) => this.#change(entry, changes),
      log: (text) => {
        if (entry.log.length >= maximumLogLines) entry.log.shift();
        entry.log.push({ timeMs: Date.now(), text: text.slice(0, 2000) });
      },
    };
  }

  #end(entry: Entry, changes: Partial<Job>): void {
    const text = changes.error ? changes.error.message : (changes.state ?? '');
    entry.log.push({ timeMs: Date.now(), text });
    this.#change(entry, { ...changes, bytesPerSecond: null, endedAtMs: Date.now() });
    this.#forgetOldest();
  }

  /** Jobs are replaced, not changed: what a listener holds stays as it was. */
  #change(entry: Entry, changes: Partial<Job>): void {
    entry.job = { ...entry.job, ...changes };
    if (this.#entries.has(entry.job.id)) this.#changed.emit([entry.job]);
  }

  #forgetOldest(): void {
    const ended = [...this.#entries.values()].filter((entry) => entry.job.endedAtMs !== null);
    for (const entry of ended.slice(0, Math.max(0, ended.length - maximumEnded))) this.#entries.delete(entry.job.id);
  }

  #find(id: string): Entry {
    const entry = this.#entries.get(id);
    if (!entry) throw new HostError('not-found', 'This task is not in the list any more.');
    return entry;
  }

  #all(): Job[] {
    return [...this.#entries.values()].map((entry) => entry.job);
  }
}
