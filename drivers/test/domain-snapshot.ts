/** The snapshot calls: a tree for each guest, and going back to a node of it. */
import type { DomainRef, DomainSnapshotRef, DriverSlots } from '../driver.ts';
import {
  VIR_DOMAIN_EVENT_SUSPENDED,
  VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT,
  VIR_DOMAIN_PAUSED,
  VIR_DOMAIN_PAUSED_FROM_SNAPSHOT,
  VIR_DOMAIN_RUNNING_FROM_SNAPSHOT,
  VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT,
  VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC,
  VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT,
  VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY,
  VIR_DOMAIN_SNAPSHOT_CREATE_HALT,
  VIR_DOMAIN_SNAPSHOT_CREATE_LIVE,
  VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE,
  VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE,
  VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE,
  VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN,
  VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY,
  VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY,
  VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE,
  VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS,
  VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY,
  VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL,
  VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE,
  VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL,
  VIR_DOMAIN_SNAPSHOT_LIST_LEAVES,
  VIR_DOMAIN_SNAPSHOT_LIST_METADATA,
  VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES,
  VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA,
  VIR_DOMAIN_SNAPSHOT_LIST_ROOTS,
  VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL,
  VIR_DOMAIN_SNAPSHOT_REVERT_FORCE,
  VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED,
  VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM,
  VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING,
  VIR_DOMAIN_SNAPSHOT_XML_SECURE,
} from '../enums.gen.ts';
import type { DomainObj, Snapshot } from './domain-obj.ts';
import { emitLifeCycle, startAndTell, stopAndTell } from './domain-run.ts';
import { checkFlags, testError } from './errors.ts';
import { either, flagsOf, passes, type FilterGroup } from './filters.ts';
import type { TestNode } from './node.ts';
import { assertParent, formatSnapshot, isExternal, newSnapshot, redefinedSnapshot } from './snapshot-def.ts';

const createFlags =
  VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE |
  VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT |
  VIR_DOMAIN_SNAPSHOT_CREATE_HALT |
  VIR_DOMAIN_SNAPSHOT_CREATE_DISK_ONLY |
  VIR_DOMAIN_SNAPSHOT_CREATE_QUIESCE |
  VIR_DOMAIN_SNAPSHOT_CREATE_ATOMIC |
  VIR_DOMAIN_SNAPSHOT_CREATE_LIVE |
  VIR_DOMAIN_SNAPSHOT_CREATE_VALIDATE;
const deleteFlags =
  VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN |
  VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY |
  VIR_DOMAIN_SNAPSHOT_DELETE_METADATA_ONLY;
const startFlags = VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING | VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED;
const revertFlags = startFlags | VIR_DOMAIN_SNAPSHOT_REVERT_FORCE | VIR_DOMAIN_SNAPSHOT_REVERT_RESET_NVRAM;

const filtersOf = (domain: DomainObj): FilterGroup<Snapshot>[] => [
  either(VIR_DOMAIN_SNAPSHOT_LIST_METADATA, VIR_DOMAIN_SNAPSHOT_LIST_NO_METADATA, () => true),
  either(VIR_DOMAIN_SNAPSHOT_LIST_LEAVES, VIR_DOMAIN_SNAPSHOT_LIST_NO_LEAVES, (snap) => domain.snapshots.isLeaf(snap)),
  [
    [VIR_DOMAIN_SNAPSHOT_LIST_INACTIVE, ({ def }) => def.state === 'shutoff'],
    [VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE, ({ def }) => def.state !== 'shutoff' && def.state !== 'disk-snapshot'],
    [VIR_DOMAIN_SNAPSHOT_LIST_DISK_ONLY, ({ def }) => def.state === 'disk-snapshot'],
  ],
  either(VIR_DOMAIN_SNAPSHOT_LIST_INTERNAL, VIR_DOMAIN_SNAPSHOT_LIST_EXTERNAL, (snap) => !isExternal(snap)),
];

/** Snapshots. */
export function domainSnapshotSlots(node: TestNode): DriverSlots {
  return { ...listSlots(node), ...readSlots(node), ...changeSlots(node) };
}

function snapshotOf(node: TestNode, { name, dom }: DomainSnapshotRef): { domain: DomainObj; snap: Snapshot } {
  const domain = node.domainOf(dom);
  const snap = domain.snapshots.get(name);
  if (snap) return { domain, snap };
  throw testError('VIR_ERR_NO_DOMAIN_SNAPSHOT', `no domain snapshot with matching name '${name}'`);
}

