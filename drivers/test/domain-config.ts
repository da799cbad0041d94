/**
 * A guest's definition as the test driver uses it: a read-only view of the schema's object. Every change makes another
 * one, so that the running guest, its next start and its snapshots can share one definition without being in its way.
 */
import { randomUUID } from 'node:crypto';
import { domain as domainKind, type DomainDef } from '../conf/index.ts';
import type { WithExtra } from '../conf/schema/index.ts';
import { mapOf, parseCpus } from './cpu-map.ts';
import { testError } from './errors.ts';
import './domain-post-parse.ts';
import { getMetadata, setMetadata } from './metadata.ts';
import { assertKnown } from './unknown-content.ts';
import { parseInput, type XmlInput } from './xml-input.ts';

/** One disk, as far as its statistics and size need it. */
export interface DiskView {
  target: string;
  /** null for an empty drive. */
  source: string | null;
  device: string;
}

/** One interface; `target` is the name of its host side. */
export interface InterfaceView {
  target: string | null;
  mac: string;
  type: string;
  /** The libvirt network it is on, if it is on one. */
  network: string | null;
}

export interface FormatFlags {
  /** -1 for a guest that does not run. */
  id: number;
  isInactive: boolean;
  isSecure: boolean;
  isMigratable: boolean;
}

type Devices = NonNullable<DomainDef['devices']>;

const maxInterfaces = 1024;

export class DomainConfig {
  /** Never changed: other configurations share it. */
  readonly def: DomainDef;
  readonly name: string;
  readonly uuid: string;
  #disks: DiskView[] | undefined;
  #interfaces: InterfaceView[] | undefined;

  constructor(def: DomainDef) {
    this.def = def.uuid === undefined ? { ...def, uuid: randomUUID() } : def;
    this.name = def.name;
    this.uuid = this.def.uuid!;
  }

  /**
   * Reads a definition and fills in what libvirt's test driver fills in. The `test:` elements of a node file are no part
   * of it. With `validates`, what the schema does not know is refused. Throws XML_ERROR, XML_INVALID_SCHEMA and CONFIG_UNSUPPORTED.
   */
  static parse(input: XmlInput, { validates }: { validates: boolean }): DomainConfig {
    const def = withoutTestNamespace(parseInput(domainKind, input, { inactive: true }));
    if (validates) assertKnown(def, 'domain');
    return new DomainConfig(def);
  }

  /** KiB of memory the guest has at most. */
  get memoryKiB(): bigint {
    return this.def.memory?.valueKiB ?? 0n;
  }

  get currentMemoryKiB(): bigint {
    return this.def.currentMemoryKiB ?? this.memoryKiB;
  }

  get maxVcpus(): number {
    return this.def.vcpu?.value ?? 1;
  }

  get vcpus(): number {
    return this.def.vcpu?.current ?? this.maxVcpus;
  }

  get onPoweroff(): string {
    return this.def.onPoweroff ?? 'destroy';
  }

  get onReboot(): string {
    return this.def.onReboot ?? 'restart';
  }

  get onCrash(): string {
    return this.def.onCrash ?? 'destroy';
  }

