/** Defaults of a storage volume, as libvirt fills them in. */
import type { ParseContext } from '../schema/index.ts';
import type { StorageVolDef } from './schema.ts';

export function storageVolPostParse(volume: StorageVolDef): void {
  // What lies where, and when it was touched, is found out, never configured.
  delete volume.source;
  volume.allocation ??= volume.capacity;
  const { target, backingStore } = volume;
  if (target !== undefined) {
    delete target.timestamps;
    if (volume.type === 'file') target.format ??= { type: 'raw' };
    if (target.features !== undefined) target.compat ??= '1.1';
  }
  if (backingStore !== undefined) delete backingStore.timestamps;
}

export function storageVolValidate(volume: StorageVolDef, context: ParseContext): void {
  if (volume.name.includes('/') && volume.type === 'file') {
    context.refuse(`name '${volume.name}' of a volume cannot contain '/'`, volume);
  }
  if (volume.capacity === undefined && volume.backingStore === undefined) {
    context.refuse(
      `missing <capacity> in volume '${volume.name}'; allowed without it: only with <backingStore>`,
      volume,
    );
  }
  const compat = volume.target?.compat;
  if (compat !== undefined && !/^[0-9]+\.[0-9]+$/.test(compat)) {
    context.refuse(
      `forbidden characters in <compat> '${compat}' of volume '${volume.name}'; allowed: digits, dot, digits`,
      volume,
    );
  }
}
