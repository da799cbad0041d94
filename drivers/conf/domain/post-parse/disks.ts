/** Defaults of disks: bus, order, read-only drives, addresses on disk controllers. */
import type { ParseContext } from '../../schema/index.ts';
import type { Disk } from '../devices/disk.ts';
import { diskSource, storageFormats } from '../devices/disk-source.ts';
import type { DomainRules } from '../rules.ts';
import type { DomainDef } from '../schema.ts';

/** The number in a target name: sda is 0, sdb 1, sdaa 26; undefined for a name of another form. */
export function diskIndex(dev: string): number | undefined {
  const match = /^(?:xvd|fd|hd|vd|sd|ubd)([a-z]+)[0-9]*$/.exec(dev);
  if (match === null || (match[1] ?? '').length > 6) return undefined;
  let index = 0;
  for (const letter of match[1] ?? '') index = index * 26 + (letter.charCodeAt(0) - 96);
  return index - 1;
}

function busOf(disk: Disk): NonNullable<NonNullable<Disk['target']>['bus']> {
  if (disk.device === 'floppy') return 'fdc';
  const dev = disk.target?.dev ?? '';
  if (dev.startsWith('sd')) return 'scsi';
  if (dev.startsWith('vd')) return 'virtio';
  if (dev.startsWith('xvd')) return 'xen';
  return dev.startsWith('ubd') ? 'uml' : 'ide';
}

/** Disks of one bus are listed by their target names. */
export function sortDisks(def: DomainDef): void {
  const { devices } = def;
  if (devices === undefined) return;
  const sorted: Disk[] = [];
  for (const disk of devices.disks) insertDisk(sorted, disk);
  devices.disks = sorted;
}

/** Before the first disk of the bus with a later name, else behind the last one of the bus, else at the end. */
function insertDisk(disks: Disk[], disk: Disk): void {
  const bus = disk.target?.bus;
  const index = diskIndex(disk.target?.dev ?? '') ?? -1;
  let place = -1;
  for (let at = disks.length - 1; at >= 0; at--) {
    const other = disks[at];
    if (other?.target?.bus !== bus) continue;
    if ((diskIndex(other?.target?.dev ?? '') ?? -1) > index) place = at;
    else if (place === -1) place = at + 1;
  }
  disks.splice(place === -1 ? disks.length : place, 0, disk);
}

/** Copies under way that were written in the old form. */
export function readMirrors(def: DomainDef): void {
  for (const { mirror } of def.devices?.disks ?? []) {
    if (mirror === undefined || mirror.type !== undefined) continue;
    mirror.type = 'file';
    mirror.job ??= 'copy';
    const { file, formatAttribute } = mirror;
    mirror.source ??= diskSource.create(file === undefined ? {} : { file });
    const format = storageFormats.find((known) => known === formatAttribute);
    if (format !== undefined) mirror.format ??= { type: format };
  }
}

export function diskDefaults(disk: Disk, def: DomainDef, context: ParseContext, rules: DomainRules): void {
  const { target } = disk;
  if (target === undefined) return;
  // An empty drive has no source to be of another type.
  if (disk.source === undefined && (disk.device === 'cdrom' || disk.device === 'floppy')) disk.type = 'file';
  target.dev = target.dev.replace(/^ioemu:/, '');
  if (disk.device === 'cdrom') disk.readonly = true;
  target.bus ??= busOf(disk);
  if (disk.readonly === true || disk.type === 'vhostuser') disk.snapshot ??= 'no';
  const { source } = disk;
  if (source?.protocol === 'iscsi' && source.name !== undefined && !source.name.includes('/')) source.name += '/0';
  // A skipped label belongs to the running guest.
  if (context.inactive && source !== undefined)
    source.seclabels = source.seclabels.filter(({ relabel, label }) => relabel !== undefined || label !== undefined);
  if (disk.type === 'nvme' && source !== undefined) source.managed ??= true;
  if (disk.address === undefined) assignAddress(disk, def, context, rules);
}

/** Where the name of a disk puts it on its controller. */
function assignAddress(disk: Disk, def: DomainDef, context: ParseContext, rules: DomainRules): void {
  const { dev = '', bus } = disk.target ?? {};
  const index = diskIndex(dev);
  if (index === undefined) context.refuse(`Unknown disk name '${dev}' and no address specified`, disk);
  const place = placeOnBus(bus, index, rules.features?.has('wide-scsi') === true);
  if (place === undefined) return;
  if (bus === 'scsi' && isTakenByHostdev(def, place)) {
    context.refuse(`using disk target name '${dev}' conflicts with SCSI host device address`, disk);
  }
  disk.address = { type: 'drive', target: 0, ...place };
}

interface DrivePlace {
  controller: number;
  bus: number;
  unit: number;
}

function placeOnBus(bus: string | undefined, index: number, isWide: boolean): DrivePlace | undefined {
  switch (bus) {
    case 'ide':
      return { controller: Math.floor(index / 4), bus: Math.floor((index % 4) / 2), unit: index % 2 };
    case 'sata':
      return { controller: Math.floor(index / 6), bus: 0, unit: index % 6 };
    case 'fdc':
      return { controller: Math.floor(index / 2), bus: 0, unit: index % 2 };
    case 'scsi': {
      // Unit 7 is the adapter itself.
      const units = isWide ? 15 : 7;
      const unit = index % units;
      return { controller: Math.floor(index / units), bus: 0, unit: unit >= 7 ? unit + 1 : unit };
    }
    default:
      return undefined;
  }
}

function isTakenByHostdev(def: DomainDef, place: DrivePlace): boolean {
  return (def.devices?.hostdevs ?? []).some(
    ({ type, address }) =>
      type === 'scsi' &&
      address?.type === 'drive' &&
      (address.controller ?? 0) === place.controller &&
      (address.bus ?? 0) === place.bus &&
      (address.target ?? 0) === 0 &&
      (address.unit ?? 0) === place.unit,
  );
}
