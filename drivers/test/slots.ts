/** All slots of the test driver, put together for one session. */
import type { DriverSlots } from '../driver.ts';
import { bulkStatsSlots } from './bulk-stats.ts';
import { domainBlockSlots } from './domain-block.ts';
import { domainIothreadSlots } from './domain-iothread.ts';
import { domainMemorySlots } from './domain-memory.ts';
import { domainMiscSlots } from './domain-misc.ts';
import { domainTuningSlots } from './domain-tuning.ts';
import { domainVcpuSlots } from './domain-vcpu.ts';
import { domainCheckpointSlots } from './domain-checkpoint.ts';
import { domainDeviceSlots } from './domain-device.ts';
import { domainSnapshotSlots } from './domain-snapshot.ts';
import { domainDefineSlots } from './domain-define.ts';
import { domainGuestSlots } from './domain-guest.ts';
import { domainLifeCycleSlots } from './domain-life-cycle.ts';
import { domainListSlots } from './domain-list.ts';
import { domainSaveSlots } from './domain-save.ts';
import { domainStatsSlots } from './domain-stats.ts';
import { hostSlots } from './host.ts';
import { networkSlots } from './network.ts';
import { interfaceSlots } from './interface.ts';
import { networkPortSlots } from './network-port.ts';
import { nodeDeviceSlots } from './node-device.ts';
import { nwfilterSlots } from './nwfilter.ts';
import { secretSlots } from './secret.ts';
import { storagePoolSlots } from './storage-pool.ts';
import { storageVolSlots } from './storage-vol.ts';
import type { TestNode } from './node.ts';
import type { SessionContext } from './session.ts';

/** The table of what a connection to `node` can do. */
export function buildSlots(node: TestNode, session: SessionContext): DriverSlots {
  return {
    ...hostSlots(node),
    ...domainListSlots(node),
    ...domainDefineSlots(node),
    ...domainLifeCycleSlots(node, session),
    ...domainSaveSlots(node),
    ...domainGuestSlots(node),
    ...domainStatsSlots(node),
    ...bulkStatsSlots(node),
    ...domainMemorySlots(node),
    ...domainVcpuSlots(node),
    ...domainIothreadSlots(node),
    ...domainTuningSlots(node),
    ...domainBlockSlots(node),
    ...domainMiscSlots(node),
    ...domainDeviceSlots(node),
    ...domainSnapshotSlots(node),
    ...domainCheckpointSlots(node),
    ...networkSlots(node),
    ...networkPortSlots(node),
    ...storagePoolSlots(node),
    ...storageVolSlots(node),
    ...interfaceSlots(node),
    ...nodeDeviceSlots(node),
    ...secretSlots(node),
    ...nwfilterSlots(node),
  };
}