const refOf = (domain: DomainObj, { name }: Snapshot): DomainSnapshotRef => ({ name, dom: domain.ref });

/** All of a guest's snapshots that the flags ask for, or those below one. */
function list(domain: DomainObj, flags: number, from: Snapshot | undefined, slot: string): Snapshot[] {
  const filters = filtersOf(domain);
  // One bit has two names: below a snapshot it asks for more, in the whole tree for less.
  checkFlags(flags, flagsOf(filters) | VIR_DOMAIN_SNAPSHOT_LIST_ROOTS | VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL, slot);
  const isDeep = from
    ? (flags & VIR_DOMAIN_SNAPSHOT_LIST_DESCENDANTS) !== 0
    : (flags & VIR_DOMAIN_SNAPSHOT_LIST_ROOTS) === 0;
  const isTopological = (flags & VIR_DOMAIN_SNAPSHOT_LIST_TOPOLOGICAL) !== 0;
  return domain.snapshots.list({ from, isDeep, isTopological }).filter((snap) => passes(snap, flags, filters));
}

function listSlots(node: TestNode): DriverSlots {
  const ofDomain = (dom: DomainRef, flags: number, slot: string): DomainSnapshotRef[] => {
    const domain = node.domainOf(dom);
    return list(domain, flags, undefined, slot).map((snap) => refOf(domain, snap));
  };
  const below = (ref: DomainSnapshotRef, flags: number, slot: string): DomainSnapshotRef[] => {
    const { domain, snap } = snapshotOf(node, ref);
    return list(domain, flags, snap, slot).map((child) => refOf(domain, child));
  };
  return {
    domainListAllSnapshots: async ({ dom, flags }) => ofDomain(dom, flags, 'domainListAllSnapshots'),
    domainSnapshotNum: async ({ dom, flags }) => ofDomain(dom, flags, 'domainSnapshotNum').length,
    domainSnapshotListNames: async ({ dom, maxnames, flags }) =>
      ofDomain(dom, flags, 'domainSnapshotListNames')
        .slice(0, maxnames)
        .map(({ name }) => name),
    domainSnapshotListAllChildren: async ({ snapshot, flags }) =>
      below(snapshot, flags, 'domainSnapshotListAllChildren'),
    domainSnapshotNumChildren: async ({ snap, flags }) => below(snap, flags, 'domainSnapshotNumChildren').length,
    domainSnapshotListChildrenNames: async ({ snap, maxnames, flags }) =>
      below(snap, flags, 'domainSnapshotListChildrenNames')
        .slice(0, maxnames)
        .map(({ name }) => name),
    domainSnapshotLookupByName: async ({ dom, name, flags }) => {
      checkFlags(flags, 0, 'domainSnapshotLookupByName');
      const { domain, snap } = snapshotOf(node, { name, dom });
      return refOf(domain, snap);
    },
  };
}

function readSlots(node: TestNode): DriverSlots {
  return {
    domainHasCurrentSnapshot: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainHasCurrentSnapshot');
      return Number(node.domainOf(dom).snapshots.current !== null);
    },
    domainSnapshotCurrent: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainSnapshotCurrent');
      const domain = node.domainOf(dom);
      const { current } = domain.snapshots;
      if (current) return refOf(domain, current);
      throw testError('VIR_ERR_NO_DOMAIN_SNAPSHOT', 'the domain does not have a current snapshot');
    },
    domainSnapshotGetParent: async ({ snap: ref, flags }) => {
      checkFlags(flags, 0, 'domainSnapshotGetParent');
      const { domain, snap } = snapshotOf(node, ref);
      const parent = domain.snapshots.parentOf(snap);
      if (parent) return refOf(domain, parent);
      throw testError('VIR_ERR_NO_DOMAIN_SNAPSHOT', `snapshot '${snap.name}' does not have a parent`);
    },
    domainSnapshotIsCurrent: async ({ snap: ref, flags }) => {
      checkFlags(flags, 0, 'domainSnapshotIsCurrent');
      const { domain, snap } = snapshotOf(node, ref);
      return Number(domain.snapshots.current === snap);
    },
    domainSnapshotHasMetadata: async ({ snap, flags }) => {
      checkFlags(flags, 0, 'domainSnapshotHasMetadata');
      snapshotOf(node, snap);
      return 1;
    },
    domainSnapshotGetXmlDesc: async ({ snap, flags }) => {
      checkFlags(flags, VIR_DOMAIN_SNAPSHOT_XML_SECURE, 'domainSnapshotGetXMLDesc');
      return formatSnapshot(snapshotOf(node, snap).snap, (flags & VIR_DOMAIN_SNAPSHOT_XML_SECURE) !== 0);
    },
  };
}

