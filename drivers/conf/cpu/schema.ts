/** `<cpu>`: the processor of a guest, or as compared and computed by the host. */
import {
  attr,
  child,
  element,
  flag,
  type Infer,
  int,
  leaf,
  many,
  oneOf,
  onOff,
  string,
  text,
  u64,
  yesNo,
} from '../schema/index.ts';
import { numa } from './numa.ts';

const model = element('model', 'Model of the processor', {
  fallback: attr(oneOf('allow', 'forbid'), 'Whether a near model may be taken'),
  vendorId: attr(string(), 'Vendor name the guest sees: twelve characters', { name: 'vendor_id' }),
  name: text(string(), 'Name of the model'),
});

const topology = element('topology', 'Sockets, cores and threads', {
  sockets: attr(int({ min: 1 }), 'Sockets', { required: true }),
  dies: attr(int({ min: 1 }), 'Dies in a socket', { fill: 1 }),
  clusters: attr(int({ min: 1 }), 'Clusters in a die'),
  cores: attr(int({ min: 1 }), 'Cores in a die or cluster', { required: true }),
  threads: attr(int({ min: 1 }), 'Threads in a core', { required: true }),
});

const cache = element('cache', "The processor's cache", {
  level: attr(int({ min: 1, max: 3 }), 'Level'),
  mode: attr(oneOf('emulate', 'passthrough', 'disable'), 'What the guest sees', { required: true }),
});

const maxphysaddr = element('maxphysaddr', 'Width of physical addresses', {
  mode: attr(oneOf('emulate', 'passthrough'), 'What the guest sees', { required: true }),
  bits: attr(int(), 'Bits'),
  limit: attr(int(), 'Highest number of bits'),
});

const feature = element('feature', 'A feature of the processor', {
  policy: attr(oneOf('force', 'require', 'optional', 'disable', 'forbid'), 'What is asked for; require if absent'),
  name: attr(string(), 'Name', { required: true }),
});

const counter = element('counter', 'A clock of the host', {
  name: attr(string(), 'Name', { required: true }),
  frequency: attr(u64(), 'Hertz', { required: true }),
  scaling: attr(yesNo(), 'Whether it can be scaled'),
});

const signature = element('signature', "The host's identification", {
  family: attr(int(), 'Family'),
  model: attr(int(), 'Model'),
  stepping: attr(int(), 'Stepping'),
});

const hostFeatures = element('features', "The host's old list of features", {
  pae: flag('Addresses beyond 4 GiB'),
  nonpae: flag('Addresses below 4 GiB alone'),
  vmx: flag('Virtualization (Intel)'),
  svm: flag('Virtualization (AMD)'),
});

const pages = element('pages', 'A page size of the host', {
  unit: attr(string(), 'Unit'),
  size: attr(u64(), 'Size', { required: true }),
});

export const cpu = element(
  'cpu',
  'The processor',
  {
    mode: attr(oneOf('custom', 'host-model', 'host-passthrough', 'maximum'), 'Where the model comes from'),
    match: attr(oneOf('minimum', 'exact', 'strict'), "How the host's processor must match"),
    check: attr(oneOf('none', 'partial', 'full'), 'How strictly it is checked before the start'),
    migratable: attr(onOff(), 'Whether features that block migration are left out'),
    deprecatedFeatures: attr(onOff(), 'Whether deprecated features are kept', { name: 'deprecated_features' }),
    arch: leaf(string(), "The host's architecture"),
    hostFeatures: child(hostFeatures),
    model: child(model, {
      // The host's own model has no name to fall back from.
      show: (value, owner) =>
        owner['mode'] !== 'host-model' || value.name !== undefined || value.vendorId !== undefined,
    }),
    vendor: leaf(string(), 'Vendor'),
    microcode: child(
      element('microcode', "The host's microcode", { version: attr(int(), 'Version', { required: true }) }),
    ),
    signature: child(signature),
    counters: many(counter),
    topology: child(topology),
    cache: child(cache),
    maxphysaddr: child(maxphysaddr),
    features: many(feature),
    pages: many(pages),
    numa: child(numa),
  },
  { keepEmpty: true },
);
export type CpuDef = Infer<typeof cpu>;
