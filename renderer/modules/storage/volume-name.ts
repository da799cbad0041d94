/** Names that a new volume can have. The host checks them too; here they are explained while typing. */

const longest = 255;

/** Why a volume cannot be called so, as a key below `storageVol.nameError.`; null when it can. */
export function volumeNameError(
  name: string,
  taken: ReadonlySet<string>,
): 'empty' | 'long' | 'slash' | 'dots' | 'taken' | null {
  if (name === '') return 'empty';
  if (new TextEncoder().encode(name).length > longest) return 'long';
  if (/[/\0\r\n]/.test(name)) return 'slash';
  if (name === '.' || name === '..') return 'dots';
  return taken.has(name) ? 'taken' : null;
}
