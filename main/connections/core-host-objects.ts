/** Networks and storage pools of a driver-core connection, and what is known of the host itself. */
import type { Connection } from '../../drivers/connection.ts';
import { slotProcedures } from '../../drivers/driver-slots.gen.ts';
import type { SlotName } from '../../drivers/core.ts';
import type { CallOptions } from '../../drivers/driver.ts';
import {
  VIR_CONNECT_LIST_NETWORKS_ACTIVE,
  VIR_CONNECT_LIST_NETWORKS_AUTOSTART,
  VIR_CONNECT_LIST_NETWORKS_PERSISTENT,
  VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART,
  VirStoragePoolState,
} from '../../drivers/enums.gen.ts';
import type { Network } from '../../drivers/network.ts';
import type { StoragePool } from '../../drivers/storage-pool.ts';
import type { HostInfo, StoragePoolRow } from '../contract/index.ts';
import { isUnsupported } from './core-guests.ts';
import type { NetworkFacts, StoragePoolFacts } from './hypervisor.ts';

/** Beyond these many objects their details are not asked for one by one. */
const detailedAtMost = 512;

const poolStates = new Map(
  Object.entries(VirStoragePoolState).map(([name, number]): [number, StoragePoolRow['state']] => [
    number,
    name.slice('VIR_STORAGE_POOL_'.length).toLowerCase() as StoragePoolRow['state'],
  ]),
);

/** All networks: lists in one wave, then their bridges. None where the driver knows no networks. */
export async function listNetworks(connection: Connection, options: CallOptions): Promise<NetworkFacts[]> {
  const list = (flags: number): Promise<Network[]> =>
    connection.listAllNetworks(flags, options).catch(noneIfUnsupported);
  const [all, active, persistent, autostart] = await Promise.all([
    list(0),
    list(VIR_CONNECT_LIST_NETWORKS_ACTIVE).then(uuidsOf),
    list(VIR_CONNECT_LIST_NETWORKS_PERSISTENT).then(uuidsOf),
    list(VIR_CONNECT_LIST_NETWORKS_AUTOSTART).then(uuidsOf),
  ]);
  return await Promise.all(
    all.map(async (network, n) => {
      const uuid = network.getUUIDString();
      // Networks of other kinds than a bridge have none, and say so with an error.
      const bridge = n < detailedAtMost ? await network.getBridgeName(options).catch(() => '') : '';
      return {
        uuid,
        name: network.getName(),
        bridge,
        isActive: active.has(uuid),
        isPersistent: persistent.has(uuid),
        isAutostart: autostart.has(uuid),
      };
    }),
  );
}

/** All storage pools with their sizes. None where the driver knows no storage. */
export async function listStoragePools(connection: Connection, options: CallOptions): Promise<StoragePoolFacts[]> {
  const list = (flags: number): Promise<StoragePool[]> =>
    connection.listAllStoragePools(flags, options).catch(noneIfUnsupported);
  const [all, autostart] = await Promise.all([list(0), list(VIR_CONNECT_LIST_STORAGE_POOLS_AUTOSTART).then(uuidsOf)]);
  return await Promise.all(
    all.map(async (pool, n) => {
      const uuid = pool.getUUIDString();
      const info = n < detailedAtMost ? await pool.getInfo(options).catch(() => null) : null;
      return {
        uuid,
        name: pool.getName(),
        state: (info && poolStates.get(info.state)) ?? 'inactive',
        isAutostart: autostart.has(uuid),
        capacityBytes: Number(info?.capacity ?? 0n),
        allocationBytes: Number(info?.allocation ?? 0n),
        availableBytes: Number(info?.available ?? 0n),
      };
    }),
  );
}

/** What can be said of the host: one wave of calls, each of which may be unsupported. */
export async function describeHost(connection: Connection, options: CallOptions): Promise<HostInfo> {
  const maybe = async <Value>(work: Promise<Value>): Promise<Value | undefined> => await work.catch(() => undefined);
  const [hypervisor, hostname, version, libVersion, node] = await Promise.all([
    maybe(connection.getType(options)),
    maybe(connection.getHostname(options)),
    maybe(connection.getVersion(options)),
    maybe(connection.getLibVersion(options)),
    maybe(connection.nodeGetInfo(options)),
  ]);
  return {
    hypervisor: hypervisor ?? '',
    ...(hostname === undefined ? {} : { hostname }),
    ...(version === undefined ? {} : { hypervisorVersion: versionText(version) }),
    ...(libVersion === undefined ? {} : { libvirtVersion: versionText(libVersion) }),
    ...(node === undefined ? {} : { cpuModel: node.model, cpus: node.cpus, memoryKiB: Number(node.memory) }),
    supported: (Object.keys(slotProcedures) as SlotName[]).filter((slot) => connection.supports(slot)),
  };
}

/** `9000001` as `9.0.1`. */
function versionText(version: bigint): string {
  return `${version / 1_000_000n}.${(version / 1000n) % 1000n}.${version % 1000n}`;
}

function uuidsOf(objects: { getUUIDString(): string }[]): Set<string> {
  return new Set(objects.map((object) => object.getUUIDString()));
}

function noneIfUnsupported(error: unknown): never[] {
  if (isUnsupported(error)) return [];
  throw error;
}