function changeSlots(node: TestNode): DriverSlots {
  return {
    domainSnapshotCreateXml: async ({ dom, xmlDesc, flags }) => {
      checkFlags(flags, createFlags, 'domainSnapshotCreateXML');
      const domain = node.domainOf(dom);
      return refOf(domain, create(node, domain, xmlDesc, flags));
    },
    domainSnapshotDelete: async ({ snap: ref, flags }) => {
      checkFlags(flags, deleteFlags, 'domainSnapshotDelete');
      const { domain, snap } = snapshotOf(node, ref);
      if (flags & (VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN | VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY)) {
        domain.snapshots.removeDescendants(snap);
      }
      if (!(flags & VIR_DOMAIN_SNAPSHOT_DELETE_CHILDREN_ONLY)) domain.snapshots.remove(snap);
    },
    domainRevertToSnapshot: async ({ snap: ref, flags }) => {
      checkFlags(flags, revertFlags, 'domainRevertToSnapshot');
      const { domain, snap } = snapshotOf(node, ref);
      revert(node, domain, snap, flags);
    },
  };
}

function create(node: TestNode, domain: DomainObj, xml: string, flags: number): Snapshot {
  if (domain.checkpoints.size > 0) {
    throw testError('VIR_ERR_OPERATION_UNSUPPORTED', 'cannot create snapshot while checkpoint exists');
  }
  const halts = (flags & VIR_DOMAIN_SNAPSHOT_CREATE_HALT) !== 0;
  if (halts && !domain.isPersistent) {
    throw testError('VIR_ERR_OPERATION_INVALID', 'cannot halt after transient domain snapshot');
  }
  if (flags & VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE) {
    const snap = redefinedSnapshot(domain, xml);
    assertParent(domain, snap);
    domain.snapshots.put(snap);
    if (flags & VIR_DOMAIN_SNAPSHOT_CREATE_CURRENT) domain.snapshots.current = snap;
    return snap;
  }
  const snap = newSnapshot(domain, xml, flags, Math.floor(node.clock.nowMs() / 1000));
  if (domain.snapshots.get(snap.name))
    throw testError('VIR_ERR_OPERATION_FAILED', `domain moment ${snap.name} already exists`);
  domain.snapshots.put(snap);
  domain.snapshots.current = snap;
  if (halts && domain.isActive) stopAndTell(node, domain, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT);
  return snap;
}

/**
 * Goes back to a snapshot. The guest stops if it runs, gets the snapshot's definition, and starts again where the
 * snapshot was taken of a running guest or the flags say so.
 */
function revert(node: TestNode, domain: DomainObj, snap: Snapshot, flags: number): void {
  const wasActive = snap.def.state === 'running' || snap.def.state === 'paused';
  const starts = wasActive || (flags & startFlags) !== 0;
  if (!domain.isPersistent && !starts) {
    throw testError(
      'VIR_ERR_OPERATION_INVALID',
      'transient domain needs to request run or pause to revert to inactive snapshot',
    );
  }
  if (!snap.config && !(flags & VIR_DOMAIN_SNAPSHOT_REVERT_FORCE)) {
    throw testError(
      'VIR_ERR_SNAPSHOT_REVERT_RISKY',
      `snapshot '${snap.name}' lacks domain '${domain.name}' rollback info`,
    );
  }
  if (domain.isActive) stopAndTell(node, domain, VIR_DOMAIN_SHUTOFF_FROM_SNAPSHOT, { staysListed: true });
  domain.config = snap.config ?? domain.config;
  if (starts) {
    startAndTell(node, domain, VIR_DOMAIN_RUNNING_FROM_SNAPSHOT);
    const isPaused = (flags & VIR_DOMAIN_SNAPSHOT_REVERT_PAUSED) !== 0 || snap.def.state === 'paused';
    if (isPaused && !(flags & VIR_DOMAIN_SNAPSHOT_REVERT_RUNNING)) {
      domain.setState({ state: VIR_DOMAIN_PAUSED, reason: VIR_DOMAIN_PAUSED_FROM_SNAPSHOT });
      emitLifeCycle(node, domain, VIR_DOMAIN_EVENT_SUSPENDED, VIR_DOMAIN_EVENT_SUSPENDED_FROM_SNAPSHOT);
    }
  }
  domain.snapshots.current = snap;
}
