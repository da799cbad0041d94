/** Definitions of guests: define, undefine, rename, describe, autostart. */
import type { DomainRef, DriverSlots } from '../driver.ts';
import {
  VIR_DOMAIN_AFFECT_CONFIG,
  VIR_DOMAIN_AFFECT_LIVE,
  VIR_DOMAIN_DEFINE_VALIDATE,
  VIR_DOMAIN_EVENT_DEFINED,
  VIR_DOMAIN_EVENT_DEFINED_ADDED,
  VIR_DOMAIN_EVENT_DEFINED_RENAMED,
  VIR_DOMAIN_EVENT_DEFINED_UPDATED,
  VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
  VIR_DOMAIN_EVENT_UNDEFINED,
  VIR_DOMAIN_EVENT_UNDEFINED_REMOVED,
  VIR_DOMAIN_EVENT_UNDEFINED_RENAMED,
  VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA,
  VIR_DOMAIN_UNDEFINE_KEEP_NVRAM,
  VIR_DOMAIN_UNDEFINE_KEEP_TPM,
  VIR_DOMAIN_UNDEFINE_MANAGED_SAVE,
  VIR_DOMAIN_UNDEFINE_NVRAM,
  VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA,
  VIR_DOMAIN_UNDEFINE_TPM,
  VIR_DOMAIN_XML_INACTIVE,
  VIR_DOMAIN_XML_MIGRATABLE,
  VIR_DOMAIN_XML_SECURE,
  VIR_DOMAIN_XML_UPDATE_CPU,
} from '../enums.gen.ts';
import { DomainConfig } from './domain-config.ts';
import { nextState } from './domain-life-cycle.ts';
import type { DomainObj } from './domain-obj.ts';
import { emitLifeCycle } from './domain-run.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';

const affectFlags = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;
const xmlFlags =
  VIR_DOMAIN_XML_SECURE | VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_UPDATE_CPU | VIR_DOMAIN_XML_MIGRATABLE;
const undefineFlags =
  VIR_DOMAIN_UNDEFINE_MANAGED_SAVE |
  VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA |
  VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA |
  VIR_DOMAIN_UNDEFINE_NVRAM |
  VIR_DOMAIN_UNDEFINE_KEEP_NVRAM |
  VIR_DOMAIN_UNDEFINE_TPM |
  VIR_DOMAIN_UNDEFINE_KEEP_TPM;

/** The slots that make, change and unmake definitions. */
export function domainDefineSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainDefineXml: async ({ xml }) => define(node, xml, 0),
    domainDefineXmlFlags: async ({ xml, flags }) => define(node, xml, flags),
    domainUndefine: async ({ dom }) => undefine(node, domainOf(dom), 0),
    domainUndefineFlags: async ({ dom, flags }) => undefine(node, domainOf(dom), flags),
    domainRename: async ({ dom, newName, flags }) => {
      checkFlags(flags, 0, 'domainRename');
      rename(node, domainOf(dom), newName ?? '');
      return 0;
    },
    domainGetXmlDesc: async ({ dom, flags }) => {
      checkFlags(flags, xmlFlags, 'domainGetXMLDesc');
      return describe(domainOf(dom), flags);
    },
    domainGetAutostart: async ({ dom }) => Number(domainOf(dom).isAutostart),
    domainSetAutostart: async ({ dom, autostart }) => {
      domainOf(dom).isAutostart = autostart !== 0;
    },
    domainGetAutostartOnce: async ({ dom }) => Number(domainOf(dom).isAutostartOnce),
    domainSetAutostartOnce: async ({ dom, autostart }) => {
      domainOf(dom).isAutostartOnce = autostart !== 0;
    },
    domainGetMetadata: async ({ dom, type, uri, flags }) => {
      checkFlags(flags, affectFlags, 'domainGetMetadata');
      return domainOf(dom).oneConfig(flags).metadata(type, uri);
    },
    domainSetMetadata: async ({ dom, type, metadata, key, uri, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetMetadata');
      const domain = domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) => config.withMetadata(type, metadata, key, uri));
      node.events.emit({
        family: 'domain',
        eventId: VIR_DOMAIN_EVENT_ID_METADATA_CHANGE,
        payload: { dom: domain.ref, type, nsuri: uri },
      });
    },
  };
}

