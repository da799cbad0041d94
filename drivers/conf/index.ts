/** libvirt's XML vocabulary: one object per kind with `parse` and `format`. */
import { capabilities as capabilitiesElement } from './capabilities/schema.ts';
import { domainCapabilities as domainCapabilitiesElement } from './domain-capabilities/schema.ts';
import { hostInterface } from './interface/schema.ts';
import {
  domainBackup as domainBackupElement,
  domainBackupPostParse,
  domainBackupValidate,
} from './domain-backup/schema.ts';
import {
  domainCheckpoint as domainCheckpointElement,
  domainCheckpointPostParse,
  domainCheckpointValidate,
} from './domain-checkpoint/schema.ts';
import { domainSnapshotPostParse, domainSnapshotValidate } from './domain-snapshot/post-parse.ts';
import { domainSnapshot as domainSnapshotElement } from './domain-snapshot/schema.ts';
import { cpu as cpuElement } from './cpu/schema.ts';
import { domainPostParse } from './domain/post-parse/index.ts';
import { domain as domainElement } from './domain/schema.ts';
import { validateDomain } from './domain/validate/index.ts';
import { kindOf } from './kind.ts';
import { networkPort as networkPortElement } from './network-port/schema.ts';
import { networkPostParse, networkValidate } from './network/post-parse.ts';
import { network as networkElement } from './network/schema.ts';
import { nodeDevice as nodeDeviceElement } from './node-device/schema.ts';
import { nwfilterBinding as nwfilterBindingElement } from './nwfilter-binding/schema.ts';
import { nwfilterPostParse, nwfilterValidate } from './nwfilter/post-parse.ts';
import { nwfilter as nwfilterElement } from './nwfilter/schema.ts';
import { secret as secretElement } from './secret/schema.ts';
import { fillUuid } from './shared/identity.ts';
import { storagePoolPostParse, storagePoolValidate } from './storage-pool/post-parse.ts';
import { storagePool as storagePoolElement } from './storage-pool/schema.ts';
import { storageVolPostParse, storageVolValidate } from './storage-vol/post-parse.ts';
import { storageVol as storageVolElement } from './storage-vol/schema.ts';

export type { DomainDef } from './domain/schema.ts';
export type { Kind } from './kind.ts';
export type { CpuDef } from './cpu/schema.ts';
export type { DomainBackupDef } from './domain-backup/schema.ts';
export type { DomainCheckpointDef } from './domain-checkpoint/schema.ts';
export type { DomainSnapshotDef } from './domain-snapshot/schema.ts';
export type { CapabilitiesDef } from './capabilities/schema.ts';
export type { DomainCapabilitiesDef } from './domain-capabilities/schema.ts';
export type { InterfaceDef } from './interface/schema.ts';
export type { NetworkPortDef } from './network-port/schema.ts';
export type { NetworkDef } from './network/schema.ts';
export type { NodeDeviceDef } from './node-device/schema.ts';
export type { NWFilterBindingDef } from './nwfilter-binding/schema.ts';
export type { NWFilterDef } from './nwfilter/schema.ts';
export type { SecretDef } from './secret/schema.ts';
export type { FormatOptions, ParseOptions } from './schema/index.ts';
export type { StoragePoolDef } from './storage-pool/schema.ts';
export type { StorageVolDef } from './storage-vol/schema.ts';
export { describeChange, diffXml, documentationOf, removeValue, setValue, type XmlChange } from './edit/index.ts';
export { positionOfError } from './xml/position.ts';

export const domain = kindOf(domainElement, { postParse: domainPostParse, validate: validateDomain });
export const network = kindOf(networkElement, { postParse: networkPostParse, validate: networkValidate });
export const storagePool = kindOf(storagePoolElement, {
  postParse: storagePoolPostParse,
  validate: storagePoolValidate,
});
export const storageVol = kindOf(storageVolElement, { postParse: storageVolPostParse, validate: storageVolValidate });
export const networkPort = kindOf(networkPortElement);
export const nodeDevice = kindOf(nodeDeviceElement);
export const nwfilter = kindOf(nwfilterElement, { postParse: nwfilterPostParse, validate: nwfilterValidate });
export const nwfilterBinding = kindOf(nwfilterBindingElement);
export const secret = kindOf(secretElement, { postParse: fillUuid });
const interfaceKind = kindOf(hostInterface);
export { interfaceKind as interface };
export const domainCapabilities = kindOf(domainCapabilitiesElement);
export const capabilities = kindOf(capabilitiesElement);
export const cpu = kindOf(cpuElement);
export const domainSnapshot = kindOf(domainSnapshotElement, {
  postParse: domainSnapshotPostParse,
  validate: domainSnapshotValidate,
});
export const domainCheckpoint = kindOf(domainCheckpointElement, {
  postParse: domainCheckpointPostParse,
  validate: domainCheckpointValidate,
});
export const domainBackup = kindOf(domainBackupElement, {
  postParse: domainBackupPostParse,
  validate: domainBackupValidate,
});
