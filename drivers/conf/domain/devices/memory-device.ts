/** `<memory>` among the devices, `<shmem>` and `<memballoon>`. */
import {
  attr,
  child,
  cpuSet,
  element,
  flag,
  hex64,
  type Infer,
  int,
  leaf,
  oneOf,
  onOff,
  scaledLeaf,
  string,
  uuid,
  yesNo,
} from '../../schema/index.ts';
import { infoPart, virtioOptions } from '../address.ts';

const source = element('source', 'What the memory is made of', {
  nodemask: leaf(cpuSet(), 'Nodes of the host'),
  pagesizeKiB: scaledLeaf('KiB', 'Page size', { name: 'pagesize' }),
  path: leaf(string(), 'Path of the file or device'),
  alignsizeKiB: scaledLeaf('KiB', 'Alignment', { name: 'alignsize' }),
  pmem: flag('The host has persistent memory'),
});

const label = element('label', 'Area for labels', { sizeKiB: scaledLeaf('KiB', 'Size', { name: 'size' }) });

const target = element('target', 'What the guest sees', {
  dynamicMemslots: attr(yesNo(), 'Whether memory slots come and go (virtio-mem)'),
  sizeKiB: scaledLeaf('KiB', 'Size', { name: 'size', required: true }),
  node: leaf(int(), 'Node of the guest'),
  label: child(label),
  readonly: flag('The guest may only read'),
  blockKiB: scaledLeaf('KiB', 'Smallest step (virtio-mem)', { name: 'block' }),
  requestedKiB: scaledLeaf('KiB', 'Size asked for (virtio-mem)', { name: 'requested' }),
  address: child(
    element('address', 'Where the guest finds it', { base: attr(hex64(1), 'Physical address', { required: true }) }),
  ),
  currentKiB: scaledLeaf('KiB', 'Size reached (virtio-mem)', { name: 'current', live: true }),
});

export const memoryDevice = element('memory', 'A memory module', {
  model: attr(oneOf('dimm', 'nvdimm', 'virtio-pmem', 'virtio-mem', 'sgx-epc'), 'Kind', { required: true }),
  access: attr(oneOf('shared', 'private'), 'How it is mapped'),
  discard: attr(yesNo(), 'Whether its content is dropped at the end'),
  driver: child(element('driver', 'Options', virtioOptions)),
  uuid: leaf(uuid(), 'Identity (nvdimm on pSeries)'),
  source: child(source),
  target: child(target, { required: true }),
  ...infoPart,
});
export type MemoryDevice = Infer<typeof memoryDevice>;

export const shmem = element(
  'shmem',
  'Memory shared between guests',
  {
    name: attr(string(), 'Name', { required: true }),
    role: attr(oneOf('master', 'peer'), 'What happens to it at migration'),
    model: child(
      element('model', 'Model', {
        type: attr(oneOf('ivshmem', 'ivshmem-plain', 'ivshmem-doorbell'), 'Model', { required: true }),
      }),
    ),
    sizeBytes: scaledLeaf('bytes', 'Size in octets', { name: 'size', assumed: 'MiB', megabytes: true }),
    server: child(
      element('server', 'Server for interrupts', { path: attr(string(), 'Path of its socket') }, { keepEmpty: true }),
    ),
    msi: child(
      element(
        'msi',
        'Message-signalled interrupts',
        { vectors: attr(int(), 'Vectors'), ioeventfd: attr(onOff(), 'Whether taken off the processor thread') },
        { keepEmpty: true },
      ),
    ),
    ...infoPart,
  },
  { block: true },
);
export type Shmem = Infer<typeof shmem>;

export const memballoon = element('memballoon', 'Gives memory back to the host', {
  model: attr(oneOf('virtio', 'xen', 'none', 'virtio-transitional', 'virtio-non-transitional'), 'Model', {
    required: true,
  }),
  autodeflate: attr(onOff(), 'Whether it gives way when the guest is short'),
  freePageReporting: attr(onOff(), 'Whether free pages are told'),
  stats: child(element('stats', 'Statistics', { period: attr(int(), 'Seconds between them', { required: true }) })),
  ...infoPart,
  driver: child(element('driver', 'Options', virtioOptions)),
});
export type Memballoon = Infer<typeof memballoon>;
