/** Character devices: where their bytes come from and go to. Shared by serial ports, channels, smart cards, redirected USB devices and RNGs. */
import { attr, child, element, type Infer, int, many, oneOf, onOff, string, yesNo } from '../schema/index.ts';
import { deviceSeclabel } from './seclabel.ts';

export const chardevTypes = [
  'null',
  'vc',
  'pty',
  'dev',
  'file',
  'pipe',
  'stdio',
  'udp',
  'tcp',
  'unix',
  'spicevmc',
  'spiceport',
  'nmdm',
  'qemu-vdagent',
  'dbus',
] as const;

export const reconnect = element('reconnect', 'Whether a lost connection is made again', {
  enabled: attr(yesNo(), 'Whether so', { required: true }),
  timeout: attr(int(), 'Seconds between attempts'),
  delay: attr(int(), 'Milliseconds between attempts'),
});

export const clipboard = element('clipboard', 'Shared clipboard', {
  copypaste: attr(yesNo(), 'Whether shared', { required: true }),
});
export const mouseMode = element('mouse', 'Mouse', {
  mode: attr(oneOf('server', 'client'), 'Who draws the pointer', { required: true }),
});

const source = element('source', "The host's end", {
  mode: attr(oneOf('connect', 'bind'), 'Whether to connect or to listen'),
  host: attr(string(), 'Host name or address'),
  service: attr(string(), 'Port'),
  tls: attr(yesNo(), 'Whether encrypted'),
  path: attr(string(), 'Path of the device, file or socket'),
  append: attr(onOff(), 'Whether an existing file is kept'),
  channel: attr(string(), 'Name of the channel'),
  master: attr(string(), "The hypervisor's end (nmdm)"),
  slave: attr(string(), "The user's end (nmdm)"),
  seclabels: many(deviceSeclabel),
  reconnect: child(reconnect),
  clipboard: child(clipboard),
  mouse: child(mouseMode),
});
export type ChardevSource = Infer<typeof source>;

const protocol = element('protocol', 'Protocol on the connection', {
  type: attr(oneOf('raw', 'telnet', 'telnets', 'tls'), 'Protocol', { required: true }),
});

const log = element('log', 'Copy of what the guest writes', {
  file: attr(string(), 'Path', { required: true }),
  append: attr(onOff(), 'Whether an existing file is kept'),
});

/** The `type` attribute of a character device. */
export const chardevTypePart = { type: attr(oneOf(...chardevTypes), "Kind of the host's end", { required: true }) };

/** The children that say where the bytes go. */
export const chardevSourcePart = {
  // A pseudo-terminal's path belongs to the running guest.
  sources: many(source, {
    show: (value, owner, context) =>
      !(context.inactive && owner['type'] === 'pty') &&
      // A socket whose path is made up at the start is not written.
      !(owner['type'] === 'unix' && value[0]?.path === undefined),
  }),
  protocol: child(protocol),
  log: child(log),
};
