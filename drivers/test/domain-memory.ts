/** Memory of guests: how much, how much at most, and the limits on it. */
import type { DriverSlots, TypedParam } from '../driver.ts';
import {
  VIR_DOMAIN_AFFECT_CONFIG,
  VIR_DOMAIN_AFFECT_LIVE,
  VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE,
  VIR_DOMAIN_MEM_MAXIMUM,
  VIR_TYPED_PARAM_STRING_OKAY,
} from '../enums.gen.ts';
import {
  VIR_DOMAIN_MEMORY_HARD_LIMIT,
  VIR_DOMAIN_MEMORY_SOFT_LIMIT,
  VIR_DOMAIN_MEMORY_SWAP_HARD_LIMIT,
} from '../typed-params.gen.ts';
import type { DomainConfig } from './domain-config.ts';
import type { DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';
import { TypedValues } from './typed-values.ts';

const affectFlags = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;
/** What libvirt answers where there is no limit. */
const unlimitedKiB = 9_007_199_254_740_991n;
const limitTypes = {
  [VIR_DOMAIN_MEMORY_HARD_LIMIT]: 'ullong',
  [VIR_DOMAIN_MEMORY_SOFT_LIMIT]: 'ullong',
  [VIR_DOMAIN_MEMORY_SWAP_HARD_LIMIT]: 'ullong',
} as const;

/** Memory sizes and limits. */
export function domainMemorySlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainGetMaxMemory: async ({ dom }) => domainOf(dom).config.memoryKiB,
    domainSetMaxMemory: async ({ dom, memory }) => setMemory(node, domainOf(dom), memory, VIR_DOMAIN_MEM_MAXIMUM),
    domainSetMemory: async ({ dom, memory }) => setMemory(node, domainOf(dom), memory, VIR_DOMAIN_AFFECT_LIVE),
    domainSetMemoryFlags: async ({ dom, memory, flags }) => setMemory(node, domainOf(dom), memory, flags),
    domainSetMemoryStatsPeriod: async ({ dom, period, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetMemoryStatsPeriod');
      const domain = domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) => withStatsPeriod(config, period));
    },
    domainGetMemoryParameters: async ({ dom, flags }) => {
      checkFlags(flags, affectFlags | VIR_TYPED_PARAM_STRING_OKAY, 'domainGetMemoryParameters');
      return limitsOf(domainOf(dom).oneConfig(flags));
    },
    domainSetMemoryParameters: async ({ dom, params, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetMemoryParameters');
      const values = new TypedValues(params, limitTypes);
      const domain = domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) => withLimits(config, values));
    },
  };
}

function setMemory(node: TestNode, domain: DomainObj, memoryKiB: bigint, flags: number): void {
  checkFlags(flags, affectFlags | VIR_DOMAIN_MEM_MAXIMUM, 'domainSetMemoryFlags');
  if (memoryKiB === 0n) throw testError('VIR_ERR_INVALID_ARG', 'memory in virDomainSetMemoryFlags must not be zero');
  const targets = domain.targets(flags);
  const isMaximum = (flags & VIR_DOMAIN_MEM_MAXIMUM) !== 0;
  if (isMaximum && targets.live) {
    throw testError('VIR_ERR_OPERATION_INVALID', 'cannot resize the maximum memory on an active domain');
  }
  domain.editConfig(targets, (config) => (isMaximum ? withMaximum(config, memoryKiB) : withCurrent(config, memoryKiB)));
  if (!targets.live) return;
  node.events.emit({
    family: 'domain',
    eventId: VIR_DOMAIN_EVENT_ID_BALLOON_CHANGE,
    payload: { dom: domain.ref, actual: memoryKiB },
  });
}

function withMaximum(config: DomainConfig, memoryKiB: bigint): DomainConfig {
  if ((config.def.cpu?.numa?.cells.length ?? 0) > 0) {
    throw testError(
      'VIR_ERR_OPERATION_INVALID',
      'initial memory size of a domain with NUMA nodes cannot be modified with this API',
    );
  }
  const { maxMemory } = config.def;
  if (maxMemory && maxMemory.valueKiB < memoryKiB) {
    throw testError('VIR_ERR_OPERATION_INVALID', 'cannot set initial memory size greater than the maximum memory size');
  }
  const current = config.currentMemoryKiB < memoryKiB ? config.currentMemoryKiB : memoryKiB;
  return config.edit((def) => {
    def.memory = { ...def.memory, valueKiB: memoryKiB };
    def.currentMemoryKiB = current;
  });
}

function withCurrent(config: DomainConfig, memoryKiB: bigint): DomainConfig {
  if (memoryKiB > config.memoryKiB) throw testError('VIR_ERR_INVALID_ARG', 'cannot set memory higher than max memory');
  return config.edit((def) => {
    def.currentMemoryKiB = memoryKiB;
  });
}

function withStatsPeriod(config: DomainConfig, period: number): DomainConfig {
  if (!config.hasMemballoon) {
    throw testError('VIR_ERR_INTERNAL_ERROR', 'No memory balloon device configured, can not set the collection period');
  }
  return config.editDevices(({ memballoon }) => {
    memballoon!.stats = period > 0 ? { period } : undefined;
  });
}

function limitsOf({ def: { memtune } }: DomainConfig): TypedParam[] {
  const limits = [
    [VIR_DOMAIN_MEMORY_HARD_LIMIT, memtune?.hardLimitKiB],
    [VIR_DOMAIN_MEMORY_SOFT_LIMIT, memtune?.softLimitKiB],
    [VIR_DOMAIN_MEMORY_SWAP_HARD_LIMIT, memtune?.swapHardLimitKiB],
  ] as const;
  return limits.map(([field, value]) => ({ field, type: 'ullong', value: value ?? unlimitedKiB }));
}

function withLimits(config: DomainConfig, values: TypedValues): DomainConfig {
  const { memtune } = config.def;
  const hard = values.bigint(VIR_DOMAIN_MEMORY_HARD_LIMIT) ?? memtune?.hardLimitKiB ?? unlimitedKiB;
  const swap = values.bigint(VIR_DOMAIN_MEMORY_SWAP_HARD_LIMIT) ?? memtune?.swapHardLimitKiB ?? unlimitedKiB;
  const soft = values.bigint(VIR_DOMAIN_MEMORY_SOFT_LIMIT) ?? memtune?.softLimitKiB ?? unlimitedKiB;
  if (hard > swap) {
    throw testError(
      'VIR_ERR_INVALID_ARG',
      'memory hard_limit tunable value must be lower than or equal to swap_hard_limit',
    );
  }
  const limit = (value: bigint): bigint | undefined => (value >= unlimitedKiB ? undefined : value);
  return config.edit((def) => {
    def.memtune = {
      ...def.memtune,
      hardLimitKiB: limit(hard),
      softLimitKiB: limit(soft),
      swapHardLimitKiB: limit(swap),
    };
  });
}