  get disks(): readonly DiskView[] {
    return (this.#disks ??= (this.def.devices?.disks ?? []).map((disk) => ({
      target: disk.target?.dev ?? '',
      source: sourceOf(disk.source),
      device: disk.device,
    })));
  }

  get interfaces(): readonly InterfaceView[] {
    return (this.#interfaces ??= (this.def.devices?.interfaces ?? []).map((nic) => ({
      target: nic.target?.dev ?? null,
      mac: nic.mac?.address ?? '',
      type: nic.type,
      network: nic.source?.network ?? null,
    })));
  }

  get hasMemballoon(): boolean {
    const balloon = this.def.devices?.memballoon;
    return balloon !== undefined && balloon.model !== 'none';
  }

  /** Aliases of the consoles one can open. */
  get consoles(): string[] {
    const { serials = [], consoles = [] } = this.def.devices ?? {};
    const named = (kind: string, devices: readonly { alias?: { name: string } | undefined }[]): string[] =>
      devices.map(({ alias }, index) => alias?.name ?? `${kind}${index}`);
    return [...named('serial', serials), ...named('console', consoles)];
  }

  get channels(): string[] {
    return (this.def.devices?.channels ?? []).map(({ target }, index) => target?.name ?? `channel${index}`);
  }

  /** Numbers of the I/O threads, lowest first. */
  get iothreads(): { id: number }[] {
    const named = this.def.iothreadids?.iothreads ?? [];
    const ids = new Set(named.map(({ id }) => id));
    for (let id = 1; ids.size < (this.def.iothreads ?? 0); id += 1) ids.add(id);
    return [...ids].toSorted((a, b) => a - b).map((id) => ({ id }));
  }

  get perfEvents(): readonly (readonly [name: string, isOn: boolean])[] {
    return (this.def.perf?.events ?? []).map(({ name, enabled }) => [name, enabled] as const);
  }

  /** The host CPUs one vCPU is pinned to; null where it is not. */
  vcpuPin(vcpu: number): Uint8Array | null {
    const pin = this.def.cputune?.vcpupins.find((pin) => pin.vcpu === vcpu);
    const cpuset = pin?.cpuset ?? this.def.vcpu?.cpuset;
    return cpuset === undefined ? null : mapOf(parseCpus(cpuset));
  }

  /** The disk with this target or source path. */
  diskOf(path: string): DiskView | undefined {
    return this.disks.find((disk) => disk.target === path) ?? this.disks.find((disk) => disk.source === path);
  }

  /** The place of the interface with this target or MAC address. Throws INVALID_ARG. */
  interfaceIndex(device: string): number {
    const wanted = device.toLowerCase();
    const index = this.interfaces.findIndex(({ target, mac }) => target === device || mac.toLowerCase() === wanted);
    if (index >= 0) return index;
    throw testError('VIR_ERR_INVALID_ARG', `'${device}' is not a known interface`);
  }

  interfaceOf(device: string): InterfaceView {
    return this.interfaces[this.interfaceIndex(device)]!;
  }

  /** Title, description or the metadata element of a namespace. Throws NO_DOMAIN_METADATA. */
  metadata(type: number, uri: string | null): string {
    return getMetadata(this.def, type, uri, 'VIR_ERR_NO_DOMAIN_METADATA');
  }

  withMetadata(type: number, text: string | null, key: string | null, uri: string | null): DomainConfig {
    return this.edit((def) => setMetadata(def, type, text, key, uri));
  }

  withName(name: string): DomainConfig {
    return new DomainConfig({ ...this.def, name });
  }

  /** Gives every interface without a name of its host side the next free `testnetN`. */
  withInterfaceNames(): DomainConfig {
    const { devices } = this.def;
    const taken = new Set(this.interfaces.map(({ target }) => target));
    if (!devices || !taken.has(null)) return this;
    const interfaces = devices.interfaces.map((nic) => {
      if (nic.target?.dev !== undefined) return nic;
      const dev = freeName(taken);
      taken.add(dev);
      return { ...nic, target: { ...nic.target, dev } };
    });
    return new DomainConfig({ ...this.def, devices: { ...devices, interfaces } });
  }

  /** Another configuration, made from a copy that `change` changes. */
  edit(change: (def: DomainDef) => void): DomainConfig {
    const copy = structuredClone(this.def);
    change(copy);
    return new DomainConfig(copy);
  }

  /** As `edit`, copying no more than the devices. Throws CONFIG_UNSUPPORTED for a guest without any. */
  editDevices(change: (devices: Devices) => void): DomainConfig {
    if (!this.def.devices)
      throw testError('VIR_ERR_CONFIG_UNSUPPORTED', `the definition of '${this.name}' has no <devices>`);
    const devices = structuredClone(this.def.devices);
    change(devices);
    return new DomainConfig({ ...this.def, devices });
  }

  format({ id, isInactive, isSecure, isMigratable }: FormatFlags): string {
    const options = { inactive: isInactive, secure: isSecure, migratable: isMigratable, driver: 'test' };
    return domainKind.format(id < 0 ? this.def : { ...this.def, id }, options);
  }
}

function sourceOf(source: Devices['disks'][number]['source']): string | null {
  if (source === undefined) return null;
  const inPool =
    source.pool !== undefined && source.volume !== undefined ? `${source.pool}/${source.volume}` : undefined;
  return source.file ?? source.dev ?? source.dir ?? source.name ?? inPool ?? source.path ?? null;
}

function withoutTestNamespace(def: DomainDef & WithExtra): DomainDef {
  const { extra } = def;
  if (extra === undefined) return def;
  const attributes = (extra.attributes ?? []).filter(([name]) => name !== 'xmlns:test');
  const children = (extra.children ?? []).filter(({ xml }) => !xml.startsWith('<test:') && xml.trim() !== '');
  const rest = {
    ...(attributes.length > 0 ? { attributes } : {}),
    ...(children.length > 0 ? { children } : {}),
    ...(extra.within === undefined ? {} : { within: extra.within }),
  };
  return { ...def, extra: Object.keys(rest).length > 0 ? rest : undefined };
}

function freeName(taken: Set<string | null>): string {
  for (let index = 0; index < maxInterfaces; index += 1) {
    if (!taken.has(`testnet${index}`)) return `testnet${index}`;
  }
  throw testError('VIR_ERR_INTERNAL_ERROR', `Exceeded max iface limit ${maxInterfaces}`);
}
