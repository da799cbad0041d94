/** Domains: processors, memory, scheduling, NUMA and other tunables. */
import { array, call, highCall, int, opaque, string, struct, typedParam, uhyper, uint, type TableFile } from './dsl.ts';
import {
  REMOTE_CPUMAPS_MAX,
  REMOTE_CPUMAP_MAX,
  REMOTE_DOMAIN_BLKIO_PARAMETERS_MAX,
  REMOTE_DOMAIN_GET_CPU_STATS_MAX,
  REMOTE_DOMAIN_GUEST_VCPU_PARAMS_MAX,
  REMOTE_DOMAIN_INTERFACE_PARAMETERS_MAX,
  REMOTE_DOMAIN_IOTHREAD_PARAMS_MAX,
  REMOTE_DOMAIN_MEMORY_PARAMETERS_MAX,
  REMOTE_DOMAIN_MEMORY_PEEK_BUFFER_MAX,
  REMOTE_DOMAIN_MEMORY_STATS_MAX,
  REMOTE_DOMAIN_NUMA_PARAMETERS_MAX,
  REMOTE_DOMAIN_PERF_EVENTS_MAX,
  REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX,
  REMOTE_IOTHREAD_INFO_MAX,
  REMOTE_VCPUINFO_MAX,
} from './limits.ts';
import { domain } from './refs.ts';

const vcpuInfo = struct('remote_vcpu_info', { number: uint, state: int, cpu_time: uhyper, cpu: int });
const domainMemoryStat = struct('remote_domain_memory_stat', { tag: int, val: uhyper });
const domainIothreadInfo = struct('remote_domain_iothread_info', {
  iothread_id: uint,
  cpumap: opaque(REMOTE_CPUMAP_MAX),
});

