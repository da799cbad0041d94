/** Volumes of a driver-core connection: listed by their XML, made from XML, and their content as streams. */
import { storagePool, storageVol } from '../../drivers/conf/index.ts';
import type { Connection } from '../../drivers/connection.ts';
import type { CallOptions } from '../../drivers/driver.ts';
import {
  VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM,
  VIR_STORAGE_VOL_GET_PHYSICAL,
  VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM,
  VIR_STREAM_RECV_STOP_AT_HOLE,
} from '../../drivers/enums.gen.ts';
import { VirError, VirErrorNumber } from '../../drivers/error.ts';
import type { StoragePool } from '../../drivers/storage-pool.ts';
import type { StorageVol } from '../../drivers/storage-vol.ts';
import type { Stream } from '../../drivers/stream.ts';
import type { Call } from '../call.ts';
import type { StorageVolRow } from '../contract/index.ts';
import { isUnsupported } from './core-guests.ts';
import type { HypervisorStorage, NewVolume, VolumeHole, VolumeReader, VolumeWriter } from './hypervisor-storage.ts';

/** Volumes that are asked for their XML at a time. */
const listWidth = 128;
/** For questions that a healthy host answers at once. */
const answerMs = 30_000;
/** The most of a piece that is asked for at a time. */
const pieceBytes = 1024 * 1024;

export class CoreVolumes implements HypervisorStorage {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async listVolumes(poolUuid: string, call: Call = {}): Promise<StorageVolRow[]> {
    const options = bounded(call);
    const pool = await this.#pool(poolUuid, options);
    const volumes = await pool.listAllVolumes(0, options);
    // By name, which is what a volume is known by: a host that has one twice is not believed.
    const rows = new Map<string, StorageVolRow>();
    for (let at = 0; at < volumes.length; at += listWidth) {
      const wave = await Promise.all(volumes.slice(at, at + listWidth).map((volume) => describe(volume, options)));
      for (const row of wave) if (row !== null) rows.set(row.name, row);
    }
    return [...rows.values()];
  }

  async refreshPool(poolUuid: string): Promise<void> {
    await (await this.#pool(poolUuid, bounded())).refresh();
  }

  async createVolume(poolUuid: string, { name, format, capacityBytes }: NewVolume): Promise<void> {
    const pool = await this.#pool(poolUuid, bounded());
    const isFile = keepsFiles(await pool.getXMLDesc(0, bounded()));
    // Only files have a format, and grow as they are written; elsewhere the size is taken at once.
    const xml = storageVol.format({
      type: 'file',
      name,
      capacity: BigInt(capacityBytes),
      ...(isFile ? { allocation: 0n, target: { format: { type: format } } } : {}),
    });
    await pool.storageVolCreateXML(xml);
  }

  async deleteVolume(poolUuid: string, name: string): Promise<void> {
    await (await this.#volume(poolUuid, name, bounded())).delete();
  }

  async openUpload(poolUuid: string, name: string, sizeBytes: number, call: Call): Promise<VolumeWriter> {
    const volume = await this.#volume(poolUuid, name, bounded(call));
    const isFile = (await volume.getInfo(0, bounded(call))).type === 0;
    const { stream, isSparse } = await this.#open(isFile, VIR_STORAGE_VOL_UPLOAD_SPARSE_STREAM, (opened, flags) =>
      volume.upload(opened, 0, sizeBytes, flags, bounded(call)),
    );
    const waiting = { signal: call.signal };
    return {
      takesHoles: isSparse,
      write: async (data) => void (await stream.send(data, waiting)),
      writeHole: (lengthBytes) => stream.sendHole(lengthBytes, 0, waiting),
      finish: () => stream.finish(waiting),
      abort: () => abort(stream),
    };
  }

  async openDownload(poolUuid: string, name: string, call: Call): Promise<VolumeReader> {
    const volume = await this.#volume(poolUuid, name, bounded(call));
    const sizeBytes = await physicalBytes(volume, bounded(call));
    const { stream } = await this.#open(true, VIR_STORAGE_VOL_DOWNLOAD_SPARSE_STREAM, (opened, flags) =>
      volume.download(opened, 0, sizeBytes ?? 0, flags, bounded(call)),
    );
    const waiting = { signal: call.signal };
    return {
      sizeBytes,
      read: () => readPiece(stream, waiting),
      finish: () => stream.finish(waiting),
      abort: () => abort(stream),
    };
  }

  /** Opens a stream, with holes where the server and the kind of volume know them. */
  async #open(
    mayBeSparse: boolean,
    sparseFlag: number,
    open: (stream: Stream, flags: number) => Promise<void>,
  ): Promise<{ stream: Stream; isSparse: boolean }> {
    if (mayBeSparse) {
      const stream = this.#connection.newStream();
      try {
        await open(stream, sparseFlag);
        return { stream, isSparse: true };
      } catch (error) {
        await abort(stream);
        // Servers before libvirt 3.4 refuse the flag.
        if (!isUnsupported(error)) throw error;
      }
    }
    const stream = this.#connection.newStream();
    await open(stream, 0);
    return { stream, isSparse: false };
  }

  #pool(uuid: string, options: CallOptions): Promise<StoragePool> {
    return this.#connection.storagePoolLookupByUUIDString(uuid, options);
  }

  async #volume(poolUuid: string, name: string, options: CallOptions): Promise<StorageVol> {
    return await (await this.#pool(poolUuid, options)).storageVolLookupByName(name, options);
  }
}

/** One volume as its XML says; null where it went away. */
async function describe(volume: StorageVol, options: CallOptions): Promise<StorageVolRow | null> {
  try {
    const { type, capacity, allocation, target } = storageVol.parse(await volume.getXMLDesc(0, options), {
      lenient: true,
    });
    return {
      name: volume.getName(),
      type,
      path: target?.path ?? '',
      format: target?.format?.type ?? '',
      capacityBytes: Number(capacity ?? 0n),
      allocationBytes: Number(allocation ?? 0n),
    };
  } catch (error) {
    if (error instanceof VirError && error.code === VirErrorNumber.VIR_ERR_NO_STORAGE_VOL) return null;
    throw error;
  }
}

/** Length of the content in bytes; null where the server is too old to tell. */
async function physicalBytes(volume: StorageVol, options: CallOptions): Promise<number | null> {
  try {
    return Number((await volume.getInfo(VIR_STORAGE_VOL_GET_PHYSICAL, options)).allocation) || null;
  } catch (error) {
    if (isUnsupported(error)) return null;
    throw error;
  }
}

async function readPiece(stream: Stream, options: CallOptions): Promise<Uint8Array | VolumeHole | null> {
  const piece = await stream.recv(pieceBytes, VIR_STREAM_RECV_STOP_AT_HOLE, { ...options, reuse: true });
  if (piece === null) return { holeBytes: Number(await stream.recvHole(0, options)) };
  return piece.length === 0 ? null : piece;
}

/** Whether the pool's volumes are files in a folder. */
function keepsFiles(poolXml: string): boolean {
  return ['dir', 'fs', 'netfs'].includes(storagePool.parse(poolXml, { lenient: true }).type);
}

function bounded(call: Call = {}): CallOptions {
  return { signal: call.signal, timeoutMs: answerMs };
}

/** Streams that were never opened, or ended already, have nothing to abort. */
async function abort(stream: Stream): Promise<void> {
  await stream.abort().catch(() => {});
}
