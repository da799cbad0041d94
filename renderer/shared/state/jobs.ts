/** The host's jobs, newest first. */
import { computed, shallowRef } from 'vue';
import type { Job } from '../../../main/contract/index.ts';
import type { RemoteServices } from '../link/services.ts';

const ended: ReadonlySet<Job['state']> = new Set(['done', 'failed', 'cancelled']);

/** True where nothing more will happen. */
export function isEnded(job: Job): boolean {
  return ended.has(job.state);
}

export class Jobs {
  readonly #service: RemoteServices['jobs'];
  readonly #jobs = shallowRef<ReadonlyMap<string, Job>>(new Map());
  readonly #watchers = new Set<(job: Job) => void>();
  readonly all = computed(() => [...this.#jobs.value.values()].toSorted((a, b) => b.startedAtMs - a.startedAtMs));
  readonly underWay = computed(() => this.all.value.filter((job) => !isEnded(job)));

  constructor(service: RemoteServices['jobs']) {
    this.#service = service;
  }

  start(): void {
    this.#service.onDidChange((jobs) => this.#receive(jobs));
  }

  /** Told when a job that was under way has ended. */
  onDidEnd(watcher: (job: Job) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  #receive(jobs: Job[]): void {
    const next = new Map(this.#jobs.value);
    const justEnded: Job[] = [];
    for (const job of jobs) {
      const before = next.get(job.id);
      if (before !== undefined && !isEnded(before) && isEnded(job)) justEnded.push(job);
      next.set(job.id, job);
    }
    this.#jobs.value = next;
    for (const job of justEnded) for (const watcher of this.#watchers) watcher(job);
  }

  cancel(id: string): Promise<void> {
    return this.#service.cancel(id);
  }

  log(id: string): ReturnType<RemoteServices['jobs']['log']> {
    return this.#service.log(id);
  }

  /** Drops ended jobs here and in the host. */
  async clearEnded(): Promise<void> {
    await this.#service.clearEnded();
    this.#jobs.value = new Map([...this.#jobs.value].filter(([, job]) => !isEnded(job)));
  }
}
