/** Defaults of a snapshot, as libvirt fills them in, and what it refuses. */
import type { ParseContext } from '../schema/index.ts';
import type { DomainSnapshotDef } from './schema.ts';

export function domainSnapshotPostParse(snapshot: DomainSnapshotDef): void {
  for (const disk of snapshot.disks?.disks ?? []) {
    if (disk.snapshot === undefined && (disk.source !== undefined || disk.driver !== undefined))
      disk.snapshot = 'external';
    if (disk.snapshot === 'external') disk.type ??= 'file';
    if (disk.driver?.type === undefined && disk.driver?.metadataCache === undefined) delete disk.driver;
  }
}

export function domainSnapshotValidate(snapshot: DomainSnapshotDef, context: ParseContext): void {
  if (snapshot.name?.includes('/') === true) {
    context.refuse(`name '${snapshot.name}' of a snapshot cannot contain '/'`, snapshot);
  }
  const { memory } = snapshot;
  if (memory?.file !== undefined && memory.snapshot !== 'external') {
    context.refuse(
      `memory filename '${memory.file}' requires external snapshot, not snapshot='${memory.snapshot}'`,
      memory,
    );
  }
  if (memory?.snapshot === 'external' && memory.file === undefined) {
    context.refuse("external memory snapshots require a filename: <memory snapshot='external' file='…'/>", memory);
  }
  if (memory?.file !== undefined && !memory.file.startsWith('/')) {
    context.refuse(`memory snapshot file path '${memory.file}' must be absolute`, memory);
  }
  refuseDisks(snapshot, context);
}

function refuseDisks(snapshot: DomainSnapshotDef, context: ParseContext): void {
  const names = new Set<string>();
  for (const disk of snapshot.disks?.disks ?? []) {
    if (names.has(disk.name)) context.refuse(`disk '${disk.name}' stands twice in the snapshot; allowed: once`, disk);
    names.add(disk.name);
    const isExternal = disk.snapshot === undefined || disk.snapshot === 'external';
    if (disk.source?.file !== undefined && !isExternal) {
      context.refuse(
        `file '${disk.source.file}' for disk '${disk.name}' requires use of external snapshot mode, not '${disk.snapshot}'`,
        disk,
      );
    }
    if (disk.source?.startupPolicy !== undefined) {
      context.refuse(`attribute 'startupPolicy' in <source> of disk '${disk.name}' is not allowed in a snapshot`, disk);
    }
    if (disk.type === 'network' && (disk.source?.seclabels.length ?? 0) > 0) {
      context.refuse(`<seclabel> in the network <source> of disk '${disk.name}' is not allowed in a snapshot`, disk);
    }
  }
}
