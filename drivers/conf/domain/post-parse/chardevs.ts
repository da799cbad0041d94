/** Defaults of character devices: how they connect, their port numbers, and the console that mirrors the first serial port. */
import type { ParseContext } from '../../schema/index.ts';
import type { ChardevSource } from '../chardev.ts';
import { consoleDevice, serial } from '../devices/chardevs.ts';
import type { DomainDevice } from '../devices/iterate.ts';
import type { DomainDef } from '../schema.ts';

interface Chardev {
  type?: string | undefined;
  sources: ChardevSource[];
  protocol?: { type: 'raw' | 'telnet' | 'telnets' | 'tls' } | undefined;
}

function allChardevs(def: DomainDef): Chardev[] {
  const { devices } = def;
  if (devices === undefined) return [];
  const backends = devices.rngs.map(({ backend }) => backend);
  return [
    ...devices.serials,
    ...devices.parallels,
    ...devices.consoles,
    ...devices.channels,
    ...devices.smartcards,
    ...devices.redirdevs,
    ...backends,
  ];
}

/** What libvirt's parser fills in and refuses while it reads. */
export function readChardevs(def: DomainDef, context: ParseContext): void {
  for (const device of allChardevs(def)) {
    if (device.type === 'tcp') device.protocol ??= { type: 'raw' };
    else delete device.protocol;
    for (const source of device.sources) {
      if (device.type === 'udp' || device.type === 'tcp' || device.type === 'unix') source.mode ??= 'connect';
    }
    // libvirt lists the end that listens first.
    if (device.type === 'udp')
      device.sources.sort((a, b) => Number(a.mode === 'connect') - Number(b.mode === 'connect'));
    checkSources(device, context);
  }
  for (const [position, one] of (def.devices?.consoles ?? []).entries()) {
    mirrorTty(one);
    (one.target ??= {}).port = position;
  }
  for (const one of def.devices?.redirdevs ?? []) {
    if (one.type === 'dbus' && one.sources.length === 0)
      one.sources.push({ channel: 'org.qemu.usbredir', seclabels: [] });
  }
}

function checkSources(device: Chardev, context: ParseContext): void {
  const limit = device.type === 'udp' ? 2 : 1;
  if (device.sources.length > limit) {
    context.refuse(
      limit === 2
        ? 'only two source elements are allowed for character device'
        : 'only one source element is allowed for character device',
      device,
    );
  }
}

/** The old attribute and the source are the same path. */
function mirrorTty(one: {
  type: string;
  tty?: string | undefined;
  sources: ChardevSource[];
  target?: { port?: number | undefined } | undefined;
}): void {
  if (one.type !== 'pty' || one.tty === undefined || one.sources.length > 0) return;
  one.sources.push({ path: one.tty, seclabels: [] });
}

/** Port numbers of ISA serial ports: the lowest free ones. */
export function isaSerialPorts(def: DomainDef, context: ParseContext): void {
  const ports = (def.devices?.serials ?? []).filter(({ target }) => target?.type === 'isa-serial');
  const used = new Set<number>();
  for (const port of ports) {
    const number = port.target?.port;
    if (used.size >= maxIsaPorts || (number ?? 0) >= maxIsaPorts) {
      context.refuse(
        `Maximum supported number of ISA serial ports is '${maxIsaPorts}'`,
        port,
        'VIR_ERR_INTERNAL_ERROR',
      );
    }
    if (number === undefined) continue;
    if (used.has(number)) context.refuse(`target port '${number}' already allocated`, port, 'VIR_ERR_INTERNAL_ERROR');
    used.add(number);
  }
  for (const { target } of ports) {
    if (target === undefined || target.port !== undefined) continue;
    let free = 0;
    while (used.has(free)) free++;
    target.port = free;
    used.add(free);
  }
}

const maxIsaPorts = 4;

/** Port numbers of the others, and the kind of a console's target. */
export function chardevDefaults(item: DomainDevice, def: DomainDef): void {
  const { devices } = def;
  if (devices === undefined) return;
  if (item.kind === 'consoles') {
    const target = (item.device.target ??= {});
    target.type ??= 'serial';
    target.port ??= 0;
  } else if (item.kind === 'serials') {
    (item.device.target ??= {}).port ??= nextPort(devices.serials);
  } else if (item.kind === 'parallels') {
    (item.device.target ??= {}).port ??= nextPort(devices.parallels);
  }
}

function nextPort(devices: readonly { target?: { port?: number | undefined } | undefined }[]): number {
  return devices.reduce((top, { target }) => Math.max(top, target?.port ?? -1), -1) + 1;
}

/**
 * The first console of a fully virtualized guest is its first serial port: each implies the other, and the console
 * shows what the serial port says. Answers the serial port it adds.
 */
export function consoleCompatibility(def: DomainDef): DomainDevice[] {
  const { devices } = def;
  if (devices === undefined || def.os?.type?.value !== 'hvm') return [];
  const [first] = devices.consoles;
  if (first !== undefined && (first.target?.type === 'serial' || first.target?.type === undefined)) {
    const [port] = devices.serials;
    if (port === undefined) {
      const made = serialOf(first);
      devices.serials.unshift(made);
      return [{ kind: 'serials', device: made }];
    }
  } else if (devices.serials.length > 0 && isIsaLike(devices.serials[0]?.target?.type)) {
    devices.consoles.unshift(
      consoleDevice.create({ type: devices.serials[0]?.type ?? 'pty', target: { type: 'serial', port: 0 } }),
    );
  }
  return [];
}

/** Serial ports that a console may stand for. */
function isIsaLike(type: string | undefined): boolean {
  return (
    type === undefined ||
    type === 'isa-serial' ||
    type === 'spapr-vio-serial' ||
    type === 'system-serial' ||
    type === 'sclp-serial'
  );
}

type Console = NonNullable<DomainDef['devices']>['consoles'][number];
type SerialPort = NonNullable<DomainDef['devices']>['serials'][number];

function serialOf(one: Console): SerialPort {
  const { type, sources, protocol, log, alias, acpi, address } = one;
  return serial.create({ type, sources, protocol, log, alias, acpi, address, target: { port: 0 } });
}

/** Consoles that stand for a serial port show its source, protocol, log, alias and address. */
export function mirrorSerials(def: DomainDef): void {
  const [first] = def.devices?.consoles ?? [];
  if (def.os?.type?.value !== 'hvm' || (first?.target?.type ?? 'serial') !== 'serial') return;
  def.devices?.consoles.forEach((one, position) => {
    const port = def.devices?.serials[position];
    if (port === undefined || (one.target?.type !== 'serial' && one.target?.type !== undefined)) return;
    const { type, sources, protocol, log, alias, acpi, address } = port;
    Object.assign(one, {
      type,
      sources,
      protocol,
      log,
      alias,
      acpi,
      address,
      target: { type: 'serial', port: port.target?.port ?? 0 },
    });
    for (const key of ['protocol', 'log', 'alias', 'acpi', 'address'] as const)
      if (one[key] === undefined) delete one[key];
    if (one.tty !== undefined && type !== 'pty') delete one.tty;
  });
}
