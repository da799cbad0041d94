/**
 * One upload: makes the volume, sends the image, and deletes the volume where it did not get all of it.
 *
 *   wait for the file --> check its first bytes --> make the volume --> send --> finish --> done
 *                                                     '-- anything that fails: abort, delete the volume
 */
import type { HypervisorStorage, VolumeWriter } from '../connections/hypervisor-storage.ts';
import { type ImageFormat, imageFormatOf } from '../contract/index.ts';
import { cancelled, HostError } from '../error.ts';
import type { JobProgress } from '../jobs/jobs.ts';
import { removeHalfWritten, VolumeLeft } from './half-written.ts';
import type { TransferSource } from './transfer-ends.ts';
import { TransferProgress } from './transfer-progress.ts';
import { zeroRuns } from './zero-runs.ts';

export interface UploadRequest {
  poolUuid: string;
  name: string;
  format: ImageFormat;
  /** The storage as it is now; throws where its host is not connected. */
  storage: () => HypervisorStorage;
  /** Settles when the file is there to be read. */
  source: (signal: AbortSignal) => Promise<TransferSource>;
}

/** Settles when the host has everything; the error of a failure says what became of the volume. */
export async function runUpload(request: UploadRequest, job: JobProgress): Promise<void> {
  job.report({ stage: 'waiting' });
  const source = await request.source(job.signal);
  let failure: unknown = null;
  try {
    await sendImage(request, source, job);
  } catch (error) {
    const isCancelled = job.signal.aborted && !(error instanceof VolumeLeft);
    failure = isCancelled ? cancelled(`The upload of ‘${request.name}’`) : error;
    throw failure;
  } finally {
    source.end(failure);
  }
}

async function sendImage(request: UploadRequest, source: TransferSource, job: JobProgress): Promise<void> {
  const { poolUuid, name, format } = request;
  const { sizeBytes } = source;
  const pieces = source.pieces(job.signal)[Symbol.asyncIterator]();
  try {
    const first = await pieces.next();
    checkImage(request, first.done === true ? new Uint8Array(0) : first.value);
    job.report({ stage: 'creating' });
    // As raw whatever it is: what libvirt would write into a new qcow2 file must not show between the parts of ours.
    await request.storage().createVolume(poolUuid, { name, format: 'raw', capacityBytes: sizeBytes });
    job.log(`Made the volume ‘${name}’ for ${sizeBytes} bytes of ${format}.`);
    try {
      await writeAll(request, sizeBytes, job, first.value as Uint8Array, pieces);
    } catch (error) {
      await removeHalfWritten(request, job, error);
      throw error;
    }
  } finally {
    await pieces.return?.();
  }
}

async function writeAll(
  { poolUuid, name, storage }: UploadRequest,
  sizeBytes: number,
  job: JobProgress,
  first: Uint8Array,
  rest: AsyncIterator<Uint8Array>,
): Promise<void> {
  job.signal.throwIfAborted();
  const writer = await storage().openUpload(poolUuid, name, sizeBytes, { signal: job.signal });
  const progress = new TransferProgress(job, sizeBytes);
  try {
    job.report({ stage: 'sending' });
    let sentBytes = await writePiece(writer, first, progress);
    for (let next = await rest.next(); next.done !== true; next = await rest.next()) {
      sentBytes += await writePiece(writer, next.value, progress);
    }
    progress.stop();
    job.report({ stage: 'finishing' });
    await writer.finish();
    job.log(`Sent ${sentBytes} bytes; ${progress.doneBytes - sentBytes} bytes of zeroes were left out.`);
  } catch (error) {
    progress.stop();
    job.log(`It ended after ${progress.doneBytes} of ${sizeBytes} bytes.`);
    await writer.abort();
    throw error;
  }
}

/** Settles with the number of bytes that were sent. */
async function writePiece(writer: VolumeWriter, piece: Uint8Array, progress: TransferProgress): Promise<number> {
  if (!writer.takesHoles) {
    await writer.write(piece);
    progress.add(piece.length);
    return piece.length;
  }
  let sentBytes = 0;
  for (const run of zeroRuns(piece)) {
    if ('zeroes' in run) await writer.writeHole(run.zeroes);
    else await writer.write(run.data);
    const length = 'zeroes' in run ? run.zeroes : run.data.length;
    sentBytes += 'zeroes' in run ? 0 : length;
    progress.add(length);
  }
  return sentBytes;
}

function checkImage({ name, format }: UploadRequest, header: Uint8Array): void {
  if (header.length === 0) {
    throw new HostError('invalid-argument', `‘${name}’ was not uploaded: the file is empty. Choose another one.`);
  }
  if (format === 'qcow2' && imageFormatOf(header) !== 'qcow2') {
    throw new HostError('invalid-argument', `‘${name}’ was not uploaded: the file is no qcow2 image.`, {
      hint: 'Choose the format raw to upload it as it is.',
    });
  }
}
