/** `<domaincheckpoint>`: a time from which the changes of a guest's disks are recorded. */
import { savedDomain } from '../domain-snapshot/saved-domain.ts';
import type { ParseContext } from '../schema/index.ts';
import { attr, child, element, type Infer, int, leaf, many, oneOf, s64, string, u64 } from '../schema/index.ts';

const disk = element('disk', 'A disk', {
  name: attr(string(), 'Target name', { required: true }),
  checkpoint: attr(oneOf('no', 'bitmap'), 'Whether its changes are recorded'),
  bitmap: attr(string(), 'Name of the bitmap'),
  size: attr(u64(), 'Octets changed since', { live: true }),
});

const parent = element('parent', 'Checkpoint before it', { name: leaf(string(), 'Name', { required: true }) });

export const domainCheckpoint = element('domaincheckpoint', 'A checkpoint of a guest', {
  name: leaf(string(), 'Name; the time if absent'),
  description: leaf(string(), 'Description'),
  parent: child(parent),
  creationTime: leaf(s64(), 'Seconds since 1970'),
  disks: child(element('disks', 'Disks', { disks: many(disk) })),
  domain: child(savedDomain),
  active: leaf(int({ max: 1 }), '1: the current checkpoint'),
});
export type DomainCheckpointDef = Infer<typeof domainCheckpoint>;

/** A disk that is listed is recorded unless it says otherwise. */
export function domainCheckpointPostParse(checkpoint: DomainCheckpointDef): void {
  for (const item of checkpoint.disks?.disks ?? []) {
    item.checkpoint ??= 'bitmap';
    if (item.checkpoint === 'bitmap' && checkpoint.name !== undefined) item.bitmap ??= checkpoint.name;
  }
}

export function domainCheckpointValidate(checkpoint: DomainCheckpointDef, context: ParseContext): void {
  if (checkpoint.name?.includes('/') === true) {
    context.refuse(`name '${checkpoint.name}' of a checkpoint cannot contain '/'`, checkpoint);
  }
  const names = new Set<string>();
  for (const item of checkpoint.disks?.disks ?? []) {
    if (names.has(item.name)) context.refuse(`disk '${item.name}' stands twice in the checkpoint; allowed: once`, item);
    names.add(item.name);
    if (item.bitmap !== undefined && item.checkpoint === 'no') {
      context.refuse(`bitmap '${item.bitmap}' of disk '${item.name}' needs checkpoint='bitmap', not 'no'`, item);
    }
  }
}
