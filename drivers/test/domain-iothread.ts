/** I/O threads of guests. */
import type { DriverSlots } from '../driver.ts';
import { VIR_DOMAIN_AFFECT_CONFIG, VIR_DOMAIN_AFFECT_LIVE } from '../enums.gen.ts';
import {
  VIR_DOMAIN_IOTHREAD_POLL_GROW,
  VIR_DOMAIN_IOTHREAD_POLL_MAX_NS,
  VIR_DOMAIN_IOTHREAD_POLL_SHRINK,
} from '../typed-params.gen.ts';
import { allCpus, cpusOf, formatCpus, mapOf, parseCpus } from './cpu-map.ts';
import type { DomainConfig } from './domain-config.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';
import { TypedValues } from './typed-values.ts';

const affectFlags = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;

function assertNumber(id: number): void {
  if (id === 0) throw testError('VIR_ERR_INVALID_ARG', 'invalid value of 0 for iothread_id');
}

function assertThread(config: DomainConfig, id: number): void {
  if (config.iothreads.some((thread) => thread.id === id)) return;
  throw testError('VIR_ERR_INVALID_ARG', `cannot find IOThread '${id}' in iothreadids`);
}

/** I/O threads. */
export function domainIothreadSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  return {
    domainGetIothreadInfo: async ({ dom, flags }) => {
      checkFlags(flags, affectFlags, 'domainGetIOThreadInfo');
      const config = domainOf(dom).oneConfig(flags);
      return config.iothreads.map(({ id }) => {
        const pin = config.def.cputune?.iothreadpins.find(({ iothread }) => iothread === id);
        return { iothreadId: id, cpumap: pin ? mapOf(parseCpus(pin.cpuset)) : allCpus(config.vcpus) };
      });
    },
    domainAddIothread: async ({ dom, iothreadId, flags }) => {
      checkFlags(flags, affectFlags, 'domainAddIOThread');
      assertNumber(iothreadId);
      const domain = domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) => withThread(config, iothreadId));
    },
    domainDelIothread: async ({ dom, iothreadId, flags }) => {
      checkFlags(flags, affectFlags, 'domainDelIOThread');
      assertNumber(iothreadId);
      const domain = domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) => withoutThread(config, iothreadId));
    },
    domainPinIothread: async ({ dom, iothreadsId, cpumap, flags }) => {
      checkFlags(flags, affectFlags, 'domainPinIOThread');
      const cpus = cpusOf(cpumap);
      if (cpus.length === 0) throw testError('VIR_ERR_INVALID_ARG', 'Empty iothread cpumap list for pinning');
      const domain = domainOf(dom);
      domain.editConfig(domain.targets(flags), (config) => withPin(config, iothreadsId, formatCpus(cpus)));
    },
    domainSetIothreadParams: async ({ dom, iothreadId, params, flags }) => {
      checkFlags(flags, VIR_DOMAIN_AFFECT_LIVE, 'domainSetIOThreadParams');
      assertNumber(iothreadId);
      const domain = domainOf(dom);
      domain.assertActive();
      assertThread(domain.config, iothreadId);
      const values = new TypedValues(params, {
        [VIR_DOMAIN_IOTHREAD_POLL_MAX_NS]: 'ullong',
        [VIR_DOMAIN_IOTHREAD_POLL_GROW]: 'uint',
        [VIR_DOMAIN_IOTHREAD_POLL_SHRINK]: 'uint',
      });
      const before = domain.iothreadPoll(iothreadId);
      domain.setIothreadPoll(iothreadId, {
        maxNs: values.bigint(VIR_DOMAIN_IOTHREAD_POLL_MAX_NS) ?? before.maxNs,
        grow: values.number(VIR_DOMAIN_IOTHREAD_POLL_GROW) ?? before.grow,
        shrink: values.number(VIR_DOMAIN_IOTHREAD_POLL_SHRINK) ?? before.shrink,
      });
    },
  };
}

function withThreads(config: DomainConfig, ids: readonly number[]): DomainConfig {
  const known = config.def.iothreadids?.iothreads ?? [];
  return config.edit((def) => {
    def.iothreads = ids.length === 0 ? undefined : ids.length;
    def.iothreadids =
      ids.length === 0 ? undefined : { iothreads: ids.map((id) => known.find((thread) => thread.id === id) ?? { id }) };
    if (def.cputune)
      def.cputune.iothreadpins = def.cputune.iothreadpins.filter(({ iothread }) => ids.includes(iothread));
  });
}

function withThread(config: DomainConfig, id: number): DomainConfig {
  const ids = config.iothreads.map((thread) => thread.id);
  if (ids.includes(id)) throw testError('VIR_ERR_INVALID_ARG', `an IOThread is already using iothread_id '${id}'`);
  return withThreads(
    config,
    [...ids, id].toSorted((a, b) => a - b),
  );
}

function withoutThread(config: DomainConfig, id: number): DomainConfig {
  const ids = config.iothreads.map((thread) => thread.id);
  if (!ids.includes(id)) throw testError('VIR_ERR_INVALID_ARG', `cannot find IOThread '${id}' in iothreadids list`);
  const user = config.def.devices?.disks.find(({ driver }) => driver?.iothread === id);
  if (user) {
    throw testError(
      'VIR_ERR_INVALID_ARG',
      `cannot remove IOThread ${id} since it is being used by disk '${user.target?.dev ?? ''}'`,
    );
  }
  return withThreads(
    config,
    ids.filter((other) => other !== id),
  );
}

function withPin(config: DomainConfig, id: number, cpuset: string): DomainConfig {
  if (!config.iothreads.some((thread) => thread.id === id))
    throw testError('VIR_ERR_INVALID_ARG', `iothreadid ${id} not found`);
  return config.edit((def) => {
    const others = (def.cputune?.iothreadpins ?? []).filter(({ iothread }) => iothread !== id);
    const tuning = {
      vcpupins: [],
      vcpuscheds: [],
      iothreadscheds: [],
      cachetunes: [],
      memorytunes: [],
      energytunes: [],
      ...def.cputune,
    };
    def.cputune = { ...tuning, iothreadpins: [...others, { iothread: id, cpuset }] };
  });
}
