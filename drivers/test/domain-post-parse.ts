/** What the test driver itself fills in, on top of what every driver does: an architecture, a video model. */
import { type DomainDef } from '../conf/index.ts';
import type { DomainDevice } from '../conf/domain/devices/iterate.ts';
import { registerDomainRules } from '../conf/domain/rules.ts';

/** Every test guest is an i686 unless it says otherwise. */
function fillArchitecture(def: DomainDef): void {
  if (def.os?.type) def.os.type.arch ??= 'i686';
}

function fillDevice({ kind, device }: DomainDevice, def: DomainDef): void {
  // An interface of a network is on the network's bridge; libvirt does not keep one that is given beside it.
  if (kind === 'interfaces' && device.type === 'network' && device.source) delete device.source.bridge;
  if (kind !== 'videos') return;
  const { model } = device;
  if (model?.type === undefined || model.type === 'default') device.model = { ...model, type: videoModel(def) };
}

function videoModel(def: DomainDef): 'xen' | 'vga' | 'cirrus' {
  const { value, arch } = def.os?.type ?? {};
  if (value === 'xen' || value === 'linux') return 'xen';
  return arch?.startsWith('ppc64') ? 'vga' : 'cirrus';
}

registerDomainRules('test', {
  basic: fillArchitecture,
  device: fillDevice,
  features: new Set(['memory-hotplug', 'offline-vcpupin', 'individual-vcpus', 'net-model-string']),
});
