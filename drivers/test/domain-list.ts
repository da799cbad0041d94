/** Finding and listing guests, and reading what each list shows of them. */
import type { DriverSlots } from '../driver.ts';
import {
  VIR_CONNECT_LIST_DOMAINS_ACTIVE,
  VIR_CONNECT_LIST_DOMAINS_AUTOSTART,
  VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT,
  VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT,
  VIR_CONNECT_LIST_DOMAINS_INACTIVE,
  VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE,
  VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART,
  VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT,
  VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE,
  VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT,
  VIR_CONNECT_LIST_DOMAINS_OTHER,
  VIR_CONNECT_LIST_DOMAINS_PAUSED,
  VIR_CONNECT_LIST_DOMAINS_PERSISTENT,
  VIR_CONNECT_LIST_DOMAINS_RUNNING,
  VIR_CONNECT_LIST_DOMAINS_SHUTOFF,
  VIR_CONNECT_LIST_DOMAINS_TRANSIENT,
  VIR_DOMAIN_CONTROL_ERROR,
  VIR_DOMAIN_CONTROL_JOB,
  VIR_DOMAIN_CONTROL_OCCUPIED,
  VIR_DOMAIN_CONTROL_OK,
  VIR_DOMAIN_PAUSED,
  VIR_DOMAIN_RUNNING,
  VIR_DOMAIN_SHUTOFF,
} from '../enums.gen.ts';
import { cpuTimeNs } from './domain-counters.ts';
import type { DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import { either, flagsOf, passes, type FilterGroup } from './filters.ts';
import type { TestNode } from './node.ts';

const listedStates: readonly number[] = [VIR_DOMAIN_RUNNING, VIR_DOMAIN_PAUSED, VIR_DOMAIN_SHUTOFF];

/** The filters of `listAllDomains`; the first three groups also choose whose statistics are told. */
export const domainFilters: readonly FilterGroup<DomainObj>[] = [
  either(VIR_CONNECT_LIST_DOMAINS_ACTIVE, VIR_CONNECT_LIST_DOMAINS_INACTIVE, (domain) => domain.isActive),
  either(VIR_CONNECT_LIST_DOMAINS_PERSISTENT, VIR_CONNECT_LIST_DOMAINS_TRANSIENT, (domain) => domain.isPersistent),
  [
    [VIR_CONNECT_LIST_DOMAINS_RUNNING, (domain) => domain.state.state === VIR_DOMAIN_RUNNING],
    [VIR_CONNECT_LIST_DOMAINS_PAUSED, (domain) => domain.state.state === VIR_DOMAIN_PAUSED],
    [VIR_CONNECT_LIST_DOMAINS_SHUTOFF, (domain) => domain.state.state === VIR_DOMAIN_SHUTOFF],
    [VIR_CONNECT_LIST_DOMAINS_OTHER, (domain) => !listedStates.includes(domain.state.state)],
  ],
  either(
    VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE,
    VIR_CONNECT_LIST_DOMAINS_NO_MANAGEDSAVE,
    (domain) => domain.managedSave !== null,
  ),
  either(VIR_CONNECT_LIST_DOMAINS_AUTOSTART, VIR_CONNECT_LIST_DOMAINS_NO_AUTOSTART, (domain) => domain.isAutostart),
  either(
    VIR_CONNECT_LIST_DOMAINS_HAS_SNAPSHOT,
    VIR_CONNECT_LIST_DOMAINS_NO_SNAPSHOT,
    (domain) => domain.snapshots.size > 0,
  ),
  either(
    VIR_CONNECT_LIST_DOMAINS_HAS_CHECKPOINT,
    VIR_CONNECT_LIST_DOMAINS_NO_CHECKPOINT,
    (domain) => domain.checkpoints.size > 0,
  ),
];

const noDomain = (how: string): Error => testError('VIR_ERR_NO_DOMAIN', `no domain with matching ${how}`);

/** Look-up, lists, and the calls that read one guest's state. */
export function domainListSlots(node: TestNode): DriverSlots {
  const { domains, domainOf } = node;
  const active = (): DomainObj[] => domains.filter((domain) => domain.isActive);
  const inactive = (): DomainObj[] => domains.filter((domain) => !domain.isActive);
  return {
    connectListAllDomains: async ({ flags }) => {
      checkFlags(flags, flagsOf(domainFilters), 'connectListAllDomains');
      return domains.filter((domain) => passes(domain, flags, domainFilters)).map((domain) => domain.ref);
    },
    connectListDomains: async ({ maxids }) =>
      active()
        .slice(0, maxids)
        .map((domain) => domain.id),
    connectNumOfDomains: async () => active().length,
    connectListDefinedDomains: async ({ maxnames }) =>
      inactive()
        .slice(0, maxnames)
        .map((domain) => domain.name),
    connectNumOfDefinedDomains: async () => inactive().length,
    domainLookupById: async ({ id }) => {
      const found = domains.filter((domain) => domain.isActive && domain.id === id)[0];
      if (!found) throw noDomain(`id ${id}`);
      return found.ref;
    },
    domainLookupByName: async ({ name }) => {
      const found = domains.byName(name);
      if (!found) throw noDomain(`name '${name}'`);
      return found.ref;
    },
    domainLookupByUuid: async ({ uuid }) => {
      const found = domains.byUuid(uuid);
      if (!found) throw noDomain(`uuid '${uuid}'`);
      return found.ref;
    },
    domainIsActive: async ({ dom }) => Number(domainOf(dom).isActive),
    domainIsPersistent: async ({ dom }) => Number(domainOf(dom).isPersistent),
    domainIsUpdated: async ({ dom }) => {
      domainOf(dom);
      return 0;
    },
    domainGetState: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainGetState');
      return { ...domainOf(dom).state };
    },
    domainGetInfo: async ({ dom }) => {
      const domain = domainOf(dom);
      const { config } = domain;
      return {
        state: domain.state.state,
        maxMem: config.memoryKiB,
        memory: config.currentMemoryKiB,
        nrVirtCpu: config.vcpus,
        cpuTime: cpuTimeNs(domain),
      };
    },
    domainGetControlInfo: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainGetControlInfo');
      const domain = domainOf(dom);
      domain.assertActive();
      return controlInfo(Number(domain.agent.time.seconds));
    },
    domainGetOsType: async ({ dom }) => {
      domainOf(dom);
      return 'linux';
    },
    domainGetHostname: async ({ dom, flags }) => {
      checkFlags(flags, 3, 'domainGetHostname');
      const domain = domainOf(dom);
      domain.assertActive();
      return `${domain.name}host`;
    },
  };
}

/** The state of the guest's control interface: setting the guest's clock early in 1970 shows the troubled ones. */
function controlInfo(seconds: number): { state: number; details: number; stateTime: bigint } {
  if (seconds > 0 && seconds < 10_000) return { state: VIR_DOMAIN_CONTROL_JOB, details: 0, stateTime: BigInt(seconds) };
  if (seconds >= 10_000 && seconds < 30_000) {
    return { state: VIR_DOMAIN_CONTROL_OCCUPIED, details: 0, stateTime: BigInt(seconds - 10_000) };
  }
  if (seconds >= 30_000 && seconds < 60_000) {
    return { state: VIR_DOMAIN_CONTROL_ERROR, details: seconds % 4, stateTime: BigInt(seconds - 30_000) };
  }
  return { state: VIR_DOMAIN_CONTROL_OK, details: 0, stateTime: 0n };
}
