/** A file of this machine as the end of a transfer. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { HostError } from '../error.ts';
import type { TransferSink, TransferSource } from './transfer-ends.ts';

const pieceBytes = 1024 * 1024;

/** Opens a file to be uploaded; throws what the system says of it. */
export async function openFileSource(path: string): Promise<TransferSource> {
  const file = await open(path, 'r');
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw new HostError('invalid-argument', `${basename(path)} is not a file. Choose another one.`);
    return new FileSource(file, basename(path), stat.size);
  } catch (error) {
    await file.close();
    throw error;
  }
}

class FileSource implements TransferSource {
  readonly #file: FileHandle;
  readonly #name: string;
  readonly sizeBytes: number;

  constructor(file: FileHandle, name: string, sizeBytes: number) {
    this.#file = file;
    this.#name = name;
    this.sizeBytes = sizeBytes;
  }

  async *pieces(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    // One is being read while the other is on its way.
    const buffers = [Buffer.allocUnsafeSlow(pieceBytes), Buffer.allocUnsafeSlow(pieceBytes)] as const;
    let at = 0;
    let next = this.#read(buffers[0], at);
    for (let n = 1; at < this.sizeBytes; n++) {
      signal.throwIfAborted();
      const piece = await next;
      at += piece.length;
      next = this.#read(buffers[n % 2 === 0 ? 0 : 1], at);
      // Looked at when it is its turn, which may never come.
      next.catch(() => {});
      yield piece;
    }
  }

  /** What is at `at`, at least a byte; nothing behind the end. */
  async #read(buffer: Buffer, at: number): Promise<Uint8Array> {
    const wanted = Math.min(pieceBytes, this.sizeBytes - at);
    const { bytesRead } = await this.#file.read(buffer, 0, wanted, at);
    if (bytesRead === 0 && wanted > 0) {
      throw new HostError('io', `${this.#name} became shorter while it was read. Upload it again.`);
    }
    return buffer.subarray(0, bytesRead);
  }

  end(): void {
    this.#file.close().catch(() => {});
  }
}

/** Opens a file to be downloaded to. It gets its name when it is complete; until then it is beside it, as `….part`. */
export async function openFileSink(path: string): Promise<TransferSink> {
  const partPath = `${path}.${randomBytes(4).toString('hex')}.part`;
  return new FileSink(await open(partPath, 'wx'), partPath, path);
}

class FileSink implements TransferSink {
  readonly #file: FileHandle;
  readonly #partPath: string;
  readonly #path: string;
  #at = 0;

  constructor(file: FileHandle, partPath: string, path: string) {
    this.#file = file;
    this.#partPath = partPath;
    this.#path = path;
  }

  async begin(): Promise<void> {}

  async write(data: Uint8Array): Promise<void> {
    for (let done = 0; done < data.length;) {
      const { bytesWritten } = await this.#file.write(data, done, data.length - done, this.#at);
      done += bytesWritten;
      this.#at += bytesWritten;
    }
  }

  async writeHole(lengthBytes: number): Promise<void> {
    this.#at += lengthBytes;
  }

  async finish(): Promise<void> {
    // A hole at the end is there by the length alone.
    await this.#file.truncate(this.#at);
    await this.#file.close();
    await rename(this.#partPath, this.#path);
  }

  async abort(): Promise<void> {
    await this.#file.close().catch(() => {});
    await rm(this.#partPath, { force: true }).catch(() => {});
  }
}
