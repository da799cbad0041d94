/** Virtual processors, I/O threads, and how the host schedules them. */
import {
  attr,
  child,
  cpuSet,
  element,
  int,
  leaf,
  many,
  mixed,
  oneOf,
  s64,
  scaledAttr,
  sint,
  string,
  text,
  u64,
  yesNo,
} from '../schema/index.ts';

export const vcpu = element('vcpu', 'Number of processors', {
  placement: attr(oneOf('static', 'auto'), 'Who chooses the processors of the host'),
  cpuset: attr(cpuSet(), 'Processors of the host'),
  current: attr(int({ min: 1 }), 'How many are there at the start'),
  value: text(int({ min: 1, max: 65535 }), 'How many there may be', { required: true }),
});

const oneVcpu = element('vcpu', 'A processor', {
  id: attr(int(), 'Number', { required: true }),
  enabled: attr(yesNo(), 'Whether it is there', { required: true }),
  hotpluggable: attr(yesNo(), 'Whether it can be taken away'),
  order: attr(int(), 'Place in the order of plugging'),
});

export const vcpus = element('vcpus', 'State of each processor', { vcpus: many(oneVcpu) }, { block: true });

const pool = {
  threadPoolMin: attr(sint(), 'Fewest worker threads', { name: 'thread_pool_min' }),
  threadPoolMax: attr(sint(), 'Most worker threads', { name: 'thread_pool_max' }),
};

const poll = element('poll', 'Busy waiting', {
  max: attr(u64(), 'Most nanoseconds'),
  grow: attr(u64(), 'Growth factor'),
  shrink: attr(u64(), 'Shrink divisor'),
});

const iothread = element('iothread', 'An I/O thread', {
  id: attr(int({ min: 1 }), 'Number', { required: true }),
  ...pool,
  poll: child(poll),
});

export const iothreadids = element('iothreadids', 'Numbers of the I/O threads', { iothreads: many(iothread) });
export const defaultiothread = element('defaultiothread', 'The main loop', pool);

const sched = {
  scheduler: attr(oneOf('batch', 'idle', 'fifo', 'rr'), 'Scheduler', { required: true }),
  priority: attr(sint(), 'Priority (fifo, rr)'),
};

const cachetune = element('cachetune', 'Share of the processor cache', {
  vcpus: attr(cpuSet(), 'Processors it is for', { required: true }),
  id: attr(string(), 'Name of the group', { live: true }),
  parts: mixed(
    {
      cache: element('cache', 'A share', {
        id: attr(int(), 'Cache', { required: true }),
        level: attr(int(), 'Level', { required: true }),
        type: attr(oneOf('both', 'code', 'data'), 'What is cached', { required: true }),
        size: scaledAttr('bytes', 'Size', { required: true, pretty: true, assumed: 'KiB' }),
      }),
      monitor: element('monitor', 'Measuring', {
        level: attr(int(), 'Level', { required: true }),
        vcpus: attr(cpuSet(), 'Processors measured', { required: true }),
      }),
    },
    { max: 2048 },
  ),
});

const memorytune = element('memorytune', 'Share of the memory bandwidth', {
  vcpus: attr(cpuSet(), 'Processors it is for', { required: true }),
  id: attr(string(), 'Name of the group', { live: true }),
  parts: mixed(
    {
      node: element('node', 'A share', {
        id: attr(int(), 'Node of the host', { required: true }),
        bandwidth: attr(int(), 'Per cent', { required: true }),
      }),
      monitor: element('monitor', 'Measuring', { vcpus: attr(cpuSet(), 'Processors measured', { required: true }) }),
    },
    { max: 2048 },
  ),
});

const energytune = element('energytune', 'Measuring of energy', {
  vcpus: attr(cpuSet(), 'Processors it is for', { required: true }),
  id: attr(string(), 'Name of the group', { live: true }),
  monitors: many(element('monitor', 'Measuring', { vcpus: attr(cpuSet(), 'Processors measured', { required: true }) })),
});

const pinned = { cpuset: attr(cpuSet(), 'Processors of the host', { required: true }) };
const period = (doc: string, name?: string) =>
  leaf(u64(), `${doc}: length of a period in microseconds`, name === undefined ? {} : { name });
const quota = (doc: string, name?: string) =>
  leaf(s64(), `${doc}: microseconds in a period`, name === undefined ? {} : { name });

export const cputune = element('cputune', 'Shares and pinning of processor time', {
  shares: leaf(u64(), 'Share beside other guests'),
  period: period('Each processor'),
  quota: quota('Each processor'),
  globalPeriod: period('The whole guest', 'global_period'),
  globalQuota: quota('The whole guest', 'global_quota'),
  emulatorPeriod: period('The emulator', 'emulator_period'),
  emulatorQuota: quota('The emulator', 'emulator_quota'),
  iothreadPeriod: period('Each I/O thread', 'iothread_period'),
  iothreadQuota: quota('Each I/O thread', 'iothread_quota'),
  vcpupins: many(
    element('vcpupin', 'Pinning of a processor', {
      vcpu: attr(int(), 'Processor of the guest', { required: true }),
      ...pinned,
    }),
  ),
  emulatorpin: child(element('emulatorpin', 'Pinning of the emulator', pinned)),
  iothreadpins: many(
    element('iothreadpin', 'Pinning of an I/O thread', {
      iothread: attr(int({ min: 1 }), 'I/O thread', { required: true }),
      ...pinned,
    }),
  ),
  emulatorsched: child(element('emulatorsched', 'Scheduling of the emulator', sched)),
  vcpuscheds: many(
    element('vcpusched', 'Scheduling of processors', {
      vcpus: attr(cpuSet(), 'Processors', { required: true }),
      ...sched,
    }),
  ),
  iothreadscheds: many(
    element('iothreadsched', 'Scheduling of I/O threads', {
      iothreads: attr(cpuSet(), 'I/O threads', { required: true }),
      ...sched,
    }),
  ),
  cachetunes: many(cachetune),
  memorytunes: many(memorytune),
  energytunes: many(energytune),
});

const device = element('device', 'Limits for one disk of the host', {
  path: leaf(string(), 'Path', { required: true }),
  weight: leaf(int(), 'Share beside other guests'),
  readIopsSec: leaf(int(), 'Reads a second', { name: 'read_iops_sec' }),
  writeIopsSec: leaf(int(), 'Writes a second', { name: 'write_iops_sec' }),
  readBytesSec: leaf(u64(), 'Octets read a second', { name: 'read_bytes_sec' }),
  writeBytesSec: leaf(u64(), 'Octets written a second', { name: 'write_bytes_sec' }),
});

export const blkiotune = element('blkiotune', 'Shares of disk bandwidth', {
  weight: leaf(int(), 'Share beside other guests'),
  devices: many(device),
});