function define(node: TestNode, xml: string, flags: number): DomainRef {
  checkFlags(flags, VIR_DOMAIN_DEFINE_VALIDATE, 'domainDefineXMLFlags');
  const config = DomainConfig.parse(xml, {
    validates: (flags & VIR_DOMAIN_DEFINE_VALIDATE) !== 0,
  }).withInterfaceNames();
  const { domain, isNew } = node.claimDefinition(config);
  const detail = isNew ? VIR_DOMAIN_EVENT_DEFINED_ADDED : VIR_DOMAIN_EVENT_DEFINED_UPDATED;
  domain.isPersistent = true;
  emitLifeCycle(node, domain, VIR_DOMAIN_EVENT_DEFINED, detail);
  return domain.ref;
}

function undefine(node: TestNode, domain: DomainObj, flags: number): void {
  checkFlags(flags, undefineFlags, 'domainUndefineFlags');
  if (domain.managedSave !== null && !(flags & VIR_DOMAIN_UNDEFINE_MANAGED_SAVE)) {
    throw testError('VIR_ERR_OPERATION_INVALID', 'Refusing to undefine while domain managed save image exists');
  }
  if (!domain.isActive) {
    refuseLeftovers(domain.snapshots.size, flags & VIR_DOMAIN_UNDEFINE_SNAPSHOTS_METADATA, 'snapshots');
    refuseLeftovers(domain.checkpoints.size, flags & VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA, 'checkpoints');
  }
  emitLifeCycle(node, domain, VIR_DOMAIN_EVENT_UNDEFINED, VIR_DOMAIN_EVENT_UNDEFINED_REMOVED);
  domain.managedSave = null;
  if (!domain.isActive) {
    node.domains.remove(domain);
    return;
  }
  domain.isPersistent = false;
  domain.isAutostart = false;
  domain.nextConfig = null;
}

function refuseLeftovers(count: number, isAllowed: number, what: string): void {
  if (count === 0 || isAllowed !== 0) return;
  throw testError('VIR_ERR_OPERATION_INVALID', `cannot delete inactive domain with ${count} ${what}`);
}

function rename(node: TestNode, domain: DomainObj, name: string): void {
  nextState(domain, 'rename');
  if (!domain.isPersistent) throw testError('VIR_ERR_OPERATION_INVALID', 'cannot rename a transient domain');
  if (name === '') throw testError('VIR_ERR_INVALID_ARG', 'the new name is empty');
  if (name === domain.name) throw testError('VIR_ERR_OPERATION_INVALID', "Can't rename domain to itself");
  if (name.includes('/')) throw testError('VIR_ERR_XML_ERROR', `name ${name} cannot contain '/'`);
  if (node.domains.byName(name)) {
    throw testError('VIR_ERR_OPERATION_INVALID', `domain with name '${name}' already exists`);
  }
  emitLifeCycle(node, domain, VIR_DOMAIN_EVENT_UNDEFINED, VIR_DOMAIN_EVENT_UNDEFINED_RENAMED);
  domain.config = domain.config.withName(name);
  node.domains.rename(domain, name);
  emitLifeCycle(node, domain, VIR_DOMAIN_EVENT_DEFINED, VIR_DOMAIN_EVENT_DEFINED_RENAMED);
}

function describe(domain: DomainObj, flags: number): string {
  const isInactive = (flags & VIR_DOMAIN_XML_INACTIVE) !== 0;
  const config = isInactive ? domain.persistentConfig : domain.config;
  return config.format({
    id: isInactive ? -1 : domain.id,
    isInactive: isInactive || !domain.isActive,
    isSecure: (flags & VIR_DOMAIN_XML_SECURE) !== 0,
    isMigratable: (flags & VIR_DOMAIN_XML_MIGRATABLE) !== 0,
  });
}
