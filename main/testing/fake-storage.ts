/** For tests: a hypervisor's storage in memory, whose streams stop or break where a test says so. */
import type {
  HypervisorStorage,
  NewVolume,
  VolumeHole,
  VolumeReader,
  VolumeWriter,
} from '../connections/hypervisor-storage.ts';
import type { Call } from '../call.ts';
import type { StorageVolRow } from '../contract/index.ts';
import { HostError } from '../error.ts';

interface FakeVolume {
  row: StorageVolRow;
  content: Uint8Array[];
}

export class FakeStorage implements HypervisorStorage {
  readonly volumes = new Map<string, FakeVolume>();
  takesHoles = true;
  /** What is done, in order: `create a`, `write 3`, `hole 65536`, `finish`, `abort`, `delete a`. */
  readonly done: string[] = [];
  /** Waited for, and thrown by, every write, hole and finish. */
  beforeStep: (step: string) => Promise<void> | void = () => {};
  beforeDelete: () => Promise<void> | void = () => {};
  /** What a download gives. */
  pieces: (Uint8Array | VolumeHole)[] = [];

  async listVolumes(): Promise<StorageVolRow[]> {
    return [...this.volumes.values()].map(({ row }) => row);
  }

  async refreshPool(): Promise<void> {
    this.done.push('refresh');
  }

  async createVolume(_poolUuid: string, { name, format, capacityBytes }: NewVolume): Promise<void> {
    if (this.volumes.has(name)) throw new HostError('operation-refused', `storage volume '${name}' exists already`);
    this.done.push(`create ${name}`);
    const row: StorageVolRow = { name, type: 'file', path: `/pool/${name}`, format, capacityBytes, allocationBytes: 0 };
    this.volumes.set(name, { row, content: [] });
  }

  async deleteVolume(_poolUuid: string, name: string): Promise<void> {
    await this.beforeDelete();
    this.done.push(`delete ${name}`);
    if (!this.volumes.delete(name)) throw new HostError('not-found', `no storage volume '${name}'`);
  }

  async openUpload(_poolUuid: string, name: string, _sizeBytes: number, call: Call): Promise<VolumeWriter> {
    const volume = this.volumes.get(name)!;
    return {
      takesHoles: this.takesHoles,
      write: async (data) => {
        await this.#step(`write ${data.length}`, call);
        volume.content.push(Uint8Array.from(data));
      },
      writeHole: async (lengthBytes) => {
        await this.#step(`hole ${lengthBytes}`, call);
        volume.content.push(new Uint8Array(lengthBytes));
      },
      finish: () => this.#step('finish', call),
      abort: async () => void this.done.push('abort'),
    };
  }

  async openDownload(_poolUuid: string, _name: string, call: Call): Promise<VolumeReader> {
    const pieces = [...this.pieces];
    return {
      sizeBytes: pieces.reduce((sum, piece) => sum + ('holeBytes' in piece ? piece.holeBytes : piece.length), 0),
      read: async () => {
        await this.#step('read', call);
        return pieces.shift() ?? null;
      },
      finish: () => this.#step('finish', call),
      abort: async () => void this.done.push('abort'),
    };
  }

  /** The whole content of a volume. */
  content(name: string): Buffer {
    return Buffer.concat(this.volumes.get(name)?.content ?? []);
  }

  async #step(step: string, { signal }: Call): Promise<void> {
    const { promise, reject } = Promise.withResolvers<never>();
    promise.catch(() => {});
    const giveUp = (): void => reject(signal?.reason as Error);
    if (signal?.aborted === true) giveUp();
    signal?.addEventListener('abort', giveUp, { once: true });
    await Promise.race([this.beforeStep(step), promise]);
    this.done.push(step);
  }
}
