/** Virtual CPUs of guests: how many, and on which CPUs of the host they run. */
import type { DriverSlots, TypedParam } from '../driver.ts';
import {
  VIR_DOMAIN_AFFECT_CONFIG,
  VIR_DOMAIN_AFFECT_LIVE,
  VIR_DOMAIN_VCPU_GUEST,
  VIR_DOMAIN_VCPU_HOTPLUGGABLE,
  VIR_DOMAIN_VCPU_MAXIMUM,
} from '../enums.gen.ts';
import { maxVcpus } from './capabilities.ts';
import { allCpus, cpusOf, formatCpus, mapOf, parseCpus } from './cpu-map.ts';
import type { DomainConfig } from './domain-config.ts';
import type { DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';

const affectFlags = VIR_DOMAIN_AFFECT_LIVE | VIR_DOMAIN_AFFECT_CONFIG;

/** Numbers and pinning of vCPUs. */
export function domainVcpuSlots(node: TestNode): DriverSlots {
  return { ...countSlots(node), ...pinSlots(node), ...guestSlots(node) };
}

function countSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  const count = (domain: DomainObj, flags: number): number => {
    const config = domain.oneConfig(flags);
    return flags & VIR_DOMAIN_VCPU_MAXIMUM ? config.maxVcpus : config.vcpus;
  };
  return {
    domainGetMaxVcpus: async ({ dom }) => {
      const domain = domainOf(dom);
      domain.assertActive();
      return domain.config.maxVcpus;
    },
    domainGetVcpusFlags: async ({ dom, flags }) => {
      checkFlags(flags, affectFlags | VIR_DOMAIN_VCPU_MAXIMUM | VIR_DOMAIN_VCPU_GUEST, 'domainGetVcpusFlags');
      return count(domainOf(dom), flags);
    },
    domainSetVcpus: async ({ dom, nvcpus }) => setVcpus(domainOf(dom), nvcpus, VIR_DOMAIN_AFFECT_LIVE),
    domainSetVcpusFlags: async ({ dom, nvcpus, flags }) => setVcpus(domainOf(dom), nvcpus, flags),
    domainSetVcpu: async ({ dom, cpumap, state, flags }) => {
      checkFlags(flags, affectFlags, 'domainSetVcpu');
      const domain = domainOf(dom);
      const cpus = parseCpus(cpumap);
      domain.editConfig(domain.targets(flags), (config) => withSingleVcpus(config, cpus, state !== 0));
    },
  };
}

function setVcpus(domain: DomainObj, count: number, flags: number): void {
  const known = affectFlags | VIR_DOMAIN_VCPU_MAXIMUM | VIR_DOMAIN_VCPU_GUEST | VIR_DOMAIN_VCPU_HOTPLUGGABLE;
  checkFlags(flags, known, 'domainSetVcpusFlags');
  if (count === 0) throw testError('VIR_ERR_INVALID_ARG', 'nvcpus in virDomainSetVcpusFlags must not be zero');
  if (count > maxVcpus) {
    throw testError(
      'VIR_ERR_INVALID_ARG',
      `requested cpu amount exceeds maximum supported amount (${count} > ${maxVcpus})`,
    );
  }
  const targets = domain.targets(flags);
  const isMaximum = (flags & VIR_DOMAIN_VCPU_MAXIMUM) !== 0;
  if (targets.live) assertWithinMaximum(domain.config, count);
  if (targets.config && !isMaximum) assertWithinMaximum(domain.persistentConfig, count);
  if (targets.live) domain.editConfig({ live: true, config: false }, (config) => withVcpus(config, count));
  if (!targets.config) return;
  const change = isMaximum ? withMaxVcpus : withVcpus;
  domain.editConfig({ live: false, config: true }, (config) => change(config, count));
}

function assertWithinMaximum(config: DomainConfig, count: number): void {
  if (count <= config.maxVcpus) return;
  throw testError('VIR_ERR_INVALID_ARG', `requested cpu amount exceeds maximum (${count} > ${config.maxVcpus})`);
}

function withVcpus(config: DomainConfig, count: number): DomainConfig {
  return config.edit((def) => {
    const value = config.maxVcpus;
    def.vcpu = { ...def.vcpu, value, current: count === value ? undefined : count };
    // The states of single vCPUs no longer hold; the first ones are the ones that are there.
    def.vcpus = undefined;
  });
}

function withMaxVcpus(config: DomainConfig, count: number): DomainConfig {
  const current = Math.min(config.vcpus, count);
  return config.edit((def) => {
    def.vcpu = { ...def.vcpu, value: count, current: current === count ? undefined : current };
    def.vcpus = undefined;
  });
}

function withSingleVcpus(config: DomainConfig, cpus: readonly number[], isEnabled: boolean): DomainConfig {
  const last = cpus.at(-1) ?? -1;
  if (last >= config.maxVcpus) {
    throw testError('VIR_ERR_INVALID_ARG', `vcpu '${last}' is not present in the domain, which has ${config.maxVcpus}`);
  }
  if (cpus.includes(0) && !isEnabled) throw testError('VIR_ERR_INVALID_ARG', "vcpu '0' can't be unplugged");
  const known = config.def.vcpus?.vcpus ?? [];
  const states = Array.from({ length: config.maxVcpus }, (_unused, id) => {
    const before = known.find((vcpu) => vcpu.id === id) ?? { id, enabled: id < config.vcpus, hotpluggable: id > 0 };
    return cpus.includes(id) ? { ...before, enabled: isEnabled } : before;
  });
  const current = states.filter(({ enabled }) => enabled).length;
  return config.edit((def) => {
    def.vcpus = { vcpus: states };
    def.vcpu = { ...def.vcpu, value: config.maxVcpus, current: current === config.maxVcpus ? undefined : current };
  });
}

