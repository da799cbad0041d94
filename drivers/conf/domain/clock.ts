/** Clock, power and events of a guest: `<clock>`, `<pm>`, `<perf>`, `<on_…>`. */
import { attr, child, element, int, leaf, many, oneOf, string, u64, yesNo } from '../schema/index.ts';

const catchup = element('catchup', 'How lost ticks are made up for', {
  threshold: attr(u64(), 'Nanoseconds lost before it begins'),
  slew: attr(u64(), 'Speed'),
  limit: attr(u64(), 'Most nanoseconds made up for'),
});

const timer = element('timer', 'A timer', {
  name: attr(oneOf('platform', 'pit', 'rtc', 'hpet', 'tsc', 'kvmclock', 'hypervclock', 'armvtimer'), 'Timer', {
    required: true,
  }),
  present: attr(yesNo(), 'Whether the guest has it'),
  tickpolicy: attr(oneOf('delay', 'catchup', 'merge', 'discard'), 'What happens to lost ticks'),
  track: attr(oneOf('boot', 'guest', 'wall', 'realtime'), 'What it follows'),
  frequency: attr(u64(), 'Hertz (tsc)'),
  mode: attr(oneOf('auto', 'native', 'emulate', 'paravirt', 'smpsafe'), 'How it is provided (tsc)'),
  catchup: child(catchup),
});

export const clock = element('clock', "The guest's clock", {
  offset: attr(oneOf('utc', 'localtime', 'variable', 'timezone', 'absolute'), 'What it shows', { fill: 'utc' }),
  adjustment: attr(string(), 'Seconds off, or reset'),
  basis: attr(oneOf('utc', 'localtime'), 'What the adjustment is from'),
  timezone: attr(string(), 'Time zone'),
  start: attr(u64(), 'Seconds since 1970 at the start'),
  timers: many(timer),
});

const lifecycle = ['destroy', 'restart', 'rename-restart', 'preserve'] as const;

/** What happens on events of the guest, in libvirt's order. */
export const eventsPart = {
  onPoweroff: leaf(oneOf(...lifecycle), 'When the guest shuts down', { name: 'on_poweroff' }),
  onReboot: leaf(oneOf(...lifecycle), 'When the guest restarts', { name: 'on_reboot' }),
  onCrash: leaf(oneOf(...lifecycle, 'coredump-destroy', 'coredump-restart'), 'When the guest crashes', {
    name: 'on_crash',
  }),
  onLockfailure: leaf(oneOf('poweroff', 'restart', 'pause', 'ignore'), 'When a lease is lost', {
    name: 'on_lockfailure',
  }),
};

const suspendState = (name: string, doc: string) =>
  child(element(name, doc, { enabled: attr(yesNo(), 'Whether offered', { required: true }) }), { name });

export const pm = element('pm', 'Sleep states offered to the guest', {
  suspendToMem: suspendState('suspend-to-mem', 'S3'),
  suspendToDisk: suspendState('suspend-to-disk', 'S4'),
});

const event = element('event', 'An event', {
  name: attr(
    oneOf(
      'cmt',
      'mbmt',
      'mbml',
      'cache_misses',
      'cache_references',
      'instructions',
      'cpu_cycles',
      'branch_instructions',
      'branch_misses',
      'bus_cycles',
      'stalled_cycles_frontend',
      'stalled_cycles_backend',
      'ref_cpu_cycles',
      'cpu_clock',
      'task_clock',
      'page_faults',
      'context_switches',
      'cpu_migrations',
      'page_faults_min',
      'page_faults_maj',
      'alignment_faults',
      'emulation_faults',
    ),
    'Event',
    { required: true },
  ),
  enabled: attr(yesNo(), 'Whether counted', { required: true }),
});

export const perf = element('perf', 'Performance events that are counted', { events: many(event) });

const range = {
  start: attr(int(), 'First number in the container', { required: true }),
  target: attr(int(), 'First number on the host', { required: true }),
  count: attr(int(), 'How many', { required: true }),
};

export const idmap = element('idmap', 'Users and groups of a container', {
  uids: many(element('uid', 'Users', range)),
  gids: many(element('gid', 'Groups', range)),
});
