/** All slots of the test driver, put together for one session. */
import type { DriverSlots } from '../driver.ts';
import { bulkStatsSlots } from './bulk-stats.ts';
import { domainDefineSlots } from './domain-define.ts';
import { domainGuestSlots } from './domain-guest.ts';
import { domainLifeCycleSlots } from './domain-life-cycle.ts';
import { domainListSlots } from './domain-list.ts';
import { domainSaveSlots } from './domain-save.ts';
import { domainStatsSlots } from './domain-stats.ts';
import { hostSlots } from './host.ts';
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
  };
}
