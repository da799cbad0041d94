/**
 * Devices of guests: attach, detach and change. A changed definition goes through the schema's own passes again, so that
 * a new device gets its address and MAC, and what does not fit together is refused as in any definition.
 */
import { domain as domainKind, type DomainDef } from '../conf/index.ts';
import type { DomainRef, DriverSlots } from '../driver.ts';
import {
  VIR_DOMAIN_DEVICE_MODIFY_CONFIG,
  VIR_DOMAIN_DEVICE_MODIFY_FORCE,
  VIR_DOMAIN_DEVICE_MODIFY_LIVE,
  VIR_DOMAIN_EVENT_ID_DEVICE_ADDED,
  VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED,
} from '../enums.gen.ts';
import { DomainConfig } from './domain-config.ts';
import type { DomainObj } from './domain-obj.ts';
import { checkFlags, testError } from './errors.ts';
import type { TestNode } from './node.ts';

type Devices = NonNullable<DomainDef['devices']>;
/** A device of any kind, seen as the values it has. */
type Device = Record<string, unknown> & { alias?: { name: string } | undefined };

/** One device out of its XML: which list of `<devices>` it belongs to, or which single place. */
interface GivenDevice {
  key: keyof Devices;
  device: Device;
}

const modifyFlags = VIR_DOMAIN_DEVICE_MODIFY_LIVE | VIR_DOMAIN_DEVICE_MODIFY_CONFIG;

/** Attach, detach, update. The forms without flags mean the running guest. */
export function domainDeviceSlots(node: TestNode): DriverSlots {
  const attach = (dom: DomainRef, xml: string, flags: number): void => {
    checkFlags(flags, modifyFlags, 'domainAttachDeviceFlags');
    change(node, dom, flags, 'added', (config) => attached(config, parseDevice(xml)));
  };
  const detach = (dom: DomainRef, xml: string, flags: number): void => {
    checkFlags(flags, modifyFlags, 'domainDetachDeviceFlags');
    change(node, dom, flags, 'removed', (config) => detached(config, parseDevice(xml)));
  };
  return {
    domainAttachDevice: async ({ dom, xml }) => attach(dom, xml, VIR_DOMAIN_DEVICE_MODIFY_LIVE),
    domainAttachDeviceFlags: async ({ dom, xml, flags }) => attach(dom, xml, flags),
    domainDetachDevice: async ({ dom, xml }) => detach(dom, xml, VIR_DOMAIN_DEVICE_MODIFY_LIVE),
    domainDetachDeviceFlags: async ({ dom, xml, flags }) => detach(dom, xml, flags),
    domainDetachDeviceAlias: async ({ dom, alias, flags }) => {
      checkFlags(flags, modifyFlags, 'domainDetachDeviceAlias');
      change(node, dom, flags, 'removed', (config) => detachedAlias(config, alias));
    },
    domainUpdateDeviceFlags: async ({ dom, xml, flags }) => {
      checkFlags(flags, modifyFlags | VIR_DOMAIN_DEVICE_MODIFY_FORCE, 'domainUpdateDeviceFlags');
      change(node, dom, flags & modifyFlags, null, (config) => updated(config, parseDevice(xml)));
    },
  };
}

/** A changed configuration and the alias of the device that was changed. */
interface Change {
  config: DomainConfig;
  alias: string;
}

function change(
  node: TestNode,
  dom: DomainRef,
  flags: number,
  what: 'added' | 'removed' | null,
  make: (config: DomainConfig) => Change,
): void {
  const domain = node.domainOf(dom);
  const targets = domain.targets(flags);
  let alias = '';
  domain.editConfig(targets, (config) => {
    const made = make(config);
    alias = made.alias;
    return made.config;
  });
  if (targets.live && what !== null) emit(node, domain, what, alias);
}

function emit(node: TestNode, domain: DomainObj, what: 'added' | 'removed', devAlias: string): void {
  const eventId = what === 'added' ? VIR_DOMAIN_EVENT_ID_DEVICE_ADDED : VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED;
  node.events.emit({ family: 'domain', eventId, payload: { dom: domain.ref, devAlias } });
}

