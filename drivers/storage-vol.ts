/** StorageVol: a disk image, a logical volume, an ISO file, ... in a storage pool. */
import { type Int64, toUhyper } from './arguments.ts';
import type { StorageVolGetInfoResult } from './driver-slots.gen.ts';
import type { CallOptions, StorageVolRef } from './driver.ts';
import { Handle } from './handle.ts';
import type { StoragePool } from './storage-pool.ts';
import { attachStream } from './stream-attach.ts';
import type { Stream } from './stream.ts';

/** virStorageVolInfo: `type` as virStorageVolType, sizes in bytes. */
export type StorageVolInfo = StorageVolGetInfoResult;

export class StorageVol extends Handle<StorageVolRef> {
  /** The name, unique in its pool. (virStorageVolGetName) */
  getName(): string {
    return this.ref.name;
  }

  /** The key, unique on its host and the same for every pool that shows the volume. (virStorageVolGetKey) */
  getKey(): string {
    return this.ref.key;
  }

  /** The path on the host, for a guest's disk. (virStorageVolGetPath) */
  getPath(options?: CallOptions): Promise<string> {
    return this.call('storageVolGetPath', { vol: this.ref }, options);
  }

  /**
   * Type, capacity and allocation, in bytes. `flags`: virStorageVolInfoFlags. (virStorageVolGetInfo,
   * virStorageVolGetInfoFlags)
   */
  getInfo(flags?: number, options?: CallOptions): Promise<StorageVolInfo> {
    return this.core.callWithFlags('storageVolGetInfo', 'storageVolGetInfoFlags', { vol: this.ref }, flags, options);
  }

  /** The description in XML. `flags`: 0. (virStorageVolGetXMLDesc) */
  getXMLDesc(flags = 0, options?: CallOptions): Promise<string> {
    return this.call('storageVolGetXmlDesc', { vol: this.ref, flags }, options);
  }

  /** The pool it lies in. (virStoragePoolLookupByVolume) */
  async storagePoolLookupByVolume(options?: CallOptions): Promise<StoragePool> {
    const ref = await this.call('storagePoolLookupByVolume', { vol: this.ref }, options);
    return this.core.connection.storagePoolOf(ref);
  }

  /**
   * Opens `stream` for writing `length` bytes (0: as many as come) from `offset` on; then send and finish. `flags`:
   * virStorageVolUploadFlags. (virStorageVolUpload)
   */
  async upload(stream: Stream, offset: Int64 = 0, length: Int64 = 0, flags = 0, options?: CallOptions): Promise<void> {
    const args = { vol: this.ref, offset: toUhyper(offset, 'offset'), length: toUhyper(length, 'length'), flags };
    await attachStream(this.core, stream, 'storageVolUpload', args, options);
  }

  /**
   * Opens `stream` for reading `length` bytes (0: to the end) from `offset` on; then receive and finish. `flags`:
   * virStorageVolDownloadFlags. (virStorageVolDownload)
   */
  async download(
    stream: Stream,
    offset: Int64 = 0,
    length: Int64 = 0,
    flags = 0,
    options?: CallOptions,
  ): Promise<void> {
    const args = { vol: this.ref, offset: toUhyper(offset, 'offset'), length: toUhyper(length, 'length'), flags };
    await attachStream(this.core, stream, 'storageVolDownload', args, options);
  }

  /** Changes the capacity, in bytes. `flags`: virStorageVolResizeFlags. (virStorageVolResize) */
  async resize(capacity: Int64, flags = 0, options?: CallOptions): Promise<void> {
    await this.call('storageVolResize', { vol: this.ref, capacity: toUhyper(capacity, 'capacity'), flags }, options);
  }

  /**
   * Overwrites the content with zeroes; what the storage keeps of older data is not reached. `flags`: 0.
   * (virStorageVolWipe)
   */
  wipe(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('storageVolWipe', { vol: this.ref, flags }, options);
  }

  /** Overwrites the content by virStorageVolWipeAlgorithm. `flags`: 0. (virStorageVolWipePattern) */
  wipePattern(algorithm: number, flags = 0, options?: CallOptions): Promise<void> {
    return this.call('storageVolWipePattern', { vol: this.ref, algorithm, flags }, options);
  }

  /** Deletes it with its content. `flags`: virStorageVolDeleteFlags. (virStorageVolDelete) */
  delete(flags = 0, options?: CallOptions): Promise<void> {
    return this.call('storageVolDelete', { vol: this.ref, flags }, options);
  }
}
