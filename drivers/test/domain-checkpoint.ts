/** The checkpoint calls, and the backups that go with them. */
import {
  domainBackup as backupKind,
  domainCheckpoint as checkpointKind,
  type DomainCheckpointDef,
} from '../conf/index.ts';
import type { DomainCheckpointRef, DomainRef, DriverSlots } from '../driver.ts';
import {
  VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL,
  VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE,
  VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE,
  VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE,
  VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN,
  VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY,
  VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY,
  VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS,
  VIR_DOMAIN_CHECKPOINT_LIST_LEAVES,
  VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES,
  VIR_DOMAIN_CHECKPOINT_LIST_ROOTS,
  VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL,
  VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN,
  VIR_DOMAIN_CHECKPOINT_XML_SECURE,
  VIR_DOMAIN_CHECKPOINT_XML_SIZE,
  VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
} from '../enums.gen.ts';
import { DomainConfig } from './domain-config.ts';
import type { Checkpoint, DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import { either, flagsOf, passes, type FilterGroup } from './filters.ts';
import type { TestNode } from './node.ts';
import { parseInput } from './xml-input.ts';

const createFlags =
  VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE |
  VIR_DOMAIN_CHECKPOINT_CREATE_QUIESCE |
  VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE_VALIDATE;
const deleteFlags =
  VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN |
  VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY |
  VIR_DOMAIN_CHECKPOINT_DELETE_METADATA_ONLY;
const xmlFlags =
  VIR_DOMAIN_CHECKPOINT_XML_SECURE | VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN | VIR_DOMAIN_CHECKPOINT_XML_SIZE;
/** What libvirt's test driver says every bitmap has grown to. */
const changedBytes = 1024n;

const filtersOf = (domain: DomainObj): FilterGroup<Checkpoint>[] => [
  either(VIR_DOMAIN_CHECKPOINT_LIST_LEAVES, VIR_DOMAIN_CHECKPOINT_LIST_NO_LEAVES, (one) =>
    domain.checkpoints.isLeaf(one),
  ),
];

/** Checkpoints and backups. */
export function domainCheckpointSlots(node: TestNode): DriverSlots {
  return { ...listSlots(node), ...changeSlots(node), ...backupSlots(node) };
}

function checkpointOf(node: TestNode, { name, dom }: DomainCheckpointRef): { domain: DomainObj; one: Checkpoint } {
  const domain = node.domainOf(dom);
  const one = domain.checkpoints.get(name);
  if (one) return { domain, one };
  throw testError('VIR_ERR_NO_DOMAIN_CHECKPOINT', `no domain checkpoint with matching name '${name}'`);
}

const refOf = (domain: DomainObj, { name }: Checkpoint): DomainCheckpointRef => ({ name, dom: domain.ref });

function list(domain: DomainObj, flags: number, from: Checkpoint | undefined, slot: string): DomainCheckpointRef[] {
  const filters = filtersOf(domain);
  checkFlags(flags, flagsOf(filters) | VIR_DOMAIN_CHECKPOINT_LIST_ROOTS | VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL, slot);
  const isDeep = from
    ? (flags & VIR_DOMAIN_CHECKPOINT_LIST_DESCENDANTS) !== 0
    : (flags & VIR_DOMAIN_CHECKPOINT_LIST_ROOTS) === 0;
  const isTopological = (flags & VIR_DOMAIN_CHECKPOINT_LIST_TOPOLOGICAL) !== 0;
  const found = domain.checkpoints.list({ from, isDeep, isTopological });
  return found.filter((one) => passes(one, flags, filters)).map((one) => refOf(domain, one));
}

function listSlots(node: TestNode): DriverSlots {
  return {
    domainListAllCheckpoints: async ({ dom, flags }) =>
      list(node.domainOf(dom), flags, undefined, 'domainListAllCheckpoints'),
    domainCheckpointListAllChildren: async ({ checkpoint, flags }) => {
      const { domain, one } = checkpointOf(node, checkpoint);
      return list(domain, flags, one, 'domainCheckpointListAllChildren');
    },
    domainCheckpointLookupByName: async ({ dom, name, flags }) => {
      checkFlags(flags, 0, 'domainCheckpointLookupByName');
      const { domain, one } = checkpointOf(node, { name, dom });
      return refOf(domain, one);
    },
    domainCheckpointGetParent: async ({ checkpoint, flags }) => {
      checkFlags(flags, 0, 'domainCheckpointGetParent');
      const { domain, one } = checkpointOf(node, checkpoint);
      const parent = domain.checkpoints.parentOf(one);
      if (parent) return refOf(domain, parent);
      throw testError('VIR_ERR_NO_DOMAIN_CHECKPOINT', `checkpoint '${one.name}' does not have a parent`);
    },
    domainCheckpointGetXmlDesc: async ({ checkpoint, flags }) => {
      checkFlags(flags, xmlFlags, 'domainCheckpointGetXMLDesc');
      const { domain, one } = checkpointOf(node, checkpoint);
      const hasSize = (flags & VIR_DOMAIN_CHECKPOINT_XML_SIZE) !== 0;
      if (hasSize) domain.assertActive();
      return format(
        one,
        hasSize,
        (flags & VIR_DOMAIN_CHECKPOINT_XML_NO_DOMAIN) === 0,
        (flags & VIR_DOMAIN_CHECKPOINT_XML_SECURE) !== 0,
      );
    },
  };
}

function format(
  { def, parentName, config }: Checkpoint,
  hasSize: boolean,
  hasDomain: boolean,
  secure: boolean,
): string {
  const disks = (def.disks?.disks ?? []).map((disk) =>
    hasSize && disk.checkpoint === 'bitmap' ? { ...disk, size: changedBytes } : disk,
  );
  const whole: DomainCheckpointDef = {
    ...def,
    parent: parentName === null ? undefined : { name: parentName },
    disks: { disks },
    domain: hasDomain ? config.def : undefined,
    active: undefined,
  };
  // The size is a live value; the guest's definition inside stays the configured one, which holds no live values.
  return checkpointKind.format(whole, { inactive: !hasSize, secure, driver: 'test' });
}

function changeSlots(node: TestNode): DriverSlots {
  return {
    domainCheckpointCreateXml: async ({ dom, xmlDesc, flags }) => {
      checkFlags(flags, createFlags, 'domainCheckpointCreateXML');
      const domain = node.domainOf(dom);
      return refOf(domain, create(node, domain, xmlDesc, flags));
    },
    domainCheckpointDelete: async ({ checkpoint, flags }) => {
      checkFlags(flags, deleteFlags, 'domainCheckpointDelete');
      const { domain, one } = checkpointOf(node, checkpoint);
      if (flags & (VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN | VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY)) {
        domain.checkpoints.removeDescendants(one);
      }
      if (!(flags & VIR_DOMAIN_CHECKPOINT_DELETE_CHILDREN_ONLY)) domain.checkpoints.remove(one);
    },
  };
}

function create(node: TestNode, domain: DomainObj, xml: string, flags: number): Checkpoint {
  if (domain.snapshots.size > 0) {
    throw testError('VIR_ERR_OPERATION_UNSUPPORTED', 'cannot create checkpoint while snapshot exists');
  }
  if (!domain.isActive) {
    throw testError('VIR_ERR_OPERATION_UNSUPPORTED', 'cannot create checkpoint for inactive domain');
  }
  const given = parseInput(checkpointKind, xml);
  const redefines = (flags & VIR_DOMAIN_CHECKPOINT_CREATE_REDEFINE) !== 0;
  const one = redefines ? redefined(domain, given) : begun(node, domain, given);
  const isFirst = domain.checkpoints.current === null;
  domain.checkpoints.put(one);
  if (!redefines || isFirst) domain.checkpoints.current = one;
  return one;
}

function begun(node: TestNode, domain: DomainObj, given: DomainCheckpointDef): Checkpoint {
  const nowSeconds = Math.floor(node.clock.nowMs() / 1000);
  const name = given.name ?? String(nowSeconds);
  if (domain.checkpoints.get(name)) throw testError('VIR_ERR_OPERATION_FAILED', `domain moment ${name} already exists`);
  const def = {
    ...given,
    name,
    creationTime: BigInt(nowSeconds),
    disks: { disks: alignDisks(given, domain.config, name) },
    parent: undefined,
  };
  return { name, parentName: domain.checkpoints.current?.name ?? null, def, config: domain.config };
}

/** Every disk of the guest: those named as they say, the others recorded only where none is named. */
function alignDisks(
  given: DomainCheckpointDef,
  config: DomainConfig,
  name: string,
): NonNullable<DomainCheckpointDef['disks']>['disks'] {
  const named = given.disks?.disks ?? [];
  for (const disk of named) {
    if (!config.diskOf(disk.name)) throw testError('VIR_ERR_CONFIG_UNSUPPORTED', `no disk named '${disk.name}'`);
  }
  return config.disks.map(({ target, source }) => {
    const disk = named.find((disk) => config.diskOf(disk.name)?.target === target);
    const checkpoint = disk?.checkpoint ?? (named.length === 0 && source !== null ? 'bitmap' : 'no');
    return checkpoint === 'no'
      ? { name: target, checkpoint }
      : { ...disk, name: target, checkpoint, bitmap: disk?.bitmap ?? name };
  });
}

function redefined(domain: DomainObj, def: DomainCheckpointDef): Checkpoint {
  const { name, parent } = def;
  if (name === undefined) throw testError('VIR_ERR_XML_ERROR', 'a redefined checkpoint must have a name');
  if (def.creationTime === undefined)
    throw testError('VIR_ERR_XML_ERROR', 'missing creationTime from existing checkpoint');
  if (def.domain === undefined || !('type' in def.domain))
    throw testError('VIR_ERR_XML_ERROR', 'missing domain in checkpoint redefinition');
  const config = new DomainConfig(def.domain);
  if (config.uuid !== domain.uuid) {
    throw testError('VIR_ERR_INVALID_ARG', `definition for checkpoint ${name} must use uuid ${domain.uuid}`);
  }
  if (parent && !domain.checkpoints.get(parent.name)) {
    throw testError('VIR_ERR_INVALID_ARG', `parent ${parent.name} for checkpoint ${name} not found`);
  }
  if (domain.checkpoints.wouldLoop(name, parent?.name ?? null)) {
    throw testError('VIR_ERR_INVALID_ARG', `parent ${parent?.name} would create cycle to ${name}`);
  }
  return { name, parentName: parent?.name ?? null, def: { ...def, domain: undefined, parent: undefined }, config };
}

/** A push backup is done at once; a pull backup stays until its job is aborted. */
function backupSlots(node: TestNode): DriverSlots {
  const running = (dom: DomainRef): DomainObj => {
    const domain = node.domainOf(dom);
    domain.assertActive();
    return domain;
  };
  return {
    domainBackupBegin: async ({ dom, backupXml, checkpointXml, flags }) => {
      checkFlags(flags, VIR_DOMAIN_BACKUP_BEGIN_REUSE_EXTERNAL, 'domainBackupBegin');
      const domain = running(dom);
      if (domain.backup) throw testError('VIR_ERR_OPERATION_INVALID', 'another backup job is already running');
      const def = parseInput(backupKind, backupXml);
      for (const { name } of def.disks?.disks ?? []) {
        if (!domain.config.diskOf(name)) throw testError('VIR_ERR_INVALID_ARG', `no disk named '${name}'`);
      }
      const base = def.incremental;
      if (base !== undefined && !domain.checkpoints.get(base)) {
        throw testError('VIR_ERR_NO_DOMAIN_CHECKPOINT', `no domain checkpoint with matching name '${base}'`);
      }
      if (checkpointXml !== null) create(node, domain, checkpointXml, 0);
      if (def.mode === 'pull') domain.backup = { ...def, id: 1 };
      else emitCompleted(node, domain);
    },
    domainBackupGetXmlDesc: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainBackupGetXMLDesc');
      const { backup } = node.domainOf(dom);
      if (backup) return backupKind.format(backup);
      throw testError('VIR_ERR_NO_DOMAIN_BACKUP', 'no domain backup job present');
    },
  };
}

function emitCompleted(node: TestNode, domain: DomainObj): void {
  node.events.emit({
    family: 'domain',
    eventId: VIR_DOMAIN_EVENT_ID_JOB_COMPLETED,
    payload: { dom: domain.ref, params: [] },
  });
}
