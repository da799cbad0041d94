/** `<domainCapabilities>`: what a hypervisor offers guests of one kind of machine. */
import {
  attr,
  child,
  element,
  type Infer,
  int,
  leaf,
  leaves,
  many,
  oneOf,
  scaledLeaf,
  string,
  text,
  variant,
  yesNo,
} from '../schema/index.ts';

/** Values that one setting may have. */
const choices = element('enum', 'Values a setting may have', {
  name: attr(string(), 'Name of the setting', { required: true }),
  values: leaves(string(), 'A value', { name: 'value' }),
});

const isSupported = { supported: attr(yesNo(), 'Whether it can be used', { required: true }) };

/** Something that is offered or not, and the values of its settings. */
const offer = (name: string, doc: string) => element(name, doc, { ...isSupported, enums: many(choices) });
const offers = <const N extends string>(...names: readonly N[]) =>
  Object.fromEntries(names.map((name) => [name, child(offer(name, `<${name}>`))])) as unknown as Record<
    N,
    ReturnType<typeof child<{ supported: boolean; enums: { name: string; values: string[] }[] }>>
  >;

const loader = element('loader', 'Firmware images', {
  ...isSupported,
  values: leaves(string(), 'Path of an image', { name: 'value' }),
  enums: many(choices),
});

const os = element('os', 'How the guest is started', {
  ...isSupported,
  enums: many(choices),
  loader: child(loader),
  varstore: child(element('varstore', 'Variable store', isSupported)),
  firmwareFeatures: child(offer('firmwareFeatures', 'Features of firmware')),
});

const hostModel = element('model', 'Model that the host stands for', {
  fallback: attr(oneOf('allow', 'forbid'), 'Whether a near model may be taken'),
  name: text(string(), 'Name'),
});

const feature = element('feature', 'A feature added or taken away', {
  policy: attr(oneOf('force', 'require', 'optional', 'disable', 'forbid'), 'What is asked for', { required: true }),
  name: attr(string(), 'Name', { required: true }),
});

const customModel = element('model', 'A model that can be chosen', {
  usable: attr(oneOf('yes', 'no', 'unknown'), 'Whether this host can run it', { required: true }),
  deprecated: attr(yesNo(), 'Whether it should no longer be chosen'),
  vendor: attr(string(), 'Vendor'),
  canonical: attr(string(), 'Model it is another name of'),
  name: text(string(), 'Name'),
});

const blockers = element('blockers', 'What this host lacks for a model', {
  model: attr(string(), 'Model', { required: true }),
  features: many(element('feature', 'A feature', { name: attr(string(), 'Name', { required: true }) })),
});

const mode = element('mode', 'A way to choose the processor', [
  {
    name: attr(oneOf('host-passthrough', 'maximum', 'host-model', 'custom'), 'Way', { required: true }),
    ...isSupported,
    enums: many(choices),
  },
  variant('name', {
    'host-passthrough': {},
    maximum: {},
    'host-model': {
      model: child(hostModel),
      vendor: leaf(string(), 'Vendor'),
      maxphysaddr: child(
        element('maxphysaddr', 'Width of physical addresses', {
          mode: attr(oneOf('emulate', 'passthrough'), 'What the guest sees', { required: true }),
          bits: attr(int(), 'Bits'),
          limit: attr(int(), 'Highest number of bits'),
        }),
      ),
      features: many(feature),
    },
    custom: { models: many(customModel), blockers: many(blockers) },
  }),
]);

const sev = element('sev', 'Memory encryption of AMD', {
  ...isSupported,
  cbitpos: leaf(int(), 'Place of the encryption bit'),
  reducedPhysBits: leaf(int(), 'Address bits lost'),
  maxGuests: leaf(int(), 'Most guests'),
  maxESGuests: leaf(int(), 'Most guests with encrypted state'),
  cpu0Id: leaf(string(), 'Identity of the first processor'),
});

const section = element('section', 'Protected memory of a node', {
  node: attr(int(), 'Node', { required: true }),
  size: attr(string(), 'Size', { required: true }),
  unit: attr(string(), 'Unit', { required: true }),
});

const sgx = element('sgx', 'Enclaves of Intel', {
  ...isSupported,
  flc: leaf(yesNo(), 'Flexible launch control'),
  sgx1: leaf(yesNo(), 'Version 1'),
  sgx2: leaf(yesNo(), 'Version 2'),
  sectionSize: scaledLeaf('KiB', 'Protected memory', { name: 'section_size' }),
  sections: child(element('sections', 'Protected memory by node', { sections: many(section) })),
});

const hyperv = element('hyperv', 'Interfaces for Windows guests', {
  ...isSupported,
  enums: many(choices),
  defaults: child(
    element('defaults', 'Values of the host model', {
      spinlocks: leaf(int(), 'Attempts before the host is told'),
      stimerDirect: leaf(string(), 'Synthetic timers, direct mode', { name: 'stimer_direct' }),
      tlbflushDirect: leaf(string(), 'TLB flush, direct mode', { name: 'tlbflush_direct' }),
      tlbflushExtended: leaf(string(), 'TLB flush, partial', { name: 'tlbflush_extended' }),
      vendorId: leaf(string(), 'Name of the hypervisor', { name: 'vendor_id' }),
    }),
  ),
});

const devices = element(
  'devices',
  'Devices',
  offers(
    'disk',
    'graphics',
    'video',
    'hostdev',
    'rng',
    'filesystem',
    'tpm',
    'redirdev',
    'channel',
    'crypto',
    'interface',
    'panic',
    'console',
  ),
  { block: true },
);

const features = element(
  'features',
  'Features',
  {
    ...offers('gic', 'vmcoreinfo', 'genid', 'backingStoreInput', 'backup', 'async-teardown', 's390-pv', 'ps2', 'tdx'),
    sev: child(sev),
    sgx: child(sgx),
    hyperv: child(hyperv),
    ...offers('launchSecurity'),
  },
  { block: true },
);

export const domainCapabilities = element('domainCapabilities', 'What a hypervisor offers guests', {
  path: leaf(string(), 'Emulator', { required: true }),
  domain: leaf(string(), 'virtualization type, such as kvm', { required: true }),
  machine: leaf(string(), 'Machine type'),
  arch: leaf(string(), 'Architecture', { required: true }),
  vcpu: child(element('vcpu', 'Virtual processors', { max: attr(int(), 'Most of them', { required: true }) })),
  iothreads: child(offer('iothreads', 'I/O threads')),
  os: child(os),
  cpu: child(element('cpu', 'Processors', { modes: many(mode) })),
  memoryBacking: child(offer('memoryBacking', 'Memory of the guest on the host')),
  devices: child(devices),
  features: child(features),
});
export type DomainCapabilitiesDef = Infer<typeof domainCapabilities>;
