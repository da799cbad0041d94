/**
 * Hostler's side of the volume benchmarks: a file into a volume or a volume into a file, as virsh vol-upload and
 * vol-download do it. Prints how much memory the transfer took on top of the connection.
 * usage: hostler-volume.ts URI up|down|job-up|job-down|sparse-up|sparse-down|nothing VOLUME_PATH FILE
 * up and down read and write as virsh does, in the thread of the connection; job-up and job-down as the application does,
 * which must not wait for a disk.
 */
import { readSync, writeSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import type { Stream } from '../../../drivers/index.ts';
import { drivers } from './built-drivers.ts';

/** Writes all of `data`: a file may take less at once. */
async function writeAll(file: FileHandle, data: Uint8Array): Promise<void> {
  for (let at = 0; at < data.length;) at += (await file.write(data, at)).bytesWritten;
}

function upload(stream: Stream, { fd }: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(1 << 20);
  return stream.sendAll((_, size) => buffer.subarray(0, readSync(fd, buffer, 0, Math.min(size, buffer.length), null)));
}

async function jobUpload(stream: Stream, file: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(1 << 20);
  await stream.sendAll(async (_, size) => {
    const { bytesRead } = await file.read(buffer, 0, Math.min(size, buffer.length), null);
    return buffer.subarray(0, bytesRead);
  });
}

const download = (stream: Stream, { fd }: FileHandle): Promise<void> =>
  stream.recvAll(
    (_, data) => {
      for (let at = 0; at < data.length;) at += writeSync(fd, data, at);
    },
    { reuse: true },
  );

const jobDownload = (stream: Stream, file: FileHandle): Promise<void> =>
  stream.recvAll((_, data) => writeAll(file, data), { reuse: true });

/** Node has no SEEK_DATA: the file is read in blocks, and those of zeroes are its holes. */
async function sparseUpload(stream: Stream, file: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(1 << 20);
  const zeroes = Buffer.alloc(buffer.length);
  /** The block that was read and not sent yet. */
  let block = buffer.subarray(0, 0);
  const readBlock = async (): Promise<void> => {
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    block = buffer.subarray(0, bytesRead);
  };
  const isHole = (): boolean => block.length > 0 && block.equals(zeroes.subarray(0, block.length));
  await stream.sparseSendAll(
    () => {
      const data = block;
      block = buffer.subarray(0, 0);
      return data;
    },
    async () => {
      if (block.length === 0) await readBlock();
      if (!isHole()) return { inData: true, length: block.length };
      let length = 0;
      for (; isHole(); await readBlock()) length += block.length;
      return { inData: false, length };
    },
    () => undefined,
  );
}

async function sparseDownload(stream: Stream, file: FileHandle): Promise<void> {
  let at = 0;
  await stream.sparseRecvAll(
    async (_, data) => {
      for (let done = 0; done < data.length;)
        done += (await file.write(data, done, data.length - done, at + done)).bytesWritten;
      at += data.length;
    },
    (_, length) => void (at += Number(length)),
    { reuse: true },
  );
  await file.truncate(at);
}

const [uri = '', how = '', path = '', name = ''] = process.argv.slice(2);
const connection = await drivers.connect(uri);
const volume = await connection.storageVolLookupByPath(path);
const stream = connection.newStream();
const rssBefore = process.memoryUsage.rss();
if (how === 'nothing') {
  await connection.close();
  process.exit();
}
await using file = await open(name, how.endsWith('up') ? 'r' : 'w');
if (how === 'up' || how === 'job-up') {
  await volume.upload(stream);
  await (how === 'up' ? upload : jobUpload)(stream, file);
} else if (how === 'down' || how === 'job-down') {
  await volume.download(stream);
  await (how === 'down' ? download : jobDownload)(stream, file);
} else if (how === 'sparse-up') {
  await volume.upload(stream, 0, 0, drivers.VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM);
  await sparseUpload(stream, file);
} else {
  await volume.download(stream, 0, 0, drivers.VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM);
  await sparseDownload(stream, file);
}
await stream.finish();
await connection.close();
const grownMiB = (process.resourceUsage().maxRSS * 1024 - rssBefore) / 1_048_576;
console.log(JSON.stringify({ grownMiB }));
