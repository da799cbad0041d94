/** Saving guests to files and to the managed place, restoring them, and core dumps. */
import type { DriverSlots, TypedParam } from '../driver.ts';
import {
  VIR_DOMAIN_CORE_DUMP_FORMAT_RAW,
  VIR_DOMAIN_PAUSED,
  VIR_DOMAIN_PAUSED_SAVE,
  VIR_DOMAIN_RUNNING_RESTORED,
  VIR_DOMAIN_SAVE_BYPASS_CACHE,
  VIR_DOMAIN_SAVE_IMAGE_XML_SECURE,
  VIR_DOMAIN_SAVE_PAUSED,
  VIR_DOMAIN_SAVE_RUNNING,
  VIR_DOMAIN_SHUTOFF_CRASHED,
  VIR_DUMP_BYPASS_CACHE,
  VIR_DUMP_CRASH,
  VIR_DUMP_LIVE,
  VIR_DUMP_MEMORY_ONLY,
  VIR_DUMP_RESET,
} from '../enums.gen.ts';
import { VIR_DOMAIN_SAVE_PARAM_DXML, VIR_DOMAIN_SAVE_PARAM_FILE } from '../typed-params.gen.ts';
import { DomainConfig } from './domain-config.ts';
import { nextState } from './domain-life-cycle.ts';
import type { DomainObj } from './domain-obj.ts';
import { startAndTell, stopAndTell } from './domain-run.ts';
import { checkExclusive, checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';
import { readSaveImage, writeCoreDump, writeSaveImage } from './save-image.ts';

const saveFlags = VIR_DOMAIN_SAVE_BYPASS_CACHE | VIR_DOMAIN_SAVE_RUNNING | VIR_DOMAIN_SAVE_PAUSED;
const dumpFlags = VIR_DUMP_CRASH | VIR_DUMP_LIVE | VIR_DUMP_BYPASS_CACHE | VIR_DUMP_RESET | VIR_DUMP_MEMORY_ONLY;

function checkSaveFlags(flags: number, slot: string): void {
  checkFlags(flags, saveFlags, slot);
  checkExclusive(flags, ['running', VIR_DOMAIN_SAVE_RUNNING], ['paused', VIR_DOMAIN_SAVE_PAUSED], slot);
}

/** Save, restore, managed save and core dump. */
export function domainSaveSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainSave: async ({ dom, to }) => save(node, domainOf(dom), to, null, 0),
    domainSaveFlags: async ({ dom, to, dxml, flags }) => save(node, domainOf(dom), to, dxml, flags),
    domainSaveParams: async ({ dom, params, flags }) =>
      save(node, domainOf(dom), fileOf(params), textParam(params, VIR_DOMAIN_SAVE_PARAM_DXML), flags),
    domainRestore: async ({ from }) => restore(node, from, null, 0),
    domainRestoreFlags: async ({ from, dxml, flags }) => restore(node, from, dxml, flags),
    domainRestoreParams: async ({ params, flags }) =>
      restore(node, fileOf(params), textParam(params, VIR_DOMAIN_SAVE_PARAM_DXML), flags),
    domainSaveImageGetXmlDesc: async ({ file, flags }) => {
      checkFlags(flags, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE, 'domainSaveImageGetXMLDesc');
      return savedXml(await readSaveImage(file), true);
    },
    domainSaveImageDefineXml: async ({ file, dxml, flags }) => {
      checkSaveFlags(flags, 'domainSaveImageDefineXML');
      await readSaveImage(file);
      await writeSaveImage(file, DomainConfig.parse(dxml, { validates: false }));
    },
    domainCoreDump: async ({ dom, to, flags }) =>
      coreDump(node, domainOf(dom), to, VIR_DOMAIN_CORE_DUMP_FORMAT_RAW, flags),
    domainCoreDumpWithFormat: async ({ dom, to, dumpformat, flags }) =>
      coreDump(node, domainOf(dom), to, dumpformat, flags),
    ...managedSaveSlots(node),
  };
}

function managedSaveSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainManagedSave: async ({ dom, flags }) => {
      checkSaveFlags(flags, 'domainManagedSave');
      managedSave(node, domainOf(dom));
    },
    domainHasManagedSaveImage: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainHasManagedSaveImage');
      return Number(domainOf(dom).managedSave !== null);
    },
    domainManagedSaveRemove: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainManagedSaveRemove');
      domainOf(dom).managedSave = null;
    },
    domainManagedSaveGetXmlDesc: async ({ dom, flags }) => {
      checkFlags(flags, VIR_DOMAIN_SAVE_IMAGE_XML_SECURE, 'domainManagedSaveGetXMLDesc');
      return savedXml(managedImageOf(domainOf(dom)), (flags & VIR_DOMAIN_SAVE_IMAGE_XML_SECURE) !== 0);
    },
    domainManagedSaveDefineXml: async ({ dom, dxml, flags }) => {
      checkSaveFlags(flags, 'domainManagedSaveDefineXML');
      const domain = domainOf(dom);
      managedImageOf(domain);
      if (dxml !== null) domain.managedSave = sameGuest(DomainConfig.parse(dxml, { validates: false }), domain);
    },
  };
}

