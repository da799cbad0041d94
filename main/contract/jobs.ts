/** Jobs: everything that takes longer than a moment. They belong to the host and survive a closed window. */
import type { Unlisten } from './connections.ts';
import type { ContractError } from './protocol.ts';

export type JobState = 'queued' | 'running' | 'cancelling' | 'done' | 'failed' | 'cancelled';

export interface JobLogLine {
  timeMs: number;
  text: string;
}

export interface Job {
  id: string;
  /**
   * i18n key of the title below `job.`, with its parameters. In use: `create`, `destroy`, `managedSave`,
   * `managedSaveRemove`, `undefine` (a DomainOperation), each with `name`; of volumes `volumeUpload`, `volumeDownload`,
   * `volumeCreate`, `volumeDelete`, each with `name` and `pool`.
   */
  title: { key: string; params: Record<string, string | number> };
  state: JobState;
  /** i18n key of the stage below `job.stage.`; empty when there is just one. */
  stage: string;
  /** 0 to 1, or null when unknown. */
  progress: number | null;
  bytesPerSecond: number | null;
  /** Where bytes move: how many have, and of how many; the latter null where nobody knows. */
  bytes: { done: number; total: number | null } | null;
  startedAtMs: number;
  endedAtMs: number | null;
  canCancel: boolean;
  /** Guest, host or storage pool that it is about. */
  targetKey: string | null;
  error: ContractError | null;
}

export interface JobsService {
  list(): Promise<Job[]>;
  cancel(id: string): Promise<void>;
  log(id: string): Promise<JobLogLine[]>;
  /** Removes ended jobs from the list. */
  clearEnded(): Promise<void>;
  /** First event: all jobs. Then the jobs that changed. */
  onDidChange: (listener: (jobs: Job[]) => void) => Unlisten;
}
