/** What the test driver itself fills in, on top of what every driver does: an architecture, a video model. */
import type { DomainDef } from '../conf/index.ts';

/** Every test guest is an i686 unless it says otherwise. Changes `def`, which no one else has seen yet. */
export function testPostParse(def: DomainDef): void {
  if (def.os?.type) def.os.type.arch ??= 'i686';
  for (const nic of def.devices?.interfaces ?? []) {
    // An interface of a network is on the network's bridge; libvirt does not keep one that is given beside it.
    if (nic.type === 'network' && nic.source) delete nic.source.bridge;
  }
  for (const video of def.devices?.videos ?? []) {
    if (video.model?.type === undefined) video.model = { ...video.model, type: videoModel(def) };
  }
}

function videoModel(def: DomainDef): 'xen' | 'vga' | 'cirrus' {
  const { value, arch } = def.os?.type ?? {};
  if (value === 'xen' || value === 'linux') return 'xen';
  return arch?.startsWith('ppc64') ? 'vga' : 'cirrus';
}
