/** Formats of disk images that can be made and uploaded, told apart by their first bytes. */

export type ImageFormat = 'raw' | 'qcow2';

/** So many bytes of a file are enough to tell. */
export const imageHeaderBytes = 32;

/** `QFI\xfb`, then the version. */
const qcowMagic = 0x51_46_49_fb;

/** The format of an image by its first bytes. What is not qcow2 is raw: an ISO file, a disk, anything. */
export function imageFormatOf(header: Uint8Array): ImageFormat {
  if (header.length < 8) return 'raw';
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  return view.getUint32(0) === qcowMagic && view.getUint32(4) >= 2 ? 'qcow2' : 'raw';
}

/** The size that a guest sees of an image, in bytes; null where its header is cut off or beyond what a number holds. */
export function imageCapacityOf(header: Uint8Array, fileBytes: number): number | null {
  if (imageFormatOf(header) === 'raw') return fileBytes;
  if (header.length < imageHeaderBytes) return null;
  const capacity = Number(new DataView(header.buffer, header.byteOffset, header.byteLength).getBigUint64(24));
  return Number.isSafeInteger(capacity) ? capacity : null;
}
