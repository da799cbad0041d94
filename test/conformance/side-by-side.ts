/** The same questions asked of the same host by our API and by libvirt's virsh: what is there, and how it is described. */
import {
  VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE,
  VIR_CONNECT_LIST_NODE_DEVICES_CAP_PCI_DEV,
  VIR_CONNECT_LIST_NODE_DEVICES_CAP_SYSTEM,
} from '../../drivers/enums.gen.ts';
import type { Connection } from '../../drivers/index.ts';
import { run } from '../rig/process.ts';

/** By virsh command: the names it lists, or the description it shows. */
export type Answers = Record<string, string>;

/** One kind of object: how virsh is asked for it, and how the API is. */
interface Kind {
  list: string;
  show: (name: string) => string;
  /** Which column of virsh's table has what we call it by; null: it prints nothing but names. */
  column: number | null;
  read: () => Promise<[name: string, object: { getXMLDesc(): Promise<string> }][]>;
}

const named = <T extends { getName(): string }>(objects: T[]): [string, T][] =>
  objects.map((object) => [object.getName(), object]);

/** What both libvirt's test driver and its QEMU driver have. */
async function commonKinds(connection: Connection): Promise<Kind[]> {
  const domains = named(await connection.listAllDomains());
  const pools = named(await connection.listAllStoragePools());
  return [
    {
      list: 'list --all --name',
      show: (name) => `dumpxml ${name}`,
      column: null,
      read: () => Promise.resolve(domains),
    },
    ...domains.map(([domain, object]): Kind => ({
      list: `snapshot-list ${domain} --name`,
      show: (name) => `snapshot-dumpxml ${domain} ${name}`,
      column: null,
      read: async () => named(await object.listAllSnapshots()),
    })),
    {
      list: 'net-list --all --name',
      show: (name) => `net-dumpxml ${name}`,
      column: null,
      read: async () => named(await connection.listAllNetworks()),
    },
    {
      list: 'pool-list --all --name',
      show: (name) => `pool-dumpxml ${name}`,
      column: null,
      read: () => Promise.resolve(pools),
    },
    ...pools.map(([pool, object]): Kind => ({
      list: `vol-list ${pool}`,
      show: (name) => `vol-dumpxml --pool ${pool} ${name}`,
      column: 0,
      read: async () => named(await object.listAllVolumes()),
    })),
  ];
}

/** What the test driver has besides; its devices virsh asks for in a way that it refuses. */
const testKinds = (connection: Connection): Kind[] => [
  {
    list: 'iface-list --all',
    show: (name) => `iface-dumpxml ${name}`,
    column: 0,
    read: async () => named(await connection.listAllInterfaces()),
  },
];

/** The computer and what is built into it; other devices come and go. */
const builtIn =
  VIR_CONNECT_LIST_NODE_DEVICES_ACTIVE |
  VIR_CONNECT_LIST_NODE_DEVICES_CAP_SYSTEM |
  VIR_CONNECT_LIST_NODE_DEVICES_CAP_PCI_DEV;

/** What a daemon with the QEMU driver has besides. */
const qemuKinds = (connection: Connection): Kind[] => [
  {
    list: 'nodedev-list --cap system,pci',
    show: (name) => `nodedev-dumpxml ${name}`,
    column: null,
    read: async () => named(await connection.listAllNodeDevices(builtIn)),
  },
  {
    list: 'nwfilter-list',
    show: (name) => `nwfilter-dumpxml ${name}`,
    column: 1,
    read: async () => named(await connection.listAllNWFilters()),
  },
  {
    list: 'secret-list',
    show: (uuid) => `secret-dumpxml ${uuid}`,
    column: 0,
    read: async () => (await connection.listAllSecrets()).map((secret) => [secret.getUUIDString(), secret]),
  },
];

const mark = '@@@';

/** Answers of both; `uri` is for virsh and leads to the same host as `connection`, of the driver that it names. */
export async function askBoth(connection: Connection, uri: string): Promise<{ ours: Answers; virsh: Answers }> {
  const special = uri.startsWith('test') ? testKinds : qemuKinds;
  const kinds = [...(await commonKinds(connection)), ...special(connection)];
  const ours: Answers = {};
  const columns: Record<string, number | null> = {};
  for (const { list, show, column, read } of kinds) {
    const objects = await read();
    ours[list] = objects
      .map(([name]) => name)
      .toSorted()
      .join('\n');
    columns[list] = column;
    for (const [name, object] of objects) ours[show(name)] = (await object.getXMLDesc()).trim();
  }
  const commands = Object.keys(ours);
  const printed = (await run('virsh', ['-c', uri, commands.join(`; echo ${mark}; `)])).split(`${mark}\n`);
  const virsh = commands.map((command, index) => {
    const column = columns[command];
    const text = printed[index] ?? '';
    return [command, column === undefined ? text.trim() : namesIn(text, column)];
  });
  return { ours, virsh: Object.fromEntries(virsh) as Answers };
}

/** Names in what virsh printed: one in a line, or a column of a table below a ruler. */
function namesIn(text: string, column: number | null): string {
  const lines = text.split('\n').map((line) => line.trim());
  const rows = column === null ? lines : lines.slice(lines.findIndex((line) => /^-+$/.test(line)) + 1);
  return rows
    .filter((row) => row !== '')
    .map((row) => row.split(/\s+/)[column ?? 0]!)
    .toSorted()
    .join('\n');
}
