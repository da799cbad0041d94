/** The browser's part of a transfer: the file as the body of one request, or a request that the browser saves to a file. */
import { effectScope, watch } from 'vue';
import { isEnded, type Jobs } from '../../shared/state/jobs.ts';

function keepOpen(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/**
 * Sends a file's bytes on its ticket, as long as its job wants them. Settles when it is over, however the job ended;
 * fails where the browser could not send. Meanwhile closing the window is asked about.
 */
export async function sendFile(body: Blob, ticket: string, jobId: string, jobs: Pick<Jobs, 'all'>): Promise<void> {
  const stop = new AbortController();
  const scope = effectScope(true);
  scope.run(() =>
    watch(
      () => jobs.all.value.find(({ id }) => id === jobId),
      (job) => {
        if (job !== undefined && (isEnded(job) || job.state === 'cancelling')) stop.abort();
      },
      { immediate: true },
    ),
  );
  window.addEventListener('beforeunload', keepOpen);
  try {
    await fetch(`/transfer/${encodeURIComponent(ticket)}`, { method: 'PUT', body, signal: stop.signal });
  } catch (error) {
    if (!stop.signal.aborted) throw error;
  } finally {
    window.removeEventListener('beforeunload', keepOpen);
    scope.stop();
  }
}

/** Has the browser fetch what is behind a ticket, and save it. */
export function fetchFile(ticket: string, name: string): void {
  const link = document.createElement('a');
  link.href = `/transfer/${encodeURIComponent(ticket)}`;
  link.download = name;
  link.click();
}
