/** What the test host is: its size, its cells, and the descriptions of what it can run. */
import {
  capabilities as capabilitiesKind,
  domainCapabilities as domainCapabilitiesKind,
  type CapabilitiesDef,
} from '../conf/index.ts';
import type { NodeGetInfoResult } from '../driver-slots.gen.ts';

export const maxVcpus = 32;

/** One NUMA cell; sizes in KiB. */
export interface NumaCell {
  memoryKiB: number;
  freeKiB: number;
  pageKiB: number;
  cpus: readonly number[];
}

/** The host of `test:///default`; a node file changes what it names. Memory in KiB. */
export const defaultNodeInfo: Readonly<NodeGetInfoResult> = {
  model: 'i686',
  memory: 3n * 1024n * 1024n,
  cpus: 16,
  mhz: 1400,
  nodes: 2,
  sockets: 2,
  cores: 2,
  threads: 2,
};

/** Two cells of eight CPUs, the second twice as large; as libvirt's. */
export const defaultCells: readonly NumaCell[] = [0, 1].map((cell) => ({
  memoryKiB: (cell + 1) * 2048 * 1024,
  freeKiB: (cell + 1) * 1024 * 1024,
  pageKiB: cell === 0 ? 4 : 8,
  cpus: Array.from({ length: 8 }, (_unused, cpu) => cell * 8 + cpu),
}));

const hugePagesKiB = [2048, 1_048_576];

const guestXml = (osType: string): string => `<guest>
  <os_type>${osType}</os_type>
  <arch name='i686'>
    <wordsize>32</wordsize>
    <emulator>/usr/bin/test-hv</emulator>
    <domain type='test'/>
  </arch>
  <features><pae/><nonpae/></features>
</guest>`;

const hostXml = `<capabilities>
  <host>
    <cpu>
      <arch>i686</arch>
      <features>
        <pae/>
        <nonpae/>
      </features>
      ${[4, 8, ...hugePagesKiB].map((size) => `<pages unit='KiB' size='${size}'/>`).join('')}
    </cpu>
    <power_management/>
    <iommu support='no'/>
    <secmodel><model>testSecurity</model><doi></doi></secmodel>
  </host>
  ${guestXml('hvm')}
  ${guestXml('xen')}
</capabilities>`;

type Topology = NonNullable<CapabilitiesDef['host']['topology']>;

function topologyOf(cells: readonly NumaCell[]): Topology {
  return {
    cells: {
      num: cells.length,
      cells: cells.map((cell, id) => ({
        id,
        memory: BigInt(cell.memoryKiB),
        pages: [cell.pageKiB, ...hugePagesKiB].map((size) => ({
          unit: 'KiB',
          size: BigInt(size),
          count: BigInt(size === cell.pageKiB ? cell.memoryKiB / size : 0),
        })),
        caches: [],
        cpus: {
          num: cell.cpus.length,
          cpus: cell.cpus.map((cpu, core) => ({
            id: cpu,
            socketId: id,
            dieId: 0,
            coreId: core,
            siblings: String(cpu),
          })),
        },
      })),
    },
  };
}

/** The `<capabilities>` of a test host. */
export function capabilitiesXml(cells: readonly NumaCell[]): string {
  const def = capabilitiesKind.parse(hostXml);
  if (cells.length > 0) def.host.topology = topologyOf(cells);
  return capabilitiesKind.format(def);
}

const choices = (name: string, values: readonly string[]): string =>
  `<enum name='${name}'>${values.map((value) => `<value>${value}</value>`).join('')}</enum>`;
const unsupported = (names: readonly string[]): string => names.map((name) => `<${name} supported='no'/>`).join('');

const domainXml = `<domainCapabilities>
  <path>/usr/bin/test-hv</path>
  <domain>test</domain>
  <arch>i686</arch>
  <vcpu max='${maxVcpus}'/>
  <os supported='yes'><loader supported='yes'>${choices('type', ['rom', 'pflash'])}</loader></os>
  <cpu>
    <mode name='host-passthrough' supported='no'/>
    <mode name='host-model' supported='no'/>
    <mode name='custom' supported='no'/>
  </cpu>
  <devices>
    <disk supported='yes'>
      ${choices('diskDevice', ['disk', 'cdrom', 'floppy', 'lun'])}
      ${choices('bus', ['ide', 'fdc', 'scsi', 'virtio', 'xen', 'usb', 'sata', 'sd'])}
    </disk>
    <graphics supported='yes'>${choices('type', ['sdl', 'vnc', 'rdp', 'desktop', 'spice', 'egl-headless', 'dbus'])}</graphics>
    <video supported='yes'>
      ${choices('modelType', ['vga', 'cirrus', 'vmvga', 'xen', 'vbox', 'qxl', 'virtio', 'gop', 'none', 'bochs', 'ramfb'])}
    </video>
    <hostdev supported='yes'>
      ${choices('mode', ['subsystem', 'capabilities'])}
      ${choices('subsysType', ['usb', 'pci', 'scsi', 'mdev', 'scsi_host'])}
    </hostdev>
  </devices>
  <features>${unsupported(['gic', 'vmcoreinfo', 'genid', 'backingStoreInput', 'backup', 'sev'])}</features>
</domainCapabilities>`;

/** The `<domainCapabilities>` of a test host for one architecture. */
export function domainCapabilitiesXml(arch: string, machine: string | null): string {
  const def = domainCapabilitiesKind.parse(domainXml);
  return domainCapabilitiesKind.format({ ...def, arch, machine: machine ?? undefined });
}

/** The BIOS of the test host. */
export const sysinfoXml = `<sysinfo type='smbios'>
  <bios>
    <entry name='vendor'>Hostler</entry>
    <entry name='version'>Test driver</entry>
    <entry name='date'>01/22/2007</entry>
    <entry name='release'>1.0</entry>
  </bios>
</sysinfo>
`;
