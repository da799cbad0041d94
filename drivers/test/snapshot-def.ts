/** Definitions of snapshots: read from XML, completed for their guest, and written back. */
import { domainSnapshot as snapshotKind, type DomainSnapshotDef } from '../conf/index.ts';
import { VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY } from '../enums.gen.ts';
import { DomainConfig } from './domain-config.ts';
import type { DomainObj, Snapshot } from './domain-obj.ts';
import { testError } from './errors.ts';
import { stateNames } from './life-cycle.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

type Disk = NonNullable<DomainSnapshotDef['disks']>['disks'][number];

/** A snapshot to be taken now. `nowSeconds` names it where the XML does not. */
export function newSnapshot(domain: DomainObj, xml: string, flags: number, nowSeconds: number): Snapshot {
  const given = parseInput(snapshotKind, xml);
  const name = given.name ?? String(nowSeconds);
  const isDiskOnly = (flags & VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY) !== 0;
  const isExternal = isDiskOnly || given.memory?.snapshot === 'external';
  const state = isDiskOnly && domain.isActive ? 'disk-snapshot' : stateNames[domain.state.state]!;
  const def: DomainSnapshotDef = {
    ...given,
    name,
    state,
    creationTime: BigInt(nowSeconds),
    memory: memoryOf(given, domain.isActive, isDiskOnly),
    disks: { disks: alignDisks(given.disks?.disks ?? [], domain.config, isExternal ? 'external' : 'internal', name) },
    parent: undefined,
    domain: undefined,
    active: undefined,
  };
  return { name, parentName: domain.snapshots.current?.name ?? null, def, config: domain.config };
}

function memoryOf(
  given: DomainSnapshotDef,
  isActive: boolean,
  isDiskOnly: boolean,
): NonNullable<DomainSnapshotDef['memory']> {
  if (isDiskOnly || !isActive) return { snapshot: 'no' };
  return given.memory?.snapshot === 'external' ? given.memory : { snapshot: 'internal' };
}

/** Every disk of the guest with the way it is taken, in the guest's order; `given` are those the XML names. */
function alignDisks(
  given: readonly Disk[],
  config: DomainConfig,
  location: 'internal' | 'external',
  name: string,
): Disk[] {
  for (const disk of given) {
    if (disk.snapshot === 'manual') {
      throw testError('VIR_ERR_OPERATION_UNSUPPORTED', "'manual' snapshot mode is not supported by the test driver");
    }
    if (!config.diskOf(disk.name)) throw testError('VIR_ERR_CONFIG_UNSUPPORTED', `no disk named '${disk.name}'`);
  }
  return config.disks.map(({ target, source, device }) => {
    const named = given.find((disk) => config.diskOf(disk.name)?.target === target);
    const byDefault = source === null || device === 'cdrom' || device === 'floppy' ? 'no' : location;
    const snapshot = named?.snapshot ?? byDefault;
    if (snapshot === 'external' && location === 'internal') {
      throw testError('VIR_ERR_CONFIG_UNSUPPORTED', `disk '${target}' must use snapshot mode 'internal'`);
    }
    if (snapshot !== 'external') return { name: target, snapshot };
    const file = named?.source?.file ?? `${source?.replace(/\.[^./]*$/, '') ?? target}.${name}`;
    const driver = named?.driver ?? { type: 'qcow2' as const };
    return {
      ...named,
      name: target,
      snapshot,
      type: 'file',
      driver,
      source: { hosts: [], seclabels: [], ...named?.source, file },
    };
  });
}

/**
 * A snapshot as it was on another host or before a restart. Throws where the XML does not tell all of it. Its parent is
 * not looked for: `assertParent` does that, when all are there.
 */
export function redefinedSnapshot(domain: DomainObj, input: XmlInput): Snapshot {
  const def = parseInput(snapshotKind, input);
  if (def.name === undefined) throw testError('VIR_ERR_XML_ERROR', 'a redefined snapshot must have a name');
  if (def.creationTime === undefined)
    throw testError('VIR_ERR_INTERNAL_ERROR', 'missing creationTime from existing snapshot');
  if (def.state === undefined) throw testError('VIR_ERR_INTERNAL_ERROR', 'missing state from existing snapshot');
  if (def.memory && def.memory.snapshot !== 'no' && (def.state === 'shutoff' || def.state === 'disk-snapshot')) {
    throw testError('VIR_ERR_XML_ERROR', 'memory state cannot be saved with offline or disk-only snapshot');
  }
  const { name, parent } = def;
  const config = def.domain !== undefined && 'type' in def.domain ? new DomainConfig(def.domain) : null;
  if (config && config.uuid !== domain.uuid) {
    throw testError('VIR_ERR_INVALID_ARG', `definition for snapshot ${name} must use uuid ${domain.uuid}`);
  }
  const before = domain.snapshots.get(name);
  if (before && (before.def.state === 'shutoff') !== (def.state === 'shutoff')) {
    throw testError(
      'VIR_ERR_INVALID_ARG',
      `cannot change between online and offline snapshot state in snapshot ${name}`,
    );
  }
  return {
    name,
    parentName: parent?.name ?? null,
    def: { ...def, domain: undefined, parent: undefined },
    config: config ?? before?.config ?? null,
  };
}

/** Throws INVALID_ARG where a snapshot's parent is itself, missing, or below it. */
export function assertParent(domain: DomainObj, { name, parentName: parent }: Snapshot): void {
  if (parent === null) return;
  if (parent === name) throw testError('VIR_ERR_INVALID_ARG', `cannot set snapshot ${name} as its own parent`);
  if (!domain.snapshots.get(parent))
    throw testError('VIR_ERR_INVALID_ARG', `parent ${parent} for snapshot ${name} not found`);
  if (domain.snapshots.wouldLoop(name, parent))
    throw testError('VIR_ERR_INVALID_ARG', `parent ${parent} would create cycle to ${name}`);
}

/** The snapshot's XML with the guest's definition in it. */
export function formatSnapshot({ def, parentName, config }: Snapshot, isSecure: boolean): string {
  const whole: DomainSnapshotDef = {
    ...def,
    parent: parentName === null ? undefined : { name: parentName },
    domain: config?.def,
    active: undefined,
  };
  return snapshotKind.format(whole, { inactive: true, secure: isSecure, driver: 'test' });
}

/** Whether a part of the snapshot is kept in a file of its own. */
export function isExternal({ def }: Snapshot): boolean {
  return (
    def.memory?.snapshot === 'external' || (def.disks?.disks ?? []).some(({ snapshot }) => snapshot === 'external')
  );
}
