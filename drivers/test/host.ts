/** The host's own calls: versions, sizes, CPUs, free memory. All but the counters stand still. */
import { hostname } from 'node:os';
import type { DriverSlots, TypedParam } from '../driver.ts';
import { VIR_TYPED_PARAM_STRING_OKAY } from '../enums.gen.ts';
import { capabilitiesXml, domainCapabilitiesXml, maxVcpus, sysinfoXml } from './capabilities.ts';
import { allCpus } from './cpu-map.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';

const architectures = ['i686', 'x86_64', 'aarch64', 'armv7l', 'ppc64', 'ppc64le', 's390x', 'riscv64'];
/** The x86 models a test guest may name; other architectures have none. */
const cpuModels = [
  '486',
  'pentium',
  'pentium2',
  'pentium3',
  'pentiumpro',
  'coreduo',
  'n270',
  'core2duo',
  'qemu32',
  'kvm32',
  'qemu64',
  'kvm64',
  'Conroe',
  'Penryn',
  'Nehalem',
  'Westmere',
  'SandyBridge',
  'IvyBridge',
  'Haswell',
  'Broadwell',
  'Skylake-Client',
  'Skylake-Server',
  'Cascadelake-Server',
  'Icelake-Server',
  'SapphireRapids',
  'Opteron_G1',
  'Opteron_G2',
  'Opteron_G3',
  'Opteron_G4',
  'Opteron_G5',
  'EPYC',
  'EPYC-Rome',
  'EPYC-Milan',
];

/** Slots that concern the host alone. */
export function hostSlots(node: TestNode): DriverSlots {
  return { ...connectSlots(node), ...memorySlots(node), ...cpuSlots(node) };
}

function connectSlots(node: TestNode): DriverSlots {
  return {
    connectGetType: async () => 'TEST',
    connectGetVersion: async () => 2n,
    connectGetLibVersion: async () => 9_000_000n,
    connectGetHostname: async () => hostname(),
    connectIsSecure: async () => 1,
    connectSetIdentity: async ({ flags }) => checkFlags(flags, 0, 'connectSetIdentity'),
    connectGetMaxVcpus: async () => maxVcpus,
    connectGetCapabilities: async () => capabilitiesXml(node.cells),
    connectGetDomainCapabilities: async ({ arch, machine, virttype, flags }) => {
      checkFlags(flags, 0, 'connectGetDomainCapabilities');
      if (virttype !== null && virttype !== 'test') {
        throw testError('VIR_ERR_INVALID_ARG', `the test driver runs guests of the type 'test', not '${virttype}'`);
      }
      if (arch !== null) assertArchitecture(arch);
      return domainCapabilitiesXml(arch ?? 'i686', machine);
    },
    connectGetSysinfo: async ({ flags }) => {
      checkFlags(flags, 0, 'connectGetSysinfo');
      return sysinfoXml;
    },
    nodeGetInfo: async () => ({ ...node.info }),
    nodeGetSecurityModel: async () => ({ model: 'testSecurity', doi: '' }),
  };
}

