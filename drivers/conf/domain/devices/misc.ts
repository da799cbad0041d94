/** Small devices: watchdog, panic, random numbers, TPM, IOMMU, vsock, leases, NVRAM of pSeries, crypto. */
import {
  attr,
  child,
  element,
  flag,
  type Infer,
  int,
  leaf,
  oneOf,
  onOff,
  scaledAttr,
  scaledLeaf,
  string,
  text,
  u64,
  uuid,
  yesNo,
} from '../../schema/index.ts';
import { infoPart, virtioOptions } from '../address.ts';
import { chardevSourcePart, chardevTypes } from '../chardev.ts';

const virtioModel = oneOf('virtio', 'virtio-transitional', 'virtio-non-transitional');
const virtioDriver = child(element('driver', 'Options', virtioOptions));

export const watchdog = element('watchdog', 'Acts when the guest hangs', {
  model: attr(oneOf('i6300esb', 'ib700', 'diag288', 'itco'), 'Model', { required: true }),
  action: attr(oneOf('reset', 'shutdown', 'poweroff', 'pause', 'none', 'dump', 'inject-nmi'), 'What it does', {
    fill: 'reset',
  }),
  ...infoPart,
});
export type Watchdog = Infer<typeof watchdog>;

export const panic = element(
  'panic',
  'Tells the host of a crash',
  { model: attr(oneOf('isa', 'pseries', 'hyperv', 's390', 'pvpanic'), 'Model'), ...infoPart },
  { keepEmpty: true },
);
export type Panic = Infer<typeof panic>;

const rngBackend = element('backend', 'Where the numbers come from', {
  model: attr(oneOf('random', 'egd', 'builtin'), 'Kind', { required: true }),
  type: attr(oneOf(...chardevTypes), "Kind of the host's end (egd)"),
  path: text(string(), 'Device of the host (random)'),
  ...chardevSourcePart,
});

export const rng = element(
  'rng',
  'Gives random numbers to the guest',
  {
    model: attr(virtioModel, 'Model', { required: true }),
    rate: child(
      element('rate', 'Limit', {
        bytes: attr(int(), 'Octets', { required: true }),
        period: attr(int(), 'Milliseconds'),
      }),
    ),
    backend: child(rngBackend, { required: true }),
    driver: virtioDriver,
    ...infoPart,
  },
  { block: true },
);
export type Rng = Infer<typeof rng>;

const pcrBanks = element('active_pcr_banks', 'Active banks of registers', {
  sha1: flag('SHA-1'),
  sha256: flag('SHA-256'),
  sha384: flag('SHA-384'),
  sha512: flag('SHA-512'),
});
const tpmBackend = element('backend', 'What provides it', {
  type: attr(oneOf('passthrough', 'emulator', 'external'), 'Kind', { required: true }),
  version: attr(oneOf('1.2', '2.0'), 'Version'),
  persistentState: attr(yesNo(), 'Whether its state outlives the guest', { name: 'persistent_state', hide: false }),
  debug: attr(int(), 'Level of its log'),
  device: child(element('device', 'Device of the host', { path: attr(string(), 'Path', { required: true }) })),
  source: child(
    element('source', 'Where it is kept or reached', {
      type: attr(oneOf('unix', 'dir', 'file'), 'Kind', { required: true }),
      mode: attr(oneOf('connect', 'bind'), 'Who listens'),
      path: attr(string(), 'Path'),
    }),
  ),
  encryption: child(
    element('encryption', 'Encryption of its state', { secret: attr(uuid(), "The secret's UUID", { required: true }) }),
  ),
  activePcrBanks: child(pcrBanks),
  profile: child(
    element('profile', 'Profile', {
      source: attr(string(), 'Name'),
      removeDisabled: attr(string(), 'Algorithms not to be had'),
      name: attr(string(), 'Name in use'),
    }),
  ),
});

export const tpm = element('tpm', 'Trusted platform module', {
  model: attr(oneOf('tpm-tis', 'tpm-crb', 'tpm-spapr', 'spapr-tpm-proxy'), 'Model'),
  backend: child(tpmBackend, { required: true }),
  ...infoPart,
});
export type Tpm = Infer<typeof tpm>;

const granule = element('granule', 'Page size (virtio)', {
  size: scaledAttr('KiB', 'Size'),
  mode: attr(oneOf('host'), "The host's own"),
});

const iommuDriver = element('driver', 'Options', {
  intremap: attr(onOff(), 'Interrupt remapping'),
  cachingMode: attr(onOff(), 'Caching mode, for devices of the host', { name: 'caching_mode' }),
  eim: attr(onOff(), 'Extended interrupt mode'),
  iotlb: attr(onOff(), 'Translation cache in devices'),
  awBits: attr(int({ max: 255 }), 'Address width in bits', { name: 'aw_bits' }),
  dmaTranslation: attr(onOff(), 'DMA translation', { name: 'dma_translation' }),
  xtsup: attr(onOff(), 'x2APIC (amd)'),
  passthrough: attr(onOff(), 'Pass-through (amd)'),
  pciBus: attr(int(), 'PCI bus it is for (smmuv3)'),
  granule: child(granule),
});
export const iommu = element('iommu', 'IOMMU of the guest', {
  model: attr(oneOf('intel', 'smmuv3', 'virtio', 'amd'), 'Model', { required: true }),
  driver: child(iommuDriver),
  ...infoPart,
});
export type Iommu = Infer<typeof iommu>;

export const vsock = element(
  'vsock',
  'Sockets between host and guest',
  {
    model: attr(virtioModel, 'Model'),
    cid: child(
      element('cid', "The guest's number", {
        auto: attr(yesNo(), 'Whether chosen at the start'),
        address: attr(int({ min: 3 }), 'Number'),
      }),
    ),
    ...infoPart,
    driver: virtioDriver,
  },
  { keepEmpty: true },
);
export type Vsock = Infer<typeof vsock>;

const leaseTarget = element('target', 'Where the lease is kept', {
  path: attr(string(), 'Path', { required: true }),
  offset: attr(u64(), 'Octet it begins at', { hide: 0n }),
});
export const lease = element(
  'lease',
  'A lock the guest holds',
  {
    lockspace: leaf(string(), 'Lock space'),
    key: leaf(string(), 'Key'),
    target: child(leaseTarget, { required: true }),
  },
  { block: true },
);
export type Lease = Infer<typeof lease>;

export const nvram = element('nvram', 'NVRAM (pSeries)', infoPart, { block: true });
export type Nvram = Infer<typeof nvram>;

export const crypto = element('crypto', 'Cryptographic accelerator', {
  model: attr(oneOf('virtio'), 'Model', { required: true }),
  type: attr(oneOf('qemu'), 'Kind', { required: true }),
  backend: child(
    element('backend', 'What provides it', {
      model: attr(oneOf('builtin', 'lkcf'), 'Kind', { required: true }),
      queues: attr(int(), 'Queues'),
    }),
  ),
  ...infoPart,
});
export type Crypto = Infer<typeof crypto>;

export const pstore = element('pstore', 'Keeps messages of a crash', {
  backend: attr(oneOf('acpi-erst'), 'Kind', { required: true }),
  path: leaf(string(), 'File of the host'),
  sizeKiB: scaledLeaf('KiB', 'Size', { name: 'size' }),
  ...infoPart,
});
export type Pstore = Infer<typeof pstore>;
