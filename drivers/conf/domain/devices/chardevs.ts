/** `<serial> <parallel> <console> <channel>`, smart cards and redirected USB devices: what stands on a character device. */
import {
  attr,
  child,
  element,
  hex,
  type Infer,
  int,
  leaf,
  leaves,
  many,
  oneOf,
  pattern,
  string,
  yesNo,
} from '../../schema/index.ts';
import type { ValueType } from '../../schema/value.ts';
import { bootInfoPart, infoPart } from '../address.ts';
import { chardevSourcePart, chardevTypePart, chardevTypes } from '../chardev.ts';

export const serialTargetTypes = [
  'isa-serial',
  'usb-serial',
  'pci-serial',
  'spapr-vio-serial',
  'system-serial',
  'sclp-serial',
  'isa-debug',
] as const;
export const serialTargetModels = [
  'isa-serial',
  'usb-serial',
  'pci-serial',
  'spapr-vty',
  'pl011',
  '16550a',
  'sclpconsole',
  'sclplmconsole',
  'isa-debugcon',
] as const;

const serialTarget = element('target', "The guest's end", {
  type: attr(oneOf(...serialTargetTypes), 'Kind of port'),
  port: attr(int(), 'Number of the port'),
  model: child(
    element('model', 'Model of the port', { name: attr(oneOf(...serialTargetModels), 'Model', { required: true }) }),
  ),
});

export const serial = element(
  'serial',
  'A serial port',
  { ...chardevTypePart, ...chardevSourcePart, target: child(serialTarget), ...infoPart },
  { block: true },
);
export type Serial = Infer<typeof serial>;

const parallelTarget = element('target', "The guest's end", { port: attr(int(), 'Number of the port') });
export const parallel = element(
  'parallel',
  'A parallel port',
  { ...chardevTypePart, ...chardevSourcePart, target: child(parallelTarget), ...infoPart },
  { block: true },
);
export type Parallel = Infer<typeof parallel>;

export const consoleTargetTypes = ['serial', 'xen', 'uml', 'virtio', 'lxc', 'openvz', 'sclp', 'sclplm'] as const;
const consoleTarget = element('target', "The guest's end", {
  type: attr(oneOf(...consoleTargetTypes), 'Kind of console'),
  port: attr(int(), 'Number of the console'),
});
export const consoleDevice = element(
  'console',
  'A console',
  {
    type: attr(oneOf(...chardevTypes), "Kind of the host's end", { fill: 'pty' }),
    tty: attr(string(), 'Path of the pseudo-terminal', { live: true }),
    ...chardevSourcePart,
    target: child(consoleTarget),
    ...infoPart,
  },
  { block: true },
);
export type ConsoleDevice = Infer<typeof consoleDevice>;

const channelTarget = element('target', "The guest's end", {
  type: attr(oneOf('guestfwd', 'virtio', 'xen'), 'Kind of channel', { required: true }),
  address: attr(string(), 'Address the guest connects to (guestfwd)'),
  port: attr(int({ max: 65535 }), 'Port the guest connects to (guestfwd)'),
  name: attr(string(), 'Name the guest finds it by'),
  state: attr(oneOf('connected', 'disconnected'), "State of the guest's agent", { live: true }),
});
export const channel = element(
  'channel',
  'A channel between host and guest',
  { ...chardevTypePart, ...chardevSourcePart, target: child(channelTarget), ...infoPart },
  { block: true },
);
export type Channel = Infer<typeof channel>;

export const smartcard = element('smartcard', 'A smart card reader', {
  mode: attr(oneOf('host', 'host-certificates', 'passthrough'), 'Where the card is', { required: true }),
  type: attr(oneOf(...chardevTypes), "Kind of the host's end"),
  certificates: leaves(string(), 'Certificate', { name: 'certificate' }),
  database: leaf(string(), 'Folder of the certificates'),
  ...chardevSourcePart,
  ...infoPart,
});
export type Smartcard = Infer<typeof smartcard>;

export const redirdev = element(
  'redirdev',
  'A USB device of the viewer',
  {
    bus: attr(oneOf('usb'), 'Bus', { fill: 'usb' }),
    ...chardevTypePart,
    ...chardevSourcePart,
    ...bootInfoPart,
  },
  { block: true },
);
export type Redirdev = Infer<typeof redirdev>;

/** A number in upper-case hexadecimal; -1 stands for any, as absence does. */
const upperHex = (digits: number, max: number): ValueType<number> => {
  const type = hex(digits, max);
  return {
    parse: (raw) => (raw === '-1' ? -1 : type.parse(raw)),
    format: (value) => (value === -1 ? '-1' : `0x${value.toString(16).toUpperCase().padStart(digits, '0')}`),
    model: { kind: 'integer', allowed: `-1 or ${type.model.allowed}`, example: '0x08' },
  };
};
const any = { hide: -1 } as const;

const usbdev = element('usbdev', 'A rule', {
  class: attr(upperHex(2, 255), 'USB class', any),
  vendor: attr(upperHex(4, 0xffff), 'Vendor', any),
  product: attr(upperHex(4, 0xffff), 'Product', any),
  version: attr(pattern(/^(?:-1|[0-9]{1,2}\.[0-9]{1,2})$/, 'a version such as 2.0', '2.0'), 'Version', { hide: '-1' }),
  allow: attr(yesNo(), 'Whether allowed', { required: true }),
});
export const redirfilter = element('redirfilter', 'Which USB devices of the viewer are allowed', {
  usbdevs: many(usbdev),
});
