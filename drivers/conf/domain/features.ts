/** `<features>`: what the virtual machine can do, and which paravirtual interfaces it offers. */
import { attr, child, element, flag, int, oneOf, onOff, scaledLeaf, string } from '../schema/index.ts';

const onByDefault = { state: attr(onOff(), 'Whether on', { fill: true }) };
const switched = { state: attr(onOff(), 'Whether on', { required: true }) };
const stateful = (name: string, doc: string) => child(element(name, doc, onByDefault), { name });
const feature = (name: string, doc: string) => child(element(name, doc, switched), { name });

const hyperv = element(
  'hyperv',
  'Interfaces for Windows guests',
  {
    mode: attr(oneOf('custom', 'passthrough', 'host-model'), 'Which ones', { fill: 'custom' }),
    relaxed: feature('relaxed', 'Relaxed timers'),
    vapic: feature('vapic', 'Virtual interrupt controller'),
    spinlocks: child(
      element('spinlocks', 'Spin locks', { ...switched, retries: attr(int(), 'Attempts before the host is told') }),
    ),
    vpindex: feature('vpindex', 'Processor index'),
    runtime: feature('runtime', 'Processor time'),
    synic: feature('synic', 'Synthetic interrupt controller'),
    stimer: child(element('stimer', 'Synthetic timers', { ...switched, direct: feature('direct', 'Direct mode') })),
    reset: feature('reset', 'Reset'),
    vendorId: child(
      element('vendor_id', 'Name of the hypervisor', { ...switched, value: attr(string(), 'Up to twelve characters') }),
    ),
    frequencies: feature('frequencies', 'Frequency registers'),
    reenlightenment: feature('reenlightenment', 'Notification of migration'),
    tlbflush: child(
      element('tlbflush', 'TLB flush', {
        ...switched,
        direct: feature('direct', 'Direct mode'),
        extended: feature('extended', 'Partial flush'),
      }),
    ),
    ipi: feature('ipi', 'Interrupts between processors'),
    evmcs: feature('evmcs', 'Enlightened VMCS'),
    avic: feature('avic', 'Virtual interrupt controller of the processor'),
    emsrBitmap: feature('emsr_bitmap', 'Avoids exits on MSR access'),
    xmmInput: feature('xmm_input', 'Hypercall arguments in XMM registers'),
  },
  { block: true },
);

const kvm = element(
  'kvm',
  'Interfaces of KVM',
  {
    hidden: feature('hidden', 'KVM is not shown'),
    hintDedicated: feature('hint-dedicated', 'Processors are dedicated'),
    pollControl: feature('poll-control', 'The guest controls busy waiting'),
    pvIpi: feature('pv-ipi', 'Interrupts between processors'),
    dirtyRing: child(element('dirty-ring', 'Ring of written pages', { ...switched, size: attr(int(), 'Entries') })),
  },
  { block: true },
);

const xen = element(
  'xen',
  'Interfaces of Xen',
  {
    e820Host: feature('e820_host', "The host's memory map"),
    passthrough: child(
      element('passthrough', 'Devices of the host', {
        ...switched,
        mode: attr(oneOf('sync_pt', 'share_pt'), 'Page tables'),
      }),
    ),
  },
  { block: true },
);

export const containerCapabilities = [
  'audit_control',
  'audit_write',
  'block_suspend',
  'chown',
  'dac_override',
  'dac_read_search',
  'fowner',
  'fsetid',
  'ipc_lock',
  'ipc_owner',
  'kill',
  'lease',
  'linux_immutable',
  'mac_admin',
  'mac_override',
  'mknod',
  'net_admin',
  'net_bind_service',
  'net_broadcast',
  'net_raw',
  'setgid',
  'setfcap',
  'setpcap',
  'setuid',
  'sys_admin',
  'sys_boot',
  'sys_chroot',
  'sys_module',
  'sys_nice',
  'sys_pacct',
  'sys_ptrace',
  'sys_rawio',
  'sys_resource',
  'sys_time',
  'sys_tty_config',
  'syslog',
  'wake_alarm',
] as const;
type ContainerCapability = (typeof containerCapabilities)[number];

