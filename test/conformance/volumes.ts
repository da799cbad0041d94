/** For tests of volumes: a pool in a folder, content that differs everywhere, and what a process has in memory. */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import type { Connection } from '../../drivers/connection.ts';
import type { StoragePool } from '../../drivers/storage-pool.ts';
import type { StorageVol } from '../../drivers/storage-vol.ts';

export const MiB = 1_048_576;

export async function createDirPool(connection: Connection, name: string, path: string): Promise<StoragePool> {
  await mkdir(path, { recursive: true });
  return connection.storagePoolCreateXML(
    `<pool type='dir'><name>${name}</name><target><path>${path}</path></target></pool>`,
  );
}

export function createVolume(pool: StoragePool, name: string, capacityMiB: number): Promise<StorageVol> {
  const sizes = `<capacity unit='MiB'>${capacityMiB}</capacity><allocation>0</allocation>`;
  return pool.storageVolCreateXML(`<volume><name>${name}</name>${sizes}<target><format type='raw'/></target></volume>`);
}

/** Fills `buffer` as the bytes from `offset` on of a content of which no two parts are alike. */
export function fillContent(buffer: Buffer, offset: number): Buffer {
  for (let at = 0; at + 4 <= buffer.length; at += 4) buffer.writeUInt32LE((offset + at) >>> 0, at);
  return buffer;
}

export const sha256 = (): ReturnType<typeof createHash> => createHash('sha256');
