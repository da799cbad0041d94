/** `<domain>`: a guest. */
import {
  attr,
  child,
  element,
  type ElementDecl,
  type Infer,
  int,
  leaf,
  many,
  oneOf,
  raw,
  scaledLeaf,
  sint,
  string,
  text,
  uuid,
} from '../schema/index.ts';
import { cpu } from '../cpu/schema.ts';
import { clock, eventsPart, idmap, perf, pm } from './clock.ts';
import { throttlegroups } from './devices/disk.ts';
import { devices } from './devices/index.ts';
import { features } from './features.ts';
import { maxMemory, memory, memoryBacking, memtune, numatune } from './memory.ts';
import { namespaceAttributesPart, namespaceElementsPart } from './namespaces.ts';
import { os } from './os.ts';
import { seclabel } from './seclabel.ts';
import { iommufd, keywrap, launchSecurity, resource } from './security.ts';
import { sysinfo } from './sysinfo.ts';
import { blkiotune, cputune, defaultiothread, iothreadids, vcpu, vcpus } from './vcpu.ts';

export const domainTypes = [
  'qemu',
  'kqemu',
  'kvm',
  'xen',
  'lxc',
  'uml',
  'openvz',
  'test',
  'vmware',
  'hyperv',
  'vbox',
  'phyp',
  'parallels',
  'vz',
  'bhyve',
  'hvf',
] as const;

/** The fields of a guest, for `<domain>` and for `<inactiveDomain>` of a snapshot. */
export const domainFields = {
  type: attr(oneOf(...domainTypes), 'Hypervisor', { required: true }),
  id: attr(sint(), 'Number while it runs', { live: true, show: (value) => value !== -1 }),
  ...namespaceAttributesPart,
  name: leaf(string(), 'Name, unique on its host', { required: true, missing: 'VIR_ERR_NO_NAME' }),
  uuid: leaf(uuid(), 'UUID, unique'),
  hwuuid: leaf(uuid(), 'UUID the guest sees'),
  genid: child(
    element(
      'genid',
      'Generation, changed when the guest goes back in time',
      { value: text(uuid(), 'UUID; made up if absent') },
      { keepEmpty: true },
    ),
  ),
  title: leaf(string(), 'Short description'),
  description: leaf(string(), 'Description'),
  metadata: raw('Data of applications, kept as it is'),
  maxMemory: child(maxMemory),
  memory: child(memory),
  currentMemoryKiB: scaledLeaf('KiB', 'Memory it has now', { name: 'currentMemory' }),
  blkiotune: child(blkiotune),
  memtune: child(memtune),
  memoryBacking: child(memoryBacking),
  vcpu: child(vcpu),
  vcpus: child(vcpus),
  iothreads: leaf(int({ max: 65535 }), 'Number of I/O threads'),
  iothreadids: child(iothreadids),
  defaultiothread: child(defaultiothread),
  throttlegroups: child(throttlegroups),
  cputune: child(cputune),
  numatune: child(numatune),
  resource: child(resource),
  sysinfos: many(sysinfo),
  bootloader: leaf(string(), 'Program that finds the kernel (Xen)'),
  bootloaderArgs: leaf(string(), 'Its arguments', { name: 'bootloader_args' }),
  os: child(os),
  idmap: child(idmap),
  iommufd: child(iommufd),
  features: child(features),
  cpu: child(cpu),
  clock: child(clock),
  ...eventsPart,
  pm: child(pm),
  perf: child(perf),
  devices: child(devices),
  seclabels: many(seclabel),
  keywrap: child(keywrap),
  launchSecurity: child(launchSecurity),
  ...namespaceElementsPart,
};

const domainElement = element('domain', 'A guest', domainFields);
export type DomainDef = Infer<typeof domainElement>;

/** A guest without a number does not run: it is written as its next start would find it. */
export const domain: ElementDecl<DomainDef> = {
  ...domainElement,
  format: (def, out, context) => {
    const runs = (def.id ?? -1) !== -1;
    domainElement.format(def, out, runs || context.complete ? context : context.asInactive());
  },
};
