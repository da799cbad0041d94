/** The storage service: volumes of pools, and the jobs that move their content. */
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Call } from '../call.ts';
import type { Connections } from '../connections/connections.ts';
import type { HypervisorStorage, NewVolume } from '../connections/hypervisor-storage.ts';
import {
  type DownloadFile,
  type GrantedFile,
  imageCapacityOf,
  imageFormatOf,
  imageHeaderBytes,
  type ImageFormat,
  type StoragePoolRow,
  type StorageService,
  type StorageVolRow,
  type TransferStart,
  type UploadFile,
} from '../contract/index.ts';
import { Emitter, type Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { JobRequest, Jobs } from '../jobs/jobs.ts';
import { runDownload } from './download.ts';
import { FileGrants } from './file-grants.ts';
import { openFileSink, openFileSource } from './local-file.ts';
import { TransferTickets } from './transfer-tickets.ts';
import { runUpload } from './upload.ts';

/** Longest wait for transfers to clean up behind them when the host ends. */
const cleanUpMs = 3000;

export interface StorageParts {
  connections: Pick<Connections, 'hypervisor'>;
  inventory: Pick<Inventory, 'storagePool' | 'refreshStoragePools' | 'onDidChangeStoragePool'>;
  jobs: Pick<Jobs, 'start'>;
}

export class Storage implements StorageService {
  /** The browser's part of transfers. */
  readonly tickets = new TransferTickets();
  readonly #parts: StorageParts;
  readonly #grants = new FileGrants();
  readonly #changed = new Emitter<string>();
  readonly #unlisten: Unlisten;
  readonly #ending = new Set<Promise<void>>();

  constructor(parts: StorageParts) {
    this.#parts = parts;
    this.#unlisten = parts.inventory.onDidChangeStoragePool((poolKey) => this.#changed.emit(poolKey));
  }

  async listVolumes(poolKey: string, call: Call = {}): Promise<StorageVolRow[]> {
    const pool = this.#pool(poolKey);
    return await this.#storageOf(pool).listVolumes(pool.uuid, call);
  }

  async refresh(poolKey: string): Promise<void> {
    const pool = this.#pool(poolKey);
    await this.#storageOf(pool).refreshPool(pool.uuid);
    this.#tell(pool);
  }

  async createVolume(poolKey: string, volume: NewVolume): Promise<string> {
    const pool = this.#pool(poolKey);
    const storage = this.#storageOf(pool);
    return this.#startJob(pool, {
      ...titleOf('volumeCreate', pool, volume.name),
      canCancel: false,
      run: () => storage.createVolume(pool.uuid, volume),
    });
  }

  async deleteVolume(poolKey: string, name: string): Promise<string> {
    const pool = this.#pool(poolKey);
    const storage = this.#storageOf(pool);
    return this.#startJob(pool, {
      ...titleOf('volumeDelete', pool, name),
      canCancel: false,
      run: () => storage.deleteVolume(pool.uuid, name),
    });
  }

  async upload(
    poolKey: string,
    { name, format }: { name: string; format: ImageFormat },
    file: UploadFile,
  ): Promise<TransferStart> {
    const pool = this.#pool(poolKey);
    // Asked now, so that a host which is away is the answer to this call.
    this.#storageOf(pool);
    const { ticket, opened } =
      file.kind === 'granted'
        ? granted(this.#grants.take(file.token, 'read'), openFileSource)
        : this.tickets.expectSource(file.sizeBytes);
    const request = { poolUuid: pool.uuid, name, format, storage: () => this.#storageOf(pool), source: opened };
    const jobId = this.#startJob(pool, {
      ...titleOf('volumeUpload', pool, name),
      canCancel: true,
      run: (job) => runUpload(request, job),
    });
    return { jobId, ticket };
  }

  async download(poolKey: string, name: string, file: DownloadFile): Promise<TransferStart> {
    const pool = this.#pool(poolKey);
    this.#storageOf(pool);
    const { ticket, opened } =
      file.kind === 'granted'
        ? granted(this.#grants.take(file.token, 'write'), openFileSink)
        : this.tickets.expectSink(name);
    const request = { poolUuid: pool.uuid, name, storage: () => this.#storageOf(pool), sink: opened };
    const jobId = this.#startJob(pool, {
      ...titleOf('volumeDownload', pool, name),
      canCancel: true,
      run: (job) => runDownload(request, job),
    });
    return { jobId, ticket };
  }

  onDidChangeVolumes(listener: (poolKey: string) => void, poolKey: string): Unlisten {
    return this.#changed.on((changed) => {
      if (changed === poolKey) listener(changed);
    });
  }

  /** For the shell: a file that the user chose to be uploaded. */
  async grantUpload(path: string): Promise<GrantedFile> {
    const file = await open(path, 'r');
    try {
      const header = new Uint8Array(imageHeaderBytes);
      const { bytesRead } = await file.read(header, 0, imageHeaderBytes, 0);
      const { size } = await file.stat();
      const known = header.subarray(0, bytesRead);
      return {
        token: this.#grants.grant(path, 'read'),
        name: basename(path),
        sizeBytes: size,
        format: imageFormatOf(known),
        capacityBytes: imageCapacityOf(known, size),
      };
    } finally {
      await file.close();
    }
  }

  /** For the shell: a file that the user chose to download to, and agreed to replace where it is there. */
  grantDownload(path: string): GrantedFile {
    const token = this.#grants.grant(path, 'write');
    return { token, name: basename(path), sizeBytes: 0, format: null, capacityBytes: null };
  }

  /** Waits until the transfers, which were told to end, have undone what they must. */
  async dispose(): Promise<void> {
    this.#unlisten();
    const hurry = Promise.withResolvers<void>();
    const timer = setTimeout(hurry.resolve, cleanUpMs);
    await Promise.race([Promise.allSettled(this.#ending), hurry.promise]);
    clearTimeout(timer);
  }

  #startJob(pool: StoragePoolRow, request: JobRequest<void>): string {
    const { id, done } = this.#parts.jobs.start(request);
    // How it ended is the job's to tell.
    const ended = done.catch(() => {}).then(() => this.#tell(pool));
    this.#ending.add(ended);
    void ended.finally(() => this.#ending.delete(ended));
    return id;
  }

  #tell(pool: StoragePoolRow): void {
    this.#parts.inventory.refreshStoragePools(pool.connectionId);
    this.#changed.emit(pool.key);
  }

  #pool(poolKey: string): StoragePoolRow {
    const pool = this.#parts.inventory.storagePool(poolKey);
    if (pool.state === 'inactive') {
      throw new HostError('operation-refused', `The storage pool ‘${pool.name}’ is not running. Start it first.`);
    }
    return pool;
  }

  #storageOf({ connectionId }: StoragePoolRow): HypervisorStorage {
    return this.#parts.connections.hypervisor(connectionId).storage;
  }
}

/** A transfer's end that the host opens itself, when its job begins. */
function granted<End>(path: string, openEnd: (path: string) => Promise<End>): { ticket: null; opened(): Promise<End> } {
  return { ticket: null, opened: () => openEnd(path) };
}

function titleOf(key: string, pool: StoragePoolRow, name: string): Pick<JobRequest<void>, 'title' | 'targetKey'> {
  return { title: { key, params: { name, pool: pool.name } }, targetKey: pool.key };
}
