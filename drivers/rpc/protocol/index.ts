/** The protocol table: every program with its procedures, put together from one file per object. */
import type { Procedure, Program, TableFile } from './dsl.ts';
import { messageTable } from './message.ts';
import { refsTable } from './refs.ts';
import { authTable } from './auth.ts';
import { connectTable } from './connect.ts';
import { eventsTable } from './events.ts';
import { nodeTable } from './node.ts';
import { domainTable } from './domain.ts';
import { domainTuningTable } from './domain-tuning.ts';
import { domainBlockTable } from './domain-block.ts';
import { domainMigrateTable } from './domain-migrate.ts';
import { domainSnapshotTable } from './domain-snapshot.ts';
import { networkTable } from './network.ts';
import { storageTable } from './storage.ts';
import { nodeDeviceTable } from './node-device.ts';
import { interfaceTable } from './interface.ts';
import { nwfilterTable } from './nwfilter.ts';
import { secretTable } from './secret.ts';
import { qemuTable } from './qemu.ts';
import { lxcTable } from './lxc.ts';
import { adminTable } from './admin.ts';
import { keepaliveTable } from './keepalive.ts';

export const tableFiles: TableFile[] = [
  refsTable,
  messageTable,
  authTable,
  connectTable,
  eventsTable,
  nodeTable,
  domainTable,
  domainTuningTable,
  domainBlockTable,
  domainMigrateTable,
  domainSnapshotTable,
  networkTable,
  storageTable,
  nodeDeviceTable,
  interfaceTable,
  nwfilterTable,
  secretTable,
  qemuTable,
  lxcTable,
  adminTable,
  keepaliveTable,
];

export const programs: Program[] = [
  program('keepalive', 0x6b65_6570, 1),
  program('remote', 0x2000_8086, 1),
  program('qemu', 0x2000_8087, 1),
  program('lxc', 0x0006_8000, 1),
  program('admin', 0x0690_0690, 1),
];

function program(name: string, number: number, version: number): Program {
  const procedures: Procedure[] = tableFiles
    .filter((table) => table.program === name)
    .flatMap((table) => table.procedures);
  procedures.sort((a, b) => a.number - b.number);
  return { name, number, version, procedures };
}
