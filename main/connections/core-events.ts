/** Events of a driver-core connection as the host's own; which of them a server does not know does not matter. */
import type { Connection } from '../../drivers/connection.ts';
import type { Domain } from '../../drivers/domain.ts';
import type { CallOptions } from '../../drivers/driver.ts';
import { VIR_DOMAIN_EVENT_ID_CONTROL_ERROR } from '../../drivers/enums.gen.ts';
import { lifeCycleOf } from './domain-words.ts';
import type { HypervisorEvent } from './hypervisor.ts';

type Tell = (event: HypervisorEvent) => void;

/** Registers for all in one wave; answers whether guests' life-cycle events will come. */
export async function subscribe(connection: Connection, tell: Tell, options: CallOptions): Promise<boolean> {
  const changed = ({ domain }: { domain: Domain }): void =>
    tell({ kind: 'guest-changed', uuid: domain.getUUIDString() });
  const [lifeCycle] = await Promise.allSettled([
    connection.onDidChangeDomainLifecycle(({ domain, event, detail }) => {
      const step = lifeCycleOf(event, detail);
      const id = domain.getID();
      const [uuid, name] = [domain.getUUIDString(), domain.getName()];
      if (step) tell({ kind: 'guest-life-cycle', uuid, name, id: id < 0 ? null : id, ...step });
      else tell({ kind: 'guest-changed', uuid });
    }, options),
    connection.onDidRebootDomain(
      ({ domain }) => tell({ kind: 'guest-rebooted', uuid: domain.getUUIDString() }),
      options,
    ),
    connection.onDidChangeDomainBalloon(({ domain, actual }) => {
      tell({ kind: 'guest-balloon', uuid: domain.getUUIDString(), memoryKiB: Number(actual) });
    }, options),
    connection.onDidChangeDomainMetadata(changed, options),
    connection.onDidAddDomainDevice(changed, options),
    connection.onDidRemoveDomainDevice(changed, options),
    connection.onDidChangeDomainDisk(changed, options),
    connection.domainEventRegisterAny(
      null,
      VIR_DOMAIN_EVENT_ID_CONTROL_ERROR,
      (_connection, domain) => changed({ domain }),
      options,
    ),
    connection.onDidChangeNetworkLifecycle(({ network }) => {
      tell({ kind: 'network', uuid: network.getUUIDString() });
    }, options),
    connection.onDidChangeStoragePoolLifecycle(({ pool }) => {
      tell({ kind: 'storage-pool', uuid: pool.getUUIDString() });
    }, options),
    connection.onDidRefreshStoragePool(
      ({ pool }) => tell({ kind: 'storage-pool', uuid: pool.getUUIDString() }),
      options,
    ),
  ]);
  return lifeCycle.status === 'fulfilled';
}
