/** `<host>` of the capabilities: the machine itself. */
import {
  attr,
  child,
  cpuSet,
  element,
  flag,
  int,
  leaf,
  many,
  oneOf,
  scaledLeaf,
  string,
  text,
  u64,
  uuid,
  yesNo,
} from '../schema/index.ts';
import { cpu } from '../cpu/schema.ts';
import { interconnects } from '../cpu/numa.ts';

const size = {
  size: attr(u64(), 'Size', { required: true }),
  unit: attr(string(), 'Unit'),
};

const pages = element('pages', 'Memory in pages of one size', {
  unit: attr(string(), 'Unit of the size'),
  size: attr(u64(), 'Size of a page', { required: true }),
  count: text(u64(), 'Pages'),
});

const sibling = element('sibling', 'Distance to a node', {
  id: attr(int(), 'Node', { required: true }),
  value: attr(int(), 'Distance; 10 is local', { required: true }),
});

const nodeCache = element('cache', 'A cache beside the memory', {
  level: attr(int(), 'Level', { required: true }),
  associativity: attr(oneOf('none', 'direct', 'full'), 'Associativity', { required: true }),
  policy: attr(oneOf('none', 'writeback', 'writethrough'), 'Write policy', { required: true }),
  size: child(
    element('size', 'Size', { value: attr(u64(), 'Size', { required: true }), unit: attr(string(), 'Unit') }),
  ),
  line: child(
    element('line', 'A line', { value: attr(u64(), 'Size', { required: true }), unit: attr(string(), 'Unit') }),
  ),
});

const processor = element('cpu', 'A processor', {
  id: attr(int(), 'Number', { required: true }),
  socketId: attr(int(), 'Socket', { name: 'socket_id' }),
  dieId: attr(int(), 'Die', { name: 'die_id' }),
  clusterId: attr(int(), 'Cluster', { name: 'cluster_id' }),
  coreId: attr(int(), 'Core', { name: 'core_id' }),
  siblings: attr(cpuSet(), 'Processors of the same core'),
});

const cell = element('cell', 'A NUMA node', {
  id: attr(int(), 'Number', { required: true }),
  memory: scaledLeaf('KiB', 'Memory'),
  pages: many(pages),
  distances: child(element('distances', 'Distances to the nodes', { siblings: many(sibling) })),
  caches: many(nodeCache),
  cpus: child(
    element('cpus', 'Processors', { num: attr(int(), 'How many', { required: true }), cpus: many(processor) }),
  ),
});

const topology = element('topology', 'NUMA nodes', {
  cells: child(element('cells', 'Nodes', { num: attr(int(), 'How many', { required: true }), cells: many(cell) })),
  interconnects: child(interconnects),
});

const monitor = element('monitor', 'What can be measured', {
  level: attr(int(), 'Cache level'),
  reuseThreshold: attr(int(), 'When a number is taken again'),
  maxMonitors: attr(int(), 'Most monitors', { required: true }),
  features: many(element('feature', 'A measure', { name: attr(string(), 'Name', { required: true }) })),
});

const cacheControl = element('control', 'How the cache can be divided', {
  granularity: attr(u64(), 'Smallest step', { required: true }),
  min: attr(u64(), 'Smallest share'),
  unit: attr(string(), 'Unit', { required: true }),
  type: attr(oneOf('both', 'code', 'data'), 'What it holds', { required: true }),
  maxAllocs: attr(int(), 'Most shares', { required: true }),
});

const cacheBank = element('bank', 'A cache', {
  id: attr(int(), 'Number', { required: true }),
  level: attr(int(), 'Level', { required: true }),
  type: attr(oneOf('both', 'code', 'data'), 'What it holds', { required: true }),
  ...size,
  cpus: attr(cpuSet(), 'Processors that use it', { required: true }),
  controls: many(cacheControl),
});

const bandwidthNode = element('node', 'Memory of a node', {
  id: attr(int(), 'Number', { required: true }),
  cpus: attr(cpuSet(), 'Processors that use it', { required: true }),
  controls: many(
    element('control', 'How the bandwidth can be divided', {
      granularity: attr(int(), 'Smallest step in percent', { required: true }),
      min: attr(int(), 'Smallest share in percent'),
      maxAllocs: attr(int(), 'Most shares', { required: true }),
    }),
  ),
});

const baselabel = element('baselabel', 'Label that guests start from', {
  type: attr(string(), 'virtualization type', { required: true }),
  label: text(string(), 'Label'),
});

const secmodel = element('secmodel', 'A security model', {
  model: leaf(string(), 'Name'),
  doi: leaf(string(), 'Domain of interpretation'),
  baselabels: many(baselabel),
});

const migration = element('migration_features', 'Migration', {
  live: flag('While the guest runs'),
  uriTransports: child(
    element('uri_transports', 'Transports', {
      transports: many(element('uri_transport', 'A transport', { name: text(string(), 'Name') })),
    }),
  ),
});

export const host = element('host', 'The machine', {
  uuid: leaf(uuid(), 'UUID of the machine'),
  cpu: child(cpu),
  powerManagement: child(
    element(
      'power_management',
      'Sleep states',
      {
        suspendMem: flag('To memory', { name: 'suspend_mem' }),
        suspendDisk: flag('To disk', { name: 'suspend_disk' }),
        suspendHybrid: flag('To both', { name: 'suspend_hybrid' }),
      },
      { keepEmpty: true },
    ),
  ),
  iommu: child(
    element('iommu', 'Devices behind an IOMMU', { support: attr(yesNo(), 'Whether there is one', { required: true }) }),
  ),
  migration: child(migration),
  netprefix: leaf(string(), "Prefix of the network devices' names"),
  topology: child(topology),
  cache: child(element('cache', 'Caches', { banks: many(cacheBank), monitors: many(monitor) })),
  memoryBandwidth: child(
    element('memory_bandwidth', 'Memory bandwidth', { nodes: many(bandwidthNode), monitors: many(monitor) }),
  ),
  energy: child(element('energy', 'Energy', { monitors: many(monitor) })),
  secmodels: many(secmodel),
});
