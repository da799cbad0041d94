/** `<domainsnapshot>`: the state of a guest at one time. */
import { diskSource, diskTypes, storageFormats } from '../domain/devices/disk-source.ts';
import {
  attr,
  child,
  element,
  flag,
  type Infer,
  int,
  leaf,
  many,
  oneOf,
  s64,
  scaledLeaf,
  string,
} from '../schema/index.ts';
import { inactiveDomain, savedDomain } from './saved-domain.ts';

const parent = element('parent', 'Snapshot it was made on top of', {
  name: leaf(string(), 'Name', { required: true }),
});

const memory = element('memory', "The guest's memory", {
  snapshot: attr(oneOf('no', 'internal', 'external'), 'Where it is kept', { required: true }),
  file: attr(string(), 'File it is kept in (external)'),
});

const metadataCache = element('metadata_cache', 'Cache of the image format', {
  maxSize: scaledLeaf('bytes', 'Largest size', { name: 'max_size' }),
});

const driver = element('driver', 'How the new file is written', {
  type: attr(oneOf(...storageFormats), 'Format'),
  metadataCache: child(metadataCache),
});

const disk = element('disk', 'A disk in the snapshot', {
  name: attr(string(), 'Target name or source path', { required: true }),
  snapshot: attr(oneOf('no', 'internal', 'external', 'manual'), 'How it is taken'),
  type: attr(oneOf(...diskTypes), 'Kind of the new file'),
  driver: child(driver),
  source: child(diskSource),
});

export const domainSnapshot = element('domainsnapshot', 'A snapshot of a guest', {
  name: leaf(string(), 'Name; the time if absent'),
  description: leaf(string(), 'Description'),
  state: leaf(
    oneOf('nostate', 'running', 'blocked', 'paused', 'shutdown', 'shutoff', 'crashed', 'pmsuspended', 'disk-snapshot'),
    'What the guest did',
  ),
  parent: child(parent),
  creationTime: leaf(s64(), 'Seconds since 1970'),
  memory: child(memory),
  disks: child(element('disks', 'Disks', { disks: many(disk) })),
  domain: child(savedDomain),
  inactiveDomain: child(inactiveDomain),
  active: leaf(int({ max: 1 }), '1: the next snapshot is made on top of this one'),
  cookie: child(
    element('cookie', 'Notes of the hypervisor', { slirpHelper: flag('Network by a helper', { name: 'slirpHelper' }) }),
  ),
});
export type DomainSnapshotDef = Infer<typeof domainSnapshot>;
