/**
 * Volumes of a storage pool, and files that move into and out of them. Transfers are jobs of the host.
 *
 * On the desktop the host opens the file itself: the page holds a token that the system's file dialog granted, never a
 * path. In browser mode the bytes are the browser's, by a ticket that is good for one request within 30 seconds:
 *
 *   upload    PUT /transfer/<ticket>   the file as the body, with its length; answered when the job has ended
 *   download  GET /transfer/<ticket>   an attachment, which breaks off where the job does not end well
 */
import type { Unlisten } from './connections.ts';
import type { ImageFormat } from './image-format.ts';

export interface StorageVolRow {
  /** Unique in its pool. */
  name: string;
  /** libvirt's virStorageVolType. */
  type: 'file' | 'block' | 'dir' | 'network' | 'netdir' | 'ploop';
  /** On the host, as a guest's disk would name it; empty where it has none. */
  path: string;
  /** `raw`, `qcow2`, ...; empty where the pool does not know formats. */
  format: string;
  /** What a guest would see. */
  capacityBytes: number;
  /** What it takes on the host. */
  allocationBytes: number;
}

/** Where an upload's bytes come from: a file that the desktop granted, or what the browser sends on the ticket. */
export type UploadFile = { kind: 'granted'; token: string } | { kind: 'browser'; sizeBytes: number };

/** Where a download's bytes go, likewise. */
export type DownloadFile = { kind: 'granted'; token: string } | { kind: 'browser' };

export interface TransferStart {
  jobId: string;
  /** For the browser's part; null where the host does it all. */
  ticket: string | null;
}

/** A file of this machine that the user chose in the desktop's dialog. */
export interface GrantedFile {
  /** Good for one transfer within an hour. */
  token: string;
  /** Without its folder. */
  name: string;
  /** 0 for one that is to be written. */
  sizeBytes: number;
  /** By its first bytes; null for one that is to be written. */
  format: ImageFormat | null;
  /** What a guest would see of it; null where that is not known. */
  capacityBytes: number | null;
}

export interface StorageService {
  /** The volumes of a running pool, in no order. Those that go away meanwhile are left out. */
  listVolumes(poolKey: string): Promise<StorageVolRow[]>;
  /** Has the host look at the storage again; `onDidChangeVolumes` follows. */
  refresh(poolKey: string): Promise<void>;
  /** Starts a job, `volumeCreate`; settles with its id. */
  createVolume(poolKey: string, volume: { name: string; format: ImageFormat; capacityBytes: number }): Promise<string>;
  /** Starts a job that deletes the volume and its content, `volumeDelete`; settles with its id. */
  deleteVolume(poolKey: string, name: string): Promise<string>;
  /**
   * Starts a job that makes a volume with a file's content, byte for byte. A volume that did not get all of it is deleted
   * again. Settles once the job goes on.
   */
  upload(poolKey: string, volume: { name: string; format: ImageFormat }, file: UploadFile): Promise<TransferStart>;
  /** Starts a job that writes a volume's content into a file. Settles once the job goes on. */
  download(poolKey: string, name: string, file: DownloadFile): Promise<TransferStart>;
  /** Told when the pool's volumes are to be listed again. */
  onDidChangeVolumes: (listener: (poolKey: string) => void, poolKey: string) => Unlisten;
}
