/** Statistics of all guests in one call. Written for 10,000 guests a call: field names are made once, not per guest. */
import type { DriverSlots, TypedParam } from '../driver.ts';
import {
  VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING,
  VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS,
  VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT,
  VIR_DOMAIN_DIRTYRATE_MEASURED,
  VIR_DOMAIN_DIRTYRATE_MEASURING,
  VIR_DOMAIN_STATS_BALLOON,
  VIR_DOMAIN_STATS_BLOCK,
  VIR_DOMAIN_STATS_CPU_TOTAL,
  VIR_DOMAIN_STATS_DIRTYRATE,
  VIR_DOMAIN_STATS_INTERFACE,
  VIR_DOMAIN_STATS_IOTHREAD,
  VIR_DOMAIN_STATS_PERF,
  VIR_DOMAIN_STATS_STATE,
  VIR_DOMAIN_STATS_VCPU,
  VIR_VCPU_RUNNING,
} from '../enums.gen.ts';
import { blockCounters, cpuTimesNs, memoryCounters, netCounters, vcpuTimeNs } from './domain-counters.ts';
import { domainFilters } from './domain-list.ts';
import { blockSizes } from './domain-block.ts';
import type { DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import { flagsOf, passes } from './filters.ts';
import type { TestNode } from './node.ts';

type Group = (domain: DomainObj, params: TypedParam[], node: TestNode) => void;

/** `getAllDomainStats` and its form for chosen guests. */
export function bulkStatsSlots(node: TestNode): DriverSlots {
  const filters = domainFilters.slice(0, 3);
  const known =
    flagsOf(filters) |
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT |
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_BACKING |
    VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS;
  return {
    connectGetAllDomainStats: async ({ doms, stats, flags }) => {
      checkFlags(flags, known, 'connectGetAllDomainStats');
      const wanted = chooseGroups(stats, flags);
      const chosen = doms.length === 0 ? [...node.domains] : doms.map((ref) => node.domainOf(ref));
      return chosen
        .filter((domain) => passes(domain, flags, filters))
        .map((domain) => ({ dom: domain.ref, params: paramsOf(node, domain, wanted) }));
    },
  };
}

function chooseGroups(stats: number, flags: number): Group[] {
  const unknown = (stats & ~supported) >>> 0;
  if (flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_ENFORCE_STATS && unknown !== 0) {
    throw testError(
      'VIR_ERR_ARGUMENT_UNSUPPORTED',
      `Stats types bits 0x${unknown.toString(16)} are not supported by this daemon`,
    );
  }
  return groups.filter(([bit]) => stats === 0 || (stats & bit) !== 0).map(([, group]) => group);
}

function paramsOf(node: TestNode, domain: DomainObj, wanted: readonly Group[]): TypedParam[] {
  const params: TypedParam[] = [];
  for (const group of wanted) group(domain, params, node);
  return params;
}

/** Field names of the nth device: `net.3.rx.bytes`. Made once for each n. */
function numbered(prefix: string, suffixes: readonly string[]): (index: number) => readonly string[] {
  const made: string[][] = [];
  return (index) => (made[index] ??= suffixes.map((suffix) => `${prefix}.${index}.${suffix}`));
}

const vcpuFields = numbered('vcpu', ['state', 'time', 'wait', 'delay']);
const netFields = numbered('net', [
  'name',
  'rx.bytes',
  'rx.pkts',
  'rx.errs',
  'rx.drop',
  'tx.bytes',
  'tx.pkts',
  'tx.errs',
  'tx.drop',
]);
const blockFields = numbered('block', [
  'name',
  'path',
  'rd.reqs',
  'rd.bytes',
  'rd.times',
  'wr.reqs',
  'wr.bytes',
  'wr.times',
  'fl.reqs',
  'fl.times',
  'allocation',
  'capacity',
  'physical',
]);
const iothreadFields = numbered('iothread', ['poll-max-ns', 'poll-grow', 'poll-shrink']);

const int = (field: string, value: number): TypedParam => ({ field, type: 'int', value });
const uint = (field: string, value: number): TypedParam => ({ field, type: 'uint', value });
const ullong = (field: string, value: bigint): TypedParam => ({ field, type: 'ullong', value });
const text = (field: string, value: string): TypedParam => ({ field, type: 'string', value });

const state: Group = (domain, params) => {
  params.push(int('state.state', domain.state.state), int('state.reason', domain.state.reason));
};

const cpu: Group = (domain, params) => {
  if (!domain.isActive) return;
  const { total, user, system } = cpuTimesNs(domain);
  params.push(ullong('cpu.time', total), ullong('cpu.user', user), ullong('cpu.system', system));
};

const balloon: Group = (domain, params, node) => {
  const { config } = domain;
  params.push(ullong('balloon.current', config.currentMemoryKiB), ullong('balloon.maximum', config.memoryKiB));
  if (!domain.isActive || !config.hasMemballoon) return;
  const memory = memoryCounters(domain);
  params.push(
    ullong('balloon.swap_in', 0n),
    ullong('balloon.swap_out', 0n),
    ullong('balloon.major_fault', memory.majorFaults),
    ullong('balloon.minor_fault', memory.minorFaults),
    ullong('balloon.unused', memory.unused),
    ullong('balloon.available', memory.available),
    ullong('balloon.usable', memory.usable),
    ullong('balloon.last-update', BigInt(Math.floor(node.clock.nowMs() / 1000))),
    ullong('balloon.disk_caches', memory.diskCaches),
    ullong('balloon.rss', memory.rss),
  );
};

const vcpu: Group = (domain, params) => {
  const { config } = domain;
  params.push(uint('vcpu.current', config.vcpus), uint('vcpu.maximum', config.maxVcpus));
  if (!domain.isActive) return;
  for (let index = 0; index < config.vcpus; index += 1) {
    const [stateField, time, wait, delay] = vcpuFields(index) as [string, string, string, string];
    params.push(
      int(stateField, VIR_VCPU_RUNNING),
      ullong(time, vcpuTimeNs(domain, index)),
      ullong(wait, 0n),
      ullong(delay, 0n),
    );
  }
};

const net: Group = (domain, params) => {
  if (!domain.isActive) return;
  const { interfaces } = domain.config;
  params.push(uint('net.count', interfaces.length));
  for (const [index, { target }] of interfaces.entries()) {
    const [name, rxBytes, rxPkts, rxErrs, rxDrop, txBytes, txPkts, txErrs, txDrop] = netFields(index) as string[] & {
      length: 9;
    };
    const counters = netCounters(domain, target ?? '');
    if (target !== null) params.push(text(name!, target));
    params.push(
      ullong(rxBytes!, counters.rxBytes),
      ullong(rxPkts!, counters.rxPackets),
      ullong(rxErrs!, 0n),
      ullong(rxDrop!, 0n),
      ullong(txBytes!, counters.txBytes),
      ullong(txPkts!, counters.txPackets),
      ullong(txErrs!, 0n),
      ullong(txDrop!, 0n),
    );
  }
};

const block: Group = (domain, params, node) => {
  const { disks } = domain.config;
  params.push(uint('block.count', disks.length));
  for (const [index, disk] of disks.entries()) {
    const fields = blockFields(index);
    params.push(text(fields[0]!, disk.target));
    if (disk.source !== null) params.push(text(fields[1]!, disk.source));
    if (!domain.isActive) continue;
    const counters = blockCounters(domain, disk.target, disk.source === null);
    const values = [
      counters.rdReq,
      counters.rdBytes,
      counters.rdTimes,
      counters.wrReq,
      counters.wrBytes,
      counters.wrTimes,
      counters.flReq,
      counters.flTimes,
    ];
    for (const [offset, value] of values.entries()) params.push(ullong(fields[offset + 2]!, value));
    if (disk.source === null) continue;
    const sizes = blockSizes(node, domain, disk);
    params.push(
      ullong(fields[10]!, sizes.allocation),
      ullong(fields[11]!, sizes.capacity),
      ullong(fields[12]!, sizes.physical),
    );
  }
};

const perf: Group = (domain, params) => {
  if (!domain.isActive) return;
  for (const [name, isOn] of domain.config.perfEvents) {
    if (isOn) params.push(ullong(`perf.${name}`, cpuTimesNs(domain).total / 10n));
  }
};

const iothread: Group = (domain, params) => {
  if (!domain.isActive || domain.config.iothreads.length === 0) return;
  params.push(uint('iothread.count', domain.config.iothreads.length));
  for (const { id } of domain.config.iothreads) {
    const poll = domain.iothreadPoll(id);
    const [maxNs, grow, shrink] = iothreadFields(id) as [string, string, string];
    params.push(ullong(maxNs, poll.maxNs), uint(grow, poll.grow), uint(shrink, poll.shrink));
  }
};

const dirtyRate: Group = (domain, params, node) => {
  if (domain.dirtyRate === null) return;
  const { startSeconds, periodSeconds } = domain.dirtyRate;
  const isMeasured = node.clock.nowMs() / 1000 >= startSeconds + periodSeconds;
  params.push(
    int('dirtyrate.calc_status', isMeasured ? VIR_DOMAIN_DIRTYRATE_MEASURED : VIR_DOMAIN_DIRTYRATE_MEASURING),
    { field: 'dirtyrate.calc_start_time', type: 'llong', value: BigInt(startSeconds) },
    int('dirtyrate.calc_period', periodSeconds),
  );
  if (!isMeasured) return;
  const rate = domain.load.device('dirty-rate', 50).rateAt(startSeconds);
  params.push({ field: 'dirtyrate.megabytes_per_second', type: 'llong', value: BigInt(Math.floor(rate)) });
};

const groups: readonly (readonly [bit: number, group: Group])[] = [
  [VIR_DOMAIN_STATS_STATE, state],
  [VIR_DOMAIN_STATS_CPU_TOTAL, cpu],
  [VIR_DOMAIN_STATS_BALLOON, balloon],
  [VIR_DOMAIN_STATS_VCPU, vcpu],
  [VIR_DOMAIN_STATS_INTERFACE, net],
  [VIR_DOMAIN_STATS_BLOCK, block],
  [VIR_DOMAIN_STATS_PERF, perf],
  [VIR_DOMAIN_STATS_IOTHREAD, iothread],
  [VIR_DOMAIN_STATS_DIRTYRATE, dirtyRate],
];
const supported = groups.reduce((all, [bit]) => all | bit, 0);