export const domainTuningTable: TableFile = {
  file: 'domain-tuning',
  program: 'remote',
  structs: [vcpuInfo, domainMemoryStat, domainIothreadInfo],
  procedures: [
    highCall(17, 'domain_get_max_memory', { dom: domain }, { memory: uhyper }),
    highCall(18, 'domain_get_max_vcpus', { dom: domain }, { num: int }),
    highCall(
      20,
      'domain_get_vcpus',
      { dom: domain, maxinfo: int, maplen: int },
      { info: array(vcpuInfo, REMOTE_VCPUINFO_MAX), cpumaps: opaque(REMOTE_CPUMAPS_MAX) },
    ),
    call(26, 'domain_pin_vcpu', { dom: domain, vcpu: uint, cpumap: opaque(REMOTE_CPUMAP_MAX) }),
    highCall(30, 'domain_set_max_memory', { dom: domain, memory: uhyper }),
    call(31, 'domain_set_memory', { dom: domain, memory: uhyper }),
    call(32, 'domain_set_vcpus', { dom: domain, nvcpus: uint }),
    call(56, 'domain_get_scheduler_type', { dom: domain }, { type: string, nparams: int }),
    call(
      57,
      'domain_get_scheduler_parameters',
      { dom: domain, nparams: int },
      { params: array(typedParam, REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX) },
    ),
    call(58, 'domain_set_scheduler_parameters', {
      dom: domain,
      params: array(typedParam, REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX),
    }),
    call(
      104,
      'domain_memory_peek',
      { dom: domain, offset: uhyper, size: uint, flags: uint },
      { buffer: opaque(REMOTE_DOMAIN_MEMORY_PEEK_BUFFER_MAX) },
    ),
    call(
      159,
      'domain_memory_stats',
      { dom: domain, maxStats: uint, flags: uint },
      { stats: array(domainMemoryStat, REMOTE_DOMAIN_MEMORY_STATS_MAX) },
    ),
    call(197, 'domain_set_memory_parameters', {
      dom: domain,
      params: array(typedParam, REMOTE_DOMAIN_MEMORY_PARAMETERS_MAX),
      flags: uint,
    }),
    call(
      198,
      'domain_get_memory_parameters',
      { dom: domain, nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_MEMORY_PARAMETERS_MAX), nparams: int },
    ),
    call(199, 'domain_set_vcpus_flags', { dom: domain, nvcpus: uint, flags: uint }),
    call(200, 'domain_get_vcpus_flags', { dom: domain, flags: uint }, { num: int }),
    call(204, 'domain_set_memory_flags', { dom: domain, memory: uhyper, flags: uint }),
    call(205, 'domain_set_blkio_parameters', {
      dom: domain,
      params: array(typedParam, REMOTE_DOMAIN_BLKIO_PARAMETERS_MAX),
      flags: uint,
    }),
    call(
      206,
      'domain_get_blkio_parameters',
      { dom: domain, nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_BLKIO_PARAMETERS_MAX), nparams: int },
    ),
    call(219, 'domain_set_scheduler_parameters_flags', {
      dom: domain,
      params: array(typedParam, REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX),
      flags: uint,
    }),
    call(
      223,
      'domain_get_scheduler_parameters_flags',
      { dom: domain, nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_SCHEDULER_PARAMETERS_MAX) },
    ),
    call(225, 'domain_pin_vcpu_flags', { dom: domain, vcpu: uint, cpumap: opaque(REMOTE_CPUMAP_MAX), flags: uint }),
    call(
      230,
      'domain_get_vcpu_pin_info',
      { dom: domain, ncpumaps: int, maplen: int, flags: uint },
      { cpumaps: opaque(REMOTE_CPUMAPS_MAX), num: int },
    ),
    call(254, 'domain_set_numa_parameters', {
      dom: domain,
      params: array(typedParam, REMOTE_DOMAIN_NUMA_PARAMETERS_MAX),
      flags: uint,
    }),
    call(
      255,
      'domain_get_numa_parameters',
      { dom: domain, nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_NUMA_PARAMETERS_MAX), nparams: int },
    ),
    call(256, 'domain_set_interface_parameters', {
      dom: domain,
      device: string,
      params: array(typedParam, REMOTE_DOMAIN_INTERFACE_PARAMETERS_MAX),
      flags: uint,
    }),
    call(
      257,
      'domain_get_interface_parameters',
      { dom: domain, device: string, nparams: int, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_INTERFACE_PARAMETERS_MAX), nparams: int },
    ),
    call(
      262,
      'domain_get_cpu_stats',
      { dom: domain, nparams: uint, start_cpu: int, ncpus: uint, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_GET_CPU_STATS_MAX), nparams: int },
    ),
    call(279, 'domain_pin_emulator', { dom: domain, cpumap: opaque(REMOTE_CPUMAP_MAX), flags: uint }),
    call(
      280,
      'domain_get_emulator_pin_info',
      { dom: domain, maplen: int, flags: uint },
      { cpumaps: opaque(REMOTE_CPUMAPS_MAX), ret: int },
    ),
    call(308, 'domain_set_memory_stats_period', { dom: domain, period: int, flags: uint }),
    call(
      351,
      'domain_get_iothread_info',
      { dom: domain, flags: uint },
      { info: array(domainIothreadInfo, REMOTE_IOTHREAD_INFO_MAX), ret: uint },
    ),
    call(352, 'domain_pin_iothread', {
      dom: domain,
      iothreads_id: uint,
      cpumap: opaque(REMOTE_CPUMAP_MAX),
      flags: uint,
    }),
    call(355, 'domain_add_iothread', { dom: domain, iothread_id: uint, flags: uint }),
    call(356, 'domain_del_iothread', { dom: domain, iothread_id: uint, flags: uint }),
    call(
      365,
      'domain_get_perf_events',
      { dom: domain, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_PERF_EVENTS_MAX) },
    ),
    call(366, 'domain_set_perf_events', {
      dom: domain,
      params: array(typedParam, REMOTE_DOMAIN_PERF_EVENTS_MAX),
      flags: uint,
    }),
    call(
      371,
      'domain_get_guest_vcpus',
      { dom: domain, flags: uint },
      { params: array(typedParam, REMOTE_DOMAIN_GUEST_VCPU_PARAMS_MAX) },
    ),
    call(372, 'domain_set_guest_vcpus', { dom: domain, cpumap: string, state: int, flags: uint }),
    call(384, 'domain_set_vcpu', { dom: domain, cpumap: string, state: int, flags: uint }),
    call(402, 'domain_set_iothread_params', {
      dom: domain,
      iothread_id: uint,
      params: array(typedParam, REMOTE_DOMAIN_IOTHREAD_PARAMS_MAX),
      flags: uint,
    }),
  ],
};