/** Reads one device by putting it into an empty guest; what post-parse adds to guests does not get in the way. */
function parseDevice(xml: string): GivenDevice {
  const whole = `<domain type='test'><name>x</name><devices>${xml}</devices></domain>`;
  const { devices } = domainKind.parse(whole, { skipPostParse: true, inactive: true });
  for (const [key, value] of Object.entries(devices ?? {}) as [keyof Devices | 'extra', unknown][]) {
    if (key === 'extra' || value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const device = (Array.isArray(value) ? value[0] : value) as Device;
    if (typeof device === 'object') return { key, device };
  }
  throw testError('VIR_ERR_XML_ERROR', `unknown device type '${/<\s*([^\s/>]+)/.exec(xml)?.[1] ?? ''}'`);
}

function listOf(devices: Devices, key: keyof Devices): Device[] {
  const value = devices[key];
  return (Array.isArray(value) ? value : value === undefined ? [] : [value]) as unknown as Device[];
}

/** The configuration with `devices`, run through the schema's passes. */
function rebuilt(config: DomainConfig, key: keyof Devices, list: Device[]): DomainConfig {
  const devices = { ...config.def.devices, [key]: singleKeys.has(key) ? list[0] : list } as Devices;
  const text = domainKind.format({ ...config.def, devices }, { inactive: true, secure: true, driver: 'test' });
  return DomainConfig.parse(text, { validates: false }).withInterfaceNames();
}

/** A guest has one of these at most; of all others it has a list. */
const singleKeys: ReadonlySet<keyof Devices> = new Set<keyof Devices>([
  'redirfilter',
  'memballoon',
  'nvram',
  'vsock',
  'pstore',
]);

function attached(config: DomainConfig, { key, device }: GivenDevice): Change {
  const devices = listOf(config.def.devices ?? ({} as Devices), key);
  if (singleKeys.has(key) && devices.length > 0) {
    throw testError('VIR_ERR_OPERATION_INVALID', `domain already has a ${key}`);
  }
  const same = identityOf(key, device);
  if (same !== null && devices.some((other) => identityOf(key, other) === same)) {
    throw testError('VIR_ERR_OPERATION_INVALID', `target ${same} already exists`);
  }
  return { config: rebuilt(config, key, [...devices, device]), alias: aliasOf(key, device, devices.length) };
}

function detached(config: DomainConfig, given: GivenDevice): Change {
  const devices = listOf(config.def.devices ?? ({} as Devices), given.key);
  const index = find(devices, given);
  const rest = devices.filter((_device, other) => other !== index);
  return { config: rebuilt(config, given.key, rest), alias: aliasOf(given.key, devices[index]!, index) };
}

function detachedAlias(config: DomainConfig, alias: string): Change {
  for (const key of Object.keys(config.def.devices ?? {}) as (keyof Devices)[]) {
    const devices = listOf(config.def.devices!, key);
    const index = devices.findIndex(
      (device, place) => typeof device === 'object' && aliasOf(key, device, place) === alias,
    );
    if (index < 0) continue;
    return {
      config: rebuilt(
        config,
        key,
        devices.filter((_device, other) => other !== index),
      ),
      alias,
    };
  }
  throw testError('VIR_ERR_DEVICE_MISSING', `no device found with alias ${alias}`);
}

/** The new device takes the old one's place; an address or alias it does not name stays. */
function updated(config: DomainConfig, given: GivenDevice): Change {
  const devices = listOf(config.def.devices ?? ({} as Devices), given.key);
  const index = find(devices, given);
  const old = devices[index]!;
  const next = {
    ...given.device,
    address: given.device['address'] ?? old['address'],
    alias: given.device.alias ?? old.alias,
  };
  return {
    config: rebuilt(
      config,
      given.key,
      devices.map((device, other) => (other === index ? next : device)),
    ),
    alias: aliasOf(given.key, next, index),
  };
}

/** The device that is meant: by what identifies its kind, else the one that has all the given values. */
function find(devices: readonly Device[], { key, device }: GivenDevice): number {
  const same = device.alias?.name ?? identityOf(key, device);
  const fits = (other: Device, index: number): boolean =>
    device.alias
      ? aliasOf(key, other, index) === same
      : same !== null
        ? identityOf(key, other) === same
        : covers(other, device);
  const found = devices.flatMap((other, index) => (fits(other, index) ? [index] : []));
  if (found.length === 1) return found[0]!;
  if (found.length > 1) {
    throw testError(
      'VIR_ERR_OPERATION_FAILED',
      `multiple devices of the kind '${key}' match; name the one meant by its address or alias`,
    );
  }
  throw testError(
    'VIR_ERR_DEVICE_MISSING',
    `no matching device of the kind '${key}'${same === null ? '' : ` with '${same}'`} was found`,
  );
}

/** What tells devices of a kind apart: a disk's target, an interface's MAC. Null where the kind has no such thing, or it is not given. */
function identityOf(key: keyof Devices, device: Device): string | null {
  const inner = (name: string, field: string): string | null => {
    const value = (device[name] as Record<string, unknown> | undefined)?.[field];
    return typeof value === 'string' ? value.toLowerCase() : null;
  };
  switch (key) {
    case 'disks':
      return inner('target', 'dev');
    case 'interfaces':
      return inner('mac', 'address');
    case 'filesystems':
      return inner('target', 'dir');
    case 'channels':
      return inner('target', 'name');
    case 'graphics':
      return typeof device['type'] === 'string' ? device['type'] : null;
    default:
      return null;
  }
}

/** libvirt's way of naming devices: the kind and a number. */
const aliasNames: Partial<Record<keyof Devices, string>> = {
  disks: 'disk',
  interfaces: 'net',
  controllers: 'ctrl',
  filesystems: 'fs',
  serials: 'serial',
  consoles: 'console',
  channels: 'channel',
  inputs: 'input',
  graphics: 'graphics',
  sounds: 'sound',
  videos: 'video',
  hostdevs: 'hostdev',
  redirdevs: 'redir',
  watchdogs: 'watchdog',
  memballoon: 'balloon',
  rngs: 'rng',
  memories: 'dimm',
  tpms: 'tpm',
};

function aliasOf(key: keyof Devices, device: Device, index: number): string {
  return device.alias?.name ?? `${aliasNames[key] ?? key}${index}`;
}

/** Whether `whole` has every value that `part` names. */
function covers(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part;
  if (typeof whole !== 'object' || whole === null) return Array.isArray(part) && part.length === 0;
  return Object.entries(part).every(
    ([key, value]) => value === undefined || covers((whole as Record<string, unknown>)[key], value),
  );
}
