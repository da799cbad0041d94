/** What the test host is: its size, its cells and the XML that describes what it can run. */
import { XmlWriter } from '../conf/xml/writer.ts';
import type { NodeGetInfoResult } from '../driver-slots.gen.ts';

/** The emulator every test guest runs under; no such file is ever looked for. */
export const testEmulator = '/usr/bin/test-hv';

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

function leaf(out: XmlWriter, name: string, text: string): void {
  out.open(name);
  out.closeWithText(name, text);
}

function empty(out: XmlWriter, name: string, attributes: Record<string, string | number> = {}): void {
  out.open(name);
  for (const [key, value] of Object.entries(attributes)) out.attribute(key, String(value));
  out.close(name);
}

function within(
  out: XmlWriter,
  name: string,
  write: () => void,
  attributes: Record<string, string | number> = {},
): void {
  out.open(name);
  for (const [key, value] of Object.entries(attributes)) out.attribute(key, String(value));
  write();
  out.close(name);
}

function writeCell(out: XmlWriter, cell: NumaCell, id: number): void {
  within(
    out,
    'cell',
    () => {
      out.open('memory');
      out.attribute('unit', 'KiB');
      out.closeWithText('memory', String(cell.memoryKiB));
      for (const size of [cell.pageKiB, ...hugePagesKiB]) {
        out.open('pages');
        out.attribute('unit', 'KiB');
        out.attribute('size', String(size));
        out.closeWithText('pages', String(size === cell.pageKiB ? cell.memoryKiB / size : 0));
      }
      within(
        out,
        'cpus',
        () => {
          for (const [core, cpu] of cell.cpus.entries()) {
            empty(out, 'cpu', { id: cpu, socket_id: id, die_id: 0, core_id: core, siblings: cpu });
          }
        },
        { num: cell.cpus.length },
      );
    },
    { id },
  );
}

function writeHost(out: XmlWriter, cells: readonly NumaCell[]): void {
  within(out, 'cpu', () => {
    leaf(out, 'arch', 'i686');
    within(out, 'features', () => {
      empty(out, 'pae');
      empty(out, 'nonpae');
    });
    for (const size of [4, 8, ...hugePagesKiB]) empty(out, 'pages', { unit: 'KiB', size });
  });
  empty(out, 'power_management');
  empty(out, 'iommu', { support: 'no' });
  if (cells.length > 0) {
    within(out, 'topology', () => {
      within(out, 'cells', () => cells.forEach((cell, id) => writeCell(out, cell, id)), { num: cells.length });
    });
  }
  within(out, 'secmodel', () => {
    leaf(out, 'model', 'testSecurity');
    leaf(out, 'doi', '');
  });
}

function writeGuest(out: XmlWriter, osType: string): void {
  within(out, 'guest', () => {
    leaf(out, 'os_type', osType);
    within(
      out,
      'arch',
      () => {
        leaf(out, 'wordsize', '32');
        leaf(out, 'emulator', testEmulator);
        empty(out, 'domain', { type: 'test' });
      },
      { name: 'i686' },
    );
    within(out, 'features', () => {
      empty(out, 'pae');
      empty(out, 'nonpae');
    });
  });
}

/** The `<capabilities>` of a test host. */
export function capabilitiesXml(cells: readonly NumaCell[]): string {
  const out = new XmlWriter();
  within(out, 'capabilities', () => {
    within(out, 'host', () => writeHost(out, cells));
    for (const osType of ['hvm', 'xen']) writeGuest(out, osType);
  });
  return out.toString();
}

function writeEnum(out: XmlWriter, name: string, values: readonly string[]): void {
  within(out, 'enum', () => values.forEach((value) => leaf(out, 'value', value)), { name });
}

/** Which devices a test guest can have, and which values they take. */
const deviceEnums: Record<string, Record<string, readonly string[]>> = {
  disk: {
    diskDevice: ['disk', 'cdrom', 'floppy', 'lun'],
    bus: ['ide', 'fdc', 'scsi', 'virtio', 'xen', 'usb', 'sata', 'sd'],
  },
  graphics: { type: ['sdl', 'vnc', 'rdp', 'desktop', 'spice', 'egl-headless', 'dbus'] },
  video: { modelType: ['vga', 'cirrus', 'vmvga', 'xen', 'vbox', 'qxl', 'virtio', 'gop', 'none', 'bochs', 'ramfb'] },
  hostdev: {
    mode: ['subsystem', 'capabilities'],
    startupPolicy: ['default', 'mandatory', 'requisite', 'optional'],
    subsysType: ['usb', 'pci', 'scsi', 'mdev', 'scsi_host'],
    capsType: ['storage', 'misc', 'net'],
    pciBackend: ['default', 'kvm', 'vfio', 'xen'],
  },
};

/** The `<domainCapabilities>` of a test host for one architecture. */
export function domainCapabilitiesXml(arch: string, machine: string | null): string {
  const out = new XmlWriter();
  within(out, 'domainCapabilities', () => {
    leaf(out, 'path', testEmulator);
    leaf(out, 'domain', 'test');
    if (machine !== null) leaf(out, 'machine', machine);
    leaf(out, 'arch', arch);
    empty(out, 'vcpu', { max: maxVcpus });
    within(
      out,
      'os',
      () => within(out, 'loader', () => writeEnum(out, 'type', ['rom', 'pflash']), { supported: 'yes' }),
      { supported: 'yes' },
    );
    within(out, 'cpu', () => {
      empty(out, 'mode', { name: 'host-passthrough', supported: 'no' });
      empty(out, 'mode', { name: 'host-model', supported: 'no' });
      empty(out, 'mode', { name: 'custom', supported: 'no' });
    });
    within(out, 'devices', () => {
      for (const [device, enums] of Object.entries(deviceEnums)) {
        within(out, device, () => Object.entries(enums).forEach(([name, values]) => writeEnum(out, name, values)), {
          supported: 'yes',
        });
      }
    });
    within(out, 'features', () => {
      for (const feature of ['gic', 'vmcoreinfo', 'genid', 'backingStoreInput', 'backup', 'sev'])
        empty(out, feature, { supported: 'no' });
    });
  });
  return out.toString();
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
