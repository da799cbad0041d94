/** One download: reads a volume's content into a file, which is complete only when the host said that this was all. */
import type { HypervisorStorage, VolumeReader } from '../connections/hypervisor-storage.ts';
import { cancelled } from '../error.ts';
import type { JobProgress } from '../jobs/jobs.ts';
import type { TransferSink } from './transfer-ends.ts';
import { TransferProgress } from './transfer-progress.ts';

export interface DownloadRequest {
  poolUuid: string;
  name: string;
  storage: () => HypervisorStorage;
  /** Settles when there is a place for the bytes. */
  sink: (signal: AbortSignal) => Promise<TransferSink>;
}

/** Settles when the file is complete. */
export async function runDownload(request: DownloadRequest, job: JobProgress): Promise<void> {
  const { poolUuid, name, storage } = request;
  job.report({ stage: 'waiting' });
  const sink = await request.sink(job.signal);
  try {
    const reader = await storage().openDownload(poolUuid, name, { signal: job.signal });
    await receiveAll(reader, sink, job);
  } catch (error) {
    const failure = job.signal.aborted ? cancelled(`The download of ‘${name}’`) : error;
    await sink.abort(failure);
    job.log('What had arrived was thrown away.');
    throw failure;
  }
}

async function receiveAll(reader: VolumeReader, sink: TransferSink, job: JobProgress): Promise<void> {
  const progress = new TransferProgress(job, reader.sizeBytes);
  let holeBytes = 0;
  try {
    await sink.begin(reader.sizeBytes);
    job.report({ stage: 'receiving' });
    for (let piece = await reader.read(); piece !== null; piece = await reader.read()) {
      job.signal.throwIfAborted();
      if (piece instanceof Uint8Array) await sink.write(piece);
      else await sink.writeHole(piece.holeBytes);
      holeBytes += piece instanceof Uint8Array ? 0 : piece.holeBytes;
      progress.add(piece instanceof Uint8Array ? piece.length : piece.holeBytes);
    }
    progress.stop();
    job.report({ stage: 'finishing' });
    await reader.finish();
    await sink.finish();
    job.log(`Received ${progress.doneBytes - holeBytes} bytes and ${holeBytes} bytes of holes.`);
  } catch (error) {
    progress.stop();
    job.log(`It ended after ${progress.doneBytes} bytes.`);
    await reader.abort();
    throw error;
  }
}
