/**
 * The driver core's public face, shaped as libvirt's API:
 *
 *   await using connection = await connect('qemu:///system');
 *   for (const domain of await connection.listAllDomains()) console.log(domain.getName(), await domain.getState());
 */
export { type ConnectOptions, connect, getVersion, open, openAuth, openReadOnly } from './connect.ts';
export { Connection } from './connection.ts';
export type { CloseCallback, ConnectionCloseEvent } from './connection/base.ts';
export type { DomainStatsRecord } from './connection/domains.ts';
export type {
  DomainEventCallback,
  EventDetails,
  EventSubscription,
  LifecycleCallback,
  NetworkEventCallback,
  NodeDeviceEventCallback,
  QemuMonitorEventCallback,
  SecretEventCallback,
  StoragePoolEventCallback,
} from './connection/events.ts';
export type { NodeCPUMap, NodeInfo, SecurityModel } from './connection/host.ts';
export type {
  DomainEvent,
  NetworkEvent,
  NodeDeviceEvent,
  SecretEvent,
  StoragePoolEvent,
} from './connection/subscriptions.ts';
export { DomainCheckpoint } from './domain-checkpoint.ts';
export { DomainSnapshot } from './domain-snapshot.ts';
export { Domain } from './domain.ts';
export type { DomainFSInfo, DomainTime } from './domain/agent.ts';
export type { DomainControlInfo, DomainInfo, DomainState } from './domain/base.ts';
export type { DomainBlockInfo, DomainBlockJobInfo, DomainBlockStats, DomainDiskError } from './domain/block.ts';
export type { DomainIOThreadInfo, DomainVcpus, VcpuInfo } from './domain/cpus.ts';
export type { DomainInterface, DomainIpAddr } from './domain/devices.ts';
export type { DomainJobInfo, DomainJobStats } from './domain/jobs.ts';
export type { DomainMemoryStat } from './domain/memory.ts';
export type { DomainInterfaceStats, SecurityLabel } from './domain/tuning.ts';
export type {
  AuthCallback,
  CallOptions,
  CloseReason,
  CredentialRequest,
  DriverTunnel,
  OpenOptions,
  PromptCallback,
  SshPrompt,
} from './driver.ts';
export type { CpuMap, Int64 } from './arguments.ts';
export * from './enums.gen.ts';
export * from './error-numbers.gen.ts';
export { VirError, type VirErrorFields } from './error.ts';
export { type Disposable, type Event, setUnexpectedErrorHandler } from './event.ts';
export { Interface } from './interface.ts';
export { NetworkPort } from './network-port.ts';
export { Network, type NetworkDHCPLease } from './network.ts';
export { NodeDevice } from './node-device.ts';
export { NWFilterBinding } from './nwfilter-binding.ts';
export { NWFilter } from './nwfilter.ts';
export { Secret } from './secret.ts';
export { StoragePool, type StoragePoolInfo } from './storage-pool.ts';
export { StorageVol, type StorageVolInfo } from './storage-vol.ts';
export { Stream, type StreamHoleHandler, type StreamInData, type StreamSink, type StreamSource } from './stream.ts';
export * from './typed-params.gen.ts';
export { type TypedParams, type TypedParamsInput, VIR_DOMAIN_MEMORY_PARAM_UNLIMITED } from './typed-params.ts';
export { type ConnectionUri, formatUri, parseUri } from './uri.ts';
export * as conf from './conf/index.ts';
// Loading them makes `conf.domain` know these drivers' rules.
import './qemu/index.ts';
import './test/domain-post-parse.ts';
