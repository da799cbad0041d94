/** A file of this computer that the user chose to upload, in the desktop's dialog or in the browser's. */
import {
  imageCapacityOf,
  imageFormatOf,
  imageHeaderBytes,
  type ImageFormat,
  type UploadFile,
} from '../../../main/contract/index.ts';

export interface ChosenFile {
  name: string;
  sizeBytes: number;
  /** By its first bytes. */
  format: ImageFormat;
  /** What a guest would see of it; null where its header does not tell. */
  capacityBytes: number | null;
  /** What the host is told of it. */
  upload: UploadFile;
  /** The bytes to send; null where the host reads them itself. */
  body: Blob | null;
}

/** A file of the browser's. Fails where it cannot be read. */
export async function chosenInBrowser(file: File): Promise<ChosenFile> {
  const header = new Uint8Array(await file.slice(0, imageHeaderBytes).arrayBuffer());
  return {
    name: file.name,
    sizeBytes: file.size,
    format: imageFormatOf(header),
    capacityBytes: imageCapacityOf(header, file.size),
    upload: { kind: 'browser', sizeBytes: file.size },
    body: file,
  };
}

/** Asks with the desktop's dialog; null when none was chosen. */
export async function chooseOnDesktop(): Promise<ChosenFile | null> {
  const granted = (await window.hostler?.chooseFile?.('upload', '')) ?? null;
  if (granted === null) return null;
  const { token, name, sizeBytes, format, capacityBytes } = granted;
  return {
    name,
    sizeBytes,
    format: format ?? 'raw',
    capacityBytes,
    upload: { kind: 'granted', token },
    body: null,
  };
}
