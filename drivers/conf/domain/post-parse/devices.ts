/** Defaults of the remaining devices. */
import type { ParseContext } from '../../schema/index.ts';
import { makeMac, makeUuid } from '../../shared/identity.ts';
import type { Hostdev } from '../devices/hostdev.ts';
import type { InterfaceDevice } from '../devices/interface.ts';
import type { DomainRules } from '../rules.ts';
import type { DomainDef } from '../schema.ts';

export function deviceDefaults(def: DomainDef, context: ParseContext, rules: DomainRules): void {
  const { devices } = def;
  if (devices === undefined) return;
  for (const one of devices.interfaces) {
    interfaceDefaults(one, context);
    one.mac ??= { address: makeMac(context, rules.macPrefix ?? [0x52, 0x54, 0x00]) };
  }
  for (const { backend } of devices.rngs) if (backend.model === 'random') backend.path ??= '/dev/random';
  for (const one of devices.filesystems) if (one.source?.socket === undefined) one.accessmode ??= 'passthrough';
  for (const one of devices.smartcards) one.address ??= { type: 'ccid', controller: 0, slot: 0 };
  for (const one of devices.shmems) one.model ??= { type: 'ivshmem' };
  for (const one of devices.inputs) one.bus ??= inputBus(one.type, def);
  for (const one of devices.memories) {
    if (one.model === 'virtio-pmem') one.access ??= 'shared';
    if (one.model === 'nvdimm' && def.os?.type?.arch?.startsWith('ppc64') === true) one.uuid ??= makeUuid(context);
  }
  if (devices.vsock !== undefined) vsockDefaults(devices.vsock);
  for (const one of devices.hostdevs) hostdevDefaults(one, def);
}

/** Options of virtio are nothing to other cards; a port on a virtual switch needs an identity. */
function interfaceDefaults(one: InterfaceDevice, context: ParseContext): void {
  const isVirtio = one.model?.type.startsWith('virtio') === true;
  if (!isVirtio && one.type !== 'hostdev') delete one.driver;
  if (!isVirtio && one.backend !== undefined) delete one.backend.vhost;
  const { virtualport } = one;
  if (virtualport?.type === 'openvswitch' || virtualport?.type === 'midonet') {
    (virtualport.parameters ??= {}).interfaceid ??= makeUuid(context);
  } else if (virtualport?.type === '802.1Qbg') {
    (virtualport.parameters ??= {}).instanceid ??= makeUuid(context);
  }
}

function vsockDefaults(vsock: NonNullable<NonNullable<DomainDef['devices']>['vsock']>): void {
  const cid = (vsock.cid ??= {});
  cid.auto ??= cid.address === undefined;
}

type InputBus = NonNullable<NonNullable<DomainDef['devices']>['inputs'][number]['bus']>;

function inputBus(type: string, def: DomainDef): InputBus {
  const { value, arch } = def.os?.type ?? {};
  if (value === 'hvm') {
    if ((type === 'mouse' || type === 'keyboard') && (arch === undefined || /^(?:i.86|x86_64)$/.test(arch)))
      return 'ps2';
    if (arch?.startsWith('s390') === true || type === 'passthrough') return 'virtio';
    return type === 'evdev' ? 'none' : 'usb';
  }
  if (value === 'xen' || value === 'linux' || value === 'xenpvh') return 'xen';
  return def.type === 'vz' || def.type === 'parallels' ? 'parallels' : 'none';
}

/** SCSI devices of the host get the lowest free unit. */
function hostdevDefaults(one: Hostdev, def: DomainDef): void {
  if (one.type !== 'scsi') return;
  const { source } = one;
  if (source?.protocol === 'iscsi' && source.name !== undefined && !source.name.includes('/')) source.name += '/0';
  if (one.address !== undefined) return;
  const used = new Set(scsiAddresses(def));
  for (let controller = 0; ; controller++) {
    for (let unit = 0; unit < 7; unit++) {
      if (used.has(`${controller}:0:0:${unit}`)) continue;
      one.address = { type: 'drive', controller, bus: 0, target: 0, unit };
      return;
    }
  }
}

function* scsiAddresses(def: DomainDef): Generator<string> {
  const disks = (def.devices?.disks ?? []).filter(({ target }) => target?.bus === 'scsi');
  const hostdevs = (def.devices?.hostdevs ?? []).filter(({ type }) => type === 'scsi');
  for (const { address } of [...disks, ...hostdevs]) {
    if (address?.type === 'drive')
      yield `${address.controller ?? 0}:${address.bus ?? 0}:${address.target ?? 0}:${address.unit ?? 0}`;
  }
}