const capability = (name: string) => stateful(name, `The capability CAP_${name.toUpperCase()}`);
const capabilityFields = Object.fromEntries(containerCapabilities.map((name) => [name, capability(name)])) as Record<
  ContainerCapability,
  ReturnType<typeof capability>
>;

const capabilities = element('capabilities', 'Capabilities of a container', {
  policy: attr(oneOf('default', 'allow', 'deny'), 'What the others are', { fill: 'default' }),
  ...capabilityFields,
});

const valued = <const V extends readonly string[]>(name: string, doc: string, values: V) =>
  element(name, doc, { value: attr(oneOf(...values), 'Mitigation', { required: true }) });

const hpt = element('hpt', 'Page table of pSeries guests', {
  resizing: attr(oneOf('enabled', 'disabled', 'required'), 'Whether it grows'),
  maxpagesizeKiB: scaledLeaf('KiB', 'Largest page size', { name: 'maxpagesize' }),
});

const smm = element('smm', 'System management mode', {
  ...onByDefault,
  tsegBytes: scaledLeaf('bytes', 'Size of its memory in octets', { name: 'tseg', pretty: true, assumed: 'MiB' }),
});

const asyncTeardown = element('async-teardown', 'Memory is given back in the background', {
  enabled: attr(string(), 'Whether on'),
});

export const features = element('features', 'What the virtual machine can do', {
  acpi: flag('Power management'),
  apic: child(
    element(
      'apic',
      'Interrupt controller',
      { eoi: attr(onOff(), 'Paravirtual end of interrupt') },
      { keepEmpty: true },
    ),
  ),
  pae: flag('Physical addresses beyond 4 GiB'),
  hap: stateful('hap', 'Hardware paging'),
  viridian: flag('Interfaces for Windows guests (Xen)'),
  privnet: flag('A network of its own (containers)'),
  hyperv: child(hyperv),
  kvm: child(kvm),
  pvspinlock: stateful('pvspinlock', 'Paravirtual spin locks'),
  capabilities: child(capabilities),
  pmu: stateful('pmu', 'Performance counters'),
  vmport: stateful('vmport', 'I/O port of VMware'),
  gic: child(
    element(
      'gic',
      'Interrupt controller (ARM)',
      { version: attr(oneOf('host', '2', '3'), 'Version') },
      { keepEmpty: true },
    ),
  ),
  smm: child(smm),
  ioapic: child(
    element('ioapic', 'I/O interrupt controller', {
      driver: attr(oneOf('qemu', 'kvm'), 'Who emulates it', { required: true }),
    }),
  ),
  hpt: child(hpt),
  vmcoreinfo: stateful('vmcoreinfo', 'Notes for core dumps'),
  htm: feature('htm', 'Transactional memory (pSeries)'),
  nestedHv: feature('nested-hv', 'Nested virtualization (pSeries)'),
  msrs: child(
    element('msrs', 'Unknown model-specific registers', {
      unknown: attr(oneOf('ignore', 'fault'), 'What their access does', { required: true }),
    }),
  ),
  ccfAssist: feature('ccf-assist', 'Count cache flush (pSeries)'),
  xen: child(xen),
  cfpc: child(valued('cfpc', 'Cache flush on privilege change (pSeries)', ['broken', 'workaround', 'fixed'])),
  sbbc: child(valued('sbbc', 'Speculation barrier bounds checking (pSeries)', ['broken', 'workaround', 'fixed'])),
  ibs: child(
    valued('ibs', 'Indirect branch speculation (pSeries)', [
      'broken',
      'workaround',
      'fixed-ibs',
      'fixed-ccd',
      'fixed-na',
    ]),
  ),
  tcg: child(
    element('tcg', 'The emulator', { tbCacheKiB: scaledLeaf('KiB', 'Translation cache', { name: 'tb-cache' }) }),
  ),
  asyncTeardown: child(asyncTeardown),
  ras: feature('ras', 'Reporting of memory errors (ARM)'),
  ps2: feature('ps2', 'PS/2 controller'),
  aia: child(
    element('aia', 'Interrupt architecture (RISC-V)', {
      value: attr(oneOf('none', 'aplic', 'aplic-imsic'), 'Kind', { required: true }),
    }),
  ),
  virtualization: feature('virtualization', 'Nested virtualization (ARM)'),
});