function pinSlots(node: TestNode): DriverSlots {
  const { domainOf } = node;
  const hostCpus = (): Uint8Array => allCpus(node.info.cpus);
  return {
    domainPinVcpu: async ({ dom, vcpu, cpumap }) => pinVcpu(domainOf(dom), vcpu, cpumap, VIR_DOMAIN_AFFECT_LIVE),
    domainPinVcpuFlags: async ({ dom, vcpu, cpumap, flags }) => pinVcpu(domainOf(dom), vcpu, cpumap, flags),
    domainGetVcpuPinInfo: async ({ dom, ncpumaps, maplen, flags }) => {
      checkFlags(flags, affectFlags, 'domainGetVcpuPinInfo');
      const config = domainOf(dom).oneConfig(flags);
      const num = Math.min(ncpumaps, config.maxVcpus);
      const cpumaps = new Uint8Array(num * maplen);
      for (let vcpu = 0; vcpu < num; vcpu += 1) {
        cpumaps.set((config.vcpuPin(vcpu) ?? hostCpus()).subarray(0, maplen), vcpu * maplen);
      }
      return { cpumaps, num };
    },
    domainPinEmulator: async ({ dom, cpumap, flags }) => {
      checkFlags(flags, affectFlags, 'domainPinEmulator');
      const domain = domainOf(dom);
      const cpuset = cpusetOf(cpumap);
      domain.editConfig(domain.targets(flags), (config) =>
        config.edit((def) => {
          def.cputune = { vcpupins: [], iothreadpins: [], ...emptyTuning, ...def.cputune, emulatorpin: { cpuset } };
        }),
      );
    },
    domainGetEmulatorPinInfo: async ({ dom, maplen, flags }) => {
      checkFlags(flags, affectFlags, 'domainGetEmulatorPinInfo');
      const { def } = domainOf(dom).oneConfig(flags);
      const cpuset = def.cputune?.emulatorpin?.cpuset ?? def.vcpu?.cpuset;
      const cpumaps = new Uint8Array(maplen);
      cpumaps.set((cpuset === undefined ? hostCpus() : mapOf(parseCpus(cpuset))).subarray(0, maplen));
      return { cpumaps, ret: 1 };
    },
  };
}

/** The lists of `<cputune>` that a definition without one lacks. */
const emptyTuning = { vcpuscheds: [], iothreadscheds: [], cachetunes: [], memorytunes: [], energytunes: [] };

function cpusetOf(cpumap: Uint8Array): string {
  const cpus = cpusOf(cpumap);
  if (cpus.length > 0) return formatCpus(cpus);
  throw testError('VIR_ERR_INVALID_ARG', 'Empty cpu list for pinning');
}

function pinVcpu(domain: DomainObj, vcpu: number, cpumap: Uint8Array, flags: number): void {
  checkFlags(flags, affectFlags, 'domainPinVcpuFlags');
  const targets = domain.targets(flags);
  const cpuset = cpusetOf(cpumap);
  domain.editConfig(targets, (config) => {
    if (vcpu >= config.vcpus) {
      throw testError('VIR_ERR_INVALID_ARG', `requested vcpu '${vcpu}' is not present in the domain`);
    }
    return config.edit((def) => {
      const others = (def.cputune?.vcpupins ?? []).filter((pin) => pin.vcpu !== vcpu);
      const vcpupins = [...others, { vcpu, cpuset }].toSorted((a, b) => a.vcpu - b.vcpu);
      def.cputune = { iothreadpins: [], ...emptyTuning, ...def.cputune, vcpupins };
    });
  });
}

/** vCPUs as the guest's own system counts them. */
function guestSlots(node: TestNode): DriverSlots {
  return {
    domainGetGuestVcpus: async ({ dom, flags }) => {
      checkFlags(flags, 0, 'domainGetGuestVcpus');
      const domain = node.domainOf(dom);
      domain.assertActive();
      const all = Array.from({ length: domain.config.vcpus }, (_unused, cpu) => cpu);
      const online = all.filter((cpu) => !domain.agent.offlineVcpus.has(cpu));
      return [
        { field: 'vcpus', type: 'string', value: formatCpus(all) },
        { field: 'online', type: 'string', value: formatCpus(online) },
        { field: 'offlinable', type: 'string', value: formatCpus(all.slice(1)) },
      ] satisfies TypedParam[];
    },
    domainSetGuestVcpus: async ({ dom, cpumap, state, flags }) => {
      checkFlags(flags, 0, 'domainSetGuestVcpus');
      const domain = node.domainOf(dom);
      domain.assertActive();
      const cpus = parseCpus(cpumap);
      const unknown = cpus.find((cpu) => cpu >= domain.config.vcpus || (cpu === 0 && state === 0));
      if (unknown !== undefined) {
        throw testError(
          'VIR_ERR_INVALID_ARG',
          `the guest cannot switch its vcpu ${unknown} ${state === 0 ? 'off' : 'on'}`,
        );
      }
      for (const cpu of cpus) domain.agent.setVcpu(cpu, state !== 0);
    },
  };
}
