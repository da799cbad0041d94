/** `<domainbackup>`: how a guest's disks are copied while it runs. */
import { diskSourceFields, storageFormats } from '../domain/devices/disk-source.ts';
import type { ParseContext } from '../schema/index.ts';
import { attr, child, element, type Infer, int, leaf, many, oneOf, string, yesNo } from '../schema/index.ts';

const server = element('server', 'Where the copy can be pulled from', {
  transport: attr(oneOf('tcp', 'unix', 'fd'), 'Transport'),
  tls: attr(yesNo(), 'Whether encrypted'),
  name: attr(string(), 'Host name or address'),
  port: attr(int({ max: 65535 }), 'Port'),
  socket: attr(string(), 'Path of a unix socket'),
  fdgroup: attr(string(), 'Group of descriptors handed in'),
});

const disk = element('disk', 'A disk', {
  name: attr(string(), 'Target name', { required: true }),
  backup: attr(yesNo(), 'Whether it is copied'),
  state: attr(oneOf('running', 'complete', 'failed', 'cancelling', 'cancelled'), 'How far it is', { live: true }),
  type: attr(oneOf('file', 'block'), 'Kind of the copy'),
  backupmode: attr(oneOf('full', 'incremental'), 'What is copied'),
  incremental: attr(string(), 'Checkpoint since which changes are copied'),
  exportname: attr(string(), 'Name for the puller'),
  exportbitmap: attr(string(), 'Bitmap for the puller'),
  index: attr(int(), 'Number for block jobs', { live: true }),
  driver: child(element('driver', 'Format of the copy', { type: attr(oneOf(...storageFormats), 'Format') })),
  target: child(element('target', 'The copy', diskSourceFields)),
  scratch: child(element('scratch', 'What the guest overwrites meanwhile', diskSourceFields)),
});

export const domainBackup = element('domainbackup', 'A backup of a guest', {
  mode: attr(oneOf('push', 'pull'), 'Who writes: the host, or a puller'),
  id: attr(int(), 'Number of the job', { live: true }),
  incremental: leaf(string(), 'Checkpoint since which changes are copied'),
  server: child(server),
  disks: child(element('disks', 'Disks', { disks: many(disk) })),
});
export type DomainBackupDef = Infer<typeof domainBackup>;

export function domainBackupPostParse(backup: DomainBackupDef): void {
  backup.mode ??= 'push';
  for (const item of backup.disks?.disks ?? []) {
    item.backup ??= true;
    if (!item.backup) continue;
    item.type ??= 'file';
    if (item.backupmode === undefined) {
      const isIncremental = item.incremental !== undefined || backup.incremental !== undefined;
      item.backupmode = isIncremental ? 'incremental' : 'full';
    }
    const checkpoint = item.incremental ?? backup.incremental;
    if (item.backupmode === 'incremental' && checkpoint !== undefined) item.incremental = checkpoint;
  }
}

export function domainBackupValidate(backup: DomainBackupDef, context: ParseContext): void {
  if (backup.server !== undefined && backup.mode !== 'pull') {
    context.refuse("use of <server> requires pull mode backup: <domainbackup mode='pull'>", backup.server);
  }
  const names = new Set<string>();
  for (const item of backup.disks?.disks ?? []) {
    if (names.has(item.name)) context.refuse(`disk '${item.name}' stands twice in the backup; allowed: once`, item);
    names.add(item.name);
    if (item.backupmode === 'incremental' && item.incremental === undefined) {
      context.refuse(
        `'backupmode' of disk '${item.name}' is 'incremental' but no checkpoint is named in <incremental>`,
        item,
      );
    }
    const wrong = backup.mode === 'pull' ? item.target : item.scratch;
    if (wrong !== undefined) {
      const [given, allowed] = backup.mode === 'pull' ? ['target', 'scratch'] : ['scratch', 'target'];
      context.refuse(`<${given}> of disk '${item.name}' in ${backup.mode} mode; allowed: <${allowed}>`, item);
    }
  }
}
