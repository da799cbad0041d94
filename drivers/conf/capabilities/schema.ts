/** `<capabilities>`: a host and the kinds of guests it can run. */
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
  yesNo,
} from '../schema/index.ts';
import { host } from './host.ts';

const machine = element('machine', 'A machine type', {
  canonical: attr(string(), 'Name it stands for'),
  maxCpus: attr(int(), 'Most processors'),
  deprecated: attr(yesNo(), 'Whether it should no longer be chosen'),
  name: text(string(), 'Name'),
});

const domain = element('domain', 'A way to run guests', {
  type: attr(string(), 'virtualization type, such as kvm', { required: true }),
  emulator: leaf(string(), 'Emulator of its own'),
  loader: leaf(string(), 'Loader of its own'),
  machines: many(machine),
});

const arch = element('arch', 'An architecture', {
  name: attr(string(), 'Name', { required: true }),
  wordsize: leaf(int(), 'Bits of a word', { required: true }),
  emulator: leaf(string(), 'Emulator'),
  loader: leaf(string(), 'Loader'),
  machines: many(machine),
  domains: many(domain),
});

const toggle = (name: string, doc: string) =>
  child(
    element(name, doc, {
      default: attr(onOff(), 'Whether it is on by itself', { required: true }),
      toggle: attr(yesNo(), 'Whether it can be switched', { required: true }),
    }),
  );

const features = element('features', 'What such guests can have', {
  pae: flag('Physical address extension'),
  nonpae: flag('No physical address extension'),
  ia64Be: flag('Big endian Itanium', { name: 'ia64_be' }),
  acpi: toggle('acpi', 'ACPI'),
  apic: toggle('apic', 'APIC'),
  cpuselection: flag('Choice of the processor'),
  deviceboot: flag('Boot order by device'),
  disksnapshot: toggle('disksnapshot', 'Snapshots of disks'),
  hap: toggle('hap', 'Hardware assisted paging'),
  externalSnapshot: flag('External snapshots'),
});

const guest = element('guest', 'A kind of guest', {
  osType: leaf(oneOf('xen', 'linux', 'xenpvh', 'hvm', 'exe', 'uml'), 'Kind of system', {
    name: 'os_type',
    required: true,
  }),
  arch: child(arch, { required: true }),
  features: child(features),
});

export const capabilities = element('capabilities', 'A host and its guests', {
  host: child(host, { required: true }),
  guests: many(guest),
});
export type CapabilitiesDef = Infer<typeof capabilities>;