function memorySlots(node: TestNode): DriverSlots {
  return {
    nodeGetFreeMemory: async () => BigInt(node.cells.reduce((sum, cell) => sum + cell.freeKiB, 0)),
    nodeGetCellsFreeMemory: async ({ startCell, maxcells }) => {
      if (startCell < 0 || startCell >= node.cells.length) {
        throw testError('VIR_ERR_INVALID_ARG', 'Range exceeds available cells');
      }
      return node.cells.slice(startCell, startCell + maxcells).map((cell) => BigInt(cell.memoryKiB));
    },
    nodeGetMemoryStats: async ({ cellNum, flags }) => {
      checkFlags(flags, 0, 'nodeGetMemoryStats');
      return memoryStats(node, cellNum);
    },
    nodeGetFreePages: async ({ pages, startCell, cellCount, flags }) => {
      checkFlags(flags, 0, 'nodeGetFreePages');
      const cells = node.cells.slice(startCell, startCell + cellCount);
      return cells.flatMap((cell) =>
        pages.map((size) => BigInt(size === cell.pageKiB ? Math.floor(cell.freeKiB / size) : 0)),
      );
    },
    nodeAllocPages: async ({ flags }) => {
      checkFlags(flags, 1, 'nodeAllocPages');
      return 0;
    },
    nodeGetMemoryParameters: async ({ flags }) => {
      checkFlags(flags, VIR_TYPED_PARAM_STRING_OKAY, 'nodeGetMemoryParameters');
      return [...node.memoryParameters].map(([field, value]): TypedParam => ({ field, type: 'uint', value }));
    },
    nodeSetMemoryParameters: async ({ params, flags }) => {
      checkFlags(flags, 0, 'nodeSetMemoryParameters');
      for (const { field, type, value } of params) {
        if (!node.memoryParameters.has(field) || type !== 'uint') {
          throw testError('VIR_ERR_INVALID_ARG', `parameter '${field}' not supported`);
        }
        node.memoryParameters.set(field, value);
      }
    },
  };
}

function memoryStats(node: TestNode, cellNum: number): { field: string; value: bigint }[] {
  const cell = node.cells[cellNum];
  if (cellNum !== -1 && !cell)
    throw testError('VIR_ERR_INVALID_ARG', `cellNum ${cellNum} larger than the host's cells`);
  const total = cell ? BigInt(cell.memoryKiB) : node.info.memory;
  const free = cell ? BigInt(cell.freeKiB) : total / 3n;
  const stats = [
    { field: 'total', value: total },
    { field: 'free', value: free },
  ];
  return cell ? stats : [...stats, { field: 'buffers', value: total / 32n }, { field: 'cached', value: total / 8n }];
}

function cpuSlots(node: TestNode): DriverSlots {
  return {
    nodeGetCpuStats: async ({ cpuNum, flags }) => {
      checkFlags(flags, 0, 'nodeGetCPUStats');
      if (cpuNum >= node.info.cpus) {
        throw testError('VIR_ERR_INVALID_ARG', `cpuNum ${cpuNum} is larger than the host's ${node.info.cpus} CPUs`);
      }
      return cpuStats(node, cpuNum);
    },
    nodeGetCpuMap: async ({ needMap, flags }) => {
      checkFlags(flags, 0, 'nodeGetCPUMap');
      return {
        cpumap: needMap ? allCpus(node.info.cpus) : new Uint8Array(),
        online: node.info.cpus,
        ret: node.info.cpus,
      };
    },
    connectGetCpuModelNames: async ({ arch, flags }) => {
      checkFlags(flags, 0, 'connectGetCPUModelNames');
      assertArchitecture(arch);
      return arch === 'i686' || arch === 'x86_64' ? cpuModels : [];
    },
  };
}

/** The host's CPU time in nanoseconds: a course of its own, so that its load moves like a guest's. */
function cpuStats(node: TestNode, cpuNum: number): { field: string; value: bigint }[] {
  const seconds = node.upSeconds;
  const cpus = cpuNum < 0 ? node.info.cpus : 1;
  const busy = node.load.cpu.at(seconds) * cpus;
  const ns = (value: number): bigint => BigInt(Math.floor(value * 1e6)) * 1000n;
  const waiting = seconds * cpus * 0.01;
  return [
    { field: 'user', value: ns(busy * 0.7) },
    { field: 'kernel', value: ns(busy * 0.3) },
    { field: 'idle', value: ns(seconds * cpus - busy - waiting) },
    { field: 'iowait', value: ns(waiting) },
  ];
}

function assertArchitecture(arch: string): void {
  if (!architectures.includes(arch))
    throw testError('VIR_ERR_INVALID_ARG', `cannot find architecture ${arch.slice(0, 40)}`);
}
