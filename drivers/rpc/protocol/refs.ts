/** References to objects, as they travel in arguments, results and events. */
import { int, string, struct, uuid, type TableFile } from './dsl.ts';

export const domain = struct('remote_nonnull_domain', { name: string, uuid, id: int }, 'DomainRef');
export const network = struct('remote_nonnull_network', { name: string, uuid }, 'NetworkRef');
export const networkPort = struct('remote_nonnull_network_port', { net: network, uuid }, 'NetworkPortRef');
export const nwfilter = struct('remote_nonnull_nwfilter', { name: string, uuid }, 'NWFilterRef');
export const nwfilterBinding = struct(
  'remote_nonnull_nwfilter_binding',
  { portdev: string, filtername: string },
  'NWFilterBindingRef',
);
export const hostInterface = struct('remote_nonnull_interface', { name: string, mac: string }, 'InterfaceRef');
export const storagePool = struct('remote_nonnull_storage_pool', { name: string, uuid }, 'StoragePoolRef');
export const storageVol = struct(
  'remote_nonnull_storage_vol',
  { pool: string, name: string, key: string },
  'StorageVolRef',
);
export const nodeDevice = struct('remote_nonnull_node_device', { name: string }, 'NodeDeviceRef');
export const secret = struct('remote_nonnull_secret', { uuid, usageType: int, usageID: string }, 'SecretRef');
export const domainCheckpoint = struct(
  'remote_nonnull_domain_checkpoint',
  { name: string, dom: domain },
  'DomainCheckpointRef',
);
export const domainSnapshot = struct(
  'remote_nonnull_domain_snapshot',
  { name: string, dom: domain },
  'DomainSnapshotRef',
);

export const refsTable: TableFile = {
  file: 'refs',
  program: '',
  structs: [
    domain,
    network,
    networkPort,
    nwfilter,
    nwfilterBinding,
    hostInterface,
    storagePool,
    storageVol,
    nodeDevice,
    secret,
    domainCheckpoint,
    domainSnapshot,
  ],
  procedures: [],
};
