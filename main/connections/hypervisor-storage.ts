/** What the host needs of one open connection's storage, in the contract's words: a part of `Hypervisor`. */
import type { Call } from '../call.ts';
import type { ImageFormat, StorageVolRow } from '../contract/index.ts';

export interface NewVolume {
  name: string;
  format: ImageFormat;
  capacityBytes: number;
}

/** A volume being written from its beginning. Calls one at a time; what is not taken yet holds the caller back. */
export interface VolumeWriter {
  /** Whether `writeHole` may stand for zeroes. */
  readonly takesHoles: boolean;
  write(data: Uint8Array): Promise<void>;
  writeHole(lengthBytes: number): Promise<void>;
  /** Settles when the host has everything, which is when the volume is complete. */
  finish(): Promise<void>;
  /** Gives up. Never fails. */
  abort(): Promise<void>;
}

/** A run of zeroes that the host did not send. */
export interface VolumeHole {
  holeBytes: number;
}

/** A volume's content being read. */
export interface VolumeReader {
  /** What there is to read; null where the host does not tell. */
  readonly sizeBytes: number | null;
  /**
   * The next piece, good until the one after is asked for; null at the end, behind which only `finish` says whether it is
   * the right one.
   */
  read(): Promise<Uint8Array | VolumeHole | null>;
  finish(): Promise<void>;
  /** Gives up. Never fails. */
  abort(): Promise<void>;
}

export interface HypervisorStorage {
  listVolumes(poolUuid: string, call?: Call): Promise<StorageVolRow[]>;
  refreshPool(poolUuid: string): Promise<void>;
  /** Not given up: a volume that is made is made. */
  createVolume(poolUuid: string, volume: NewVolume): Promise<void>;
  deleteVolume(poolUuid: string, name: string): Promise<void>;
  /**
   * Opens a volume that was just made, and so is all zeroes where it is a file, for the `sizeBytes` of an image. The
   * call's signal gives up every later step, too.
   */
  openUpload(poolUuid: string, name: string, sizeBytes: number, call: Call): Promise<VolumeWriter>;
  openDownload(poolUuid: string, name: string, call: Call): Promise<VolumeReader>;
}