async function save(
  node: TestNode,
  domain: DomainObj,
  path: string,
  dxml: string | null,
  flags: number,
): Promise<void> {
  checkSaveFlags(flags, 'domainSaveFlags');
  nextState(domain, 'save');
  const config = dxml === null ? domain.config : sameGuest(DomainConfig.parse(dxml, { validates: false }), domain);
  await writeSaveImage(path, config);
  // Writing took time: another call may have stopped the guest meanwhile.
  stopAndTell(node, domain, nextState(domain, 'save')!.reason);
}

async function restore(node: TestNode, path: string, dxml: string | null, flags: number): Promise<void> {
  checkSaveFlags(flags, 'domainRestoreFlags');
  const saved = await readSaveImage(path);
  const config = dxml === null ? saved : DomainConfig.parse(dxml, { validates: false });
  if (config.uuid !== saved.uuid) {
    throw testError(
      'VIR_ERR_CONFIG_UNSUPPORTED',
      `the new definition is for another guest (${config.uuid}) than the image's (${saved.uuid})`,
    );
  }
  const domain = node.claimLive(config.withInterfaceNames());
  startAndTell(node, domain, VIR_DOMAIN_RUNNING_RESTORED);
  if (flags & VIR_DOMAIN_SAVE_PAUSED) domain.setState({ state: VIR_DOMAIN_PAUSED, reason: VIR_DOMAIN_PAUSED_SAVE });
}

function managedSave(node: TestNode, domain: DomainObj): void {
  const next = nextState(domain, 'managedSave')!;
  if (!domain.isPersistent) throw testError('VIR_ERR_OPERATION_INVALID', 'cannot do managed save for transient domain');
  const image = domain.config;
  stopAndTell(node, domain, next.reason);
  domain.managedSave = image;
}

function managedImageOf(domain: DomainObj): DomainConfig {
  if (domain.managedSave !== null) return domain.managedSave;
  throw testError('VIR_ERR_OPERATION_INVALID', `domain '${domain.name}' does not have managed save image`);
}

async function coreDump(node: TestNode, domain: DomainObj, path: string, format: number, flags: number): Promise<void> {
  checkFlags(flags, dumpFlags, 'domainCoreDumpWithFormat');
  checkExclusive(flags, ['crash', VIR_DUMP_CRASH], ['live', VIR_DUMP_LIVE], 'domainCoreDumpWithFormat');
  nextState(domain, 'coreDump');
  if (format !== VIR_DOMAIN_CORE_DUMP_FORMAT_RAW) {
    throw testError('VIR_ERR_OPERATION_UNSUPPORTED', 'kdump-compressed format is not supported here');
  }
  await writeCoreDump(path, domain.name);
  if (flags & VIR_DUMP_CRASH && domain.isActive) stopAndTell(node, domain, VIR_DOMAIN_SHUTOFF_CRASHED);
}

function savedXml(config: DomainConfig, isSecure: boolean): string {
  return config.format({ id: -1, isInactive: false, isSecure, isMigratable: false });
}

function sameGuest(config: DomainConfig, domain: DomainObj): DomainConfig {
  if (config.uuid === domain.uuid && config.name === domain.name) return config;
  throw testError(
    'VIR_ERR_CONFIG_UNSUPPORTED',
    `the given definition is for domain '${config.name}' (${config.uuid}), not for '${domain.name}' (${domain.uuid})`,
  );
}

function textParam(params: TypedParam[], field: string): string | null {
  const param = params.find((param) => param.field === field);
  if (param === undefined) return null;
  if (param.type === 'string') return param.value;
  throw testError('VIR_ERR_INVALID_ARG', `the parameter '${field}' must be a text, not of type ${param.type}`);
}

function fileOf(params: TypedParam[]): string {
  const file = textParam(params, VIR_DOMAIN_SAVE_PARAM_FILE);
  if (file !== null) return file;
  throw testError('VIR_ERR_OPERATION_UNSUPPORTED', "the parameter 'file' is missing: name the file to save to");
}
