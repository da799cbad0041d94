/** What becomes of a volume that an upload made and could not fill: it is deleted, or the error says that it is left. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HypervisorStorage } from '../connections/hypervisor-storage.ts';
import { HostError } from '../error.ts';
import { toContractError } from '../ipc/contract-error.ts';
import type { JobProgress } from '../jobs/jobs.ts';

/** How long a connection that was lost may take to come back before the volume is left. */
const reconnectMs = 60_000;
/** libvirt holds a volume for a moment after its stream was broken off. */
const inUseMs = 10_000;
const retryMs = 250;

/** The upload failed, and so did deleting what it made. */
export class VolumeLeft extends HostError {}

/** Deletes the volume, telling the log; settles when it is gone, else throws VolumeLeft: `error` and what is left. */
export async function removeHalfWritten(
  { poolUuid, name, storage }: { poolUuid: string; name: string; storage: () => HypervisorStorage },
  job: JobProgress,
  error: unknown,
): Promise<void> {
  job.report({ stage: 'cleaning' });
  const startMs = Date.now();
  // A cancel while it waits for a host that is away ends the wait.
  const wasAborted = job.signal.aborted;
  for (;;) {
    const why = await failureOf(() => storage().deleteVolume(poolUuid, name));
    if (why === null) return job.log(`Deleted the half-written volume ‘${name}’.`);
    const { code, message } = toContractError(why);
    if (code === 'not-found') return job.log(`The half-written volume ‘${name}’ was gone already.`);
    const isAway = code === 'connection-lost' || code === 'not-connected';
    const isGivenUp = isAway && job.signal.aborted && !wasAborted;
    if (isGivenUp || Date.now() - startMs > (isAway ? reconnectMs : inUseMs)) throw left(name, job, error, message);
    await delay(retryMs);
  }
}

async function failureOf(work: () => Promise<void>): Promise<unknown> {
  try {
    await work();
    return null;
  } catch (error) {
    return error ?? new Error('no reason was given');
  }
}

function left(name: string, job: JobProgress, cause: unknown, why: string): VolumeLeft {
  job.log(`The half-written volume ‘${name}’ could not be deleted: ${why}`);
  const { code, message } = toContractError(cause);
  const what = `A half-written volume ‘${name}’ is left in its pool.`;
  return new VolumeLeft(code === 'cancelled' ? 'io' : code, `${message} ${what}`, {
    hint: 'Delete it before you upload again.',
    cause,
  });
}
