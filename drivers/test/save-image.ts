/**
 * Files that hold a saved guest, in the form libvirt's test driver writes:
 *
 *   "TestGuestMagic\0" | length of the XML, 32 bits, native order | XML
 */
import { open, writeFile } from 'node:fs/promises';
import { endianness } from 'node:os';
import { DomainConfig } from './domain-config.ts';
import { testError } from './errors.ts';

const magic = Buffer.from('TestGuestMagic\0', 'latin1');
/** More than any definition; a file that claims more is not read. */
const maxXmlBytes = 4 * 1024 * 1024;

/** Writes the guest's definition to `path`, readable by the owner alone. Throws SYSTEM_ERROR. */
export async function writeSaveImage(path: string, config: DomainConfig): Promise<void> {
  const xml = Buffer.from(config.format({ id: -1, isInactive: false, isSecure: true, isMigratable: false }));
  const length = Buffer.alloc(4);
  if (endianness() === 'LE') length.writeUInt32LE(xml.length);
  else length.writeUInt32BE(xml.length);
  await writeWhole(path, Buffer.concat([magic, length, xml]), `saving domain '${config.name}' to '${path}'`);
}

/** The definition in a save image. Throws SYSTEM_ERROR where it cannot be read, INTERNAL_ERROR where it is none. */
export async function readSaveImage(path: string): Promise<DomainConfig> {
  const head = magic.length + 4;
  const bytes = await readBounded(path, head + maxXmlBytes + 1);
  if (bytes.length < head) throw testError('VIR_ERR_SYSTEM_ERROR', `incomplete save header in '${path}'`);
  if (!bytes.subarray(0, magic.length).equals(magic)) {
    throw testError(
      'VIR_ERR_INTERNAL_ERROR',
      `mismatched header magic in '${path}': it is no save image of a test guest`,
    );
  }
  const length = endianness() === 'LE' ? bytes.readUInt32LE(magic.length) : bytes.readUInt32BE(magic.length);
  if (length < 1 || length > maxXmlBytes) {
    throw testError('VIR_ERR_INTERNAL_ERROR', `length of metadata out of range in '${path}'`);
  }
  if (bytes.length < head + length) throw testError('VIR_ERR_SYSTEM_ERROR', `incomplete metadata in '${path}'`);
  return DomainConfig.parse(bytes.toString('utf8', head, head + length), { validates: false });
}

/** Writes what a core dump of a test guest is: the magic alone. */
export async function writeCoreDump(path: string, name: string): Promise<void> {
  await writeWhole(path, magic, `domain '${name}' coredump: failed to open ${path}`);
}

async function writeWhole(path: string, bytes: Uint8Array, doing: string): Promise<void> {
  try {
    await writeFile(path, bytes, { mode: 0o600 });
  } catch (error) {
    throw systemError(doing, error);
  }
}

async function readBounded(path: string, limit: number): Promise<Buffer> {
  try {
    await using file = await open(path);
    const buffer = Buffer.alloc(Math.min(limit, (await file.stat()).size));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } catch (error) {
    throw systemError(`cannot read domain image '${path}'`, error);
  }
}

function systemError(doing: string, error: unknown): Error {
  return testError(
    'VIR_ERR_SYSTEM_ERROR',
    `${doing}: ${error instanceof Error ? error.message : String(error)}`,
    error,
  );
}
