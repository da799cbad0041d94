/** A guest's definition as the test driver uses it: read-only, every change makes another one. */
import { randomUUID } from 'node:crypto';
import { parseScaled } from '../conf/schema/scale.ts';
import { invalid } from '../conf/schema/value.ts';
import { attributeOf, elementsOf, type XmlElement } from '../conf/xml/tree.ts';
import { serializeNode } from '../conf/xml/serialize.ts';
import { parseXml } from '../conf/xml/parse.ts';
import {
  VIR_DOMAIN_METADATA_DESCRIPTION,
  VIR_DOMAIN_METADATA_ELEMENT,
  VIR_DOMAIN_METADATA_TITLE,
} from '../enums.gen.ts';
import { mapOf, parseCpus } from './cpu-map.ts';
import { testError } from './errors.ts';
import { attributeAt, at, formatTree, makeElement, parseRoot, textAt, withAttributes, withText } from './xml-def.ts';

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

const maxInterfaces = 1024;

export class DomainConfig {
  readonly name: string;
  readonly uuid: string;
  readonly #root: XmlElement;
  #disks: DiskView[] | undefined;
  #interfaces: InterfaceView[] | undefined;

  private constructor(root: XmlElement) {
    const name = textAt(root, 'name');
    if (name === null) throw testError('VIR_ERR_NO_NAME', 'missing name information');
    this.name = name;
    this.uuid = textAt(root, 'uuid') ?? randomUUID();
    this.#root = textAt(root, 'uuid') === null ? withText(root, 'uuid', this.uuid) : root;
  }

  /** Reads a definition and fills in what libvirt's test driver fills in. Throws XML_ERROR and CONFIG_UNSUPPORTED. */
  static parse(xml: string, _options: { validates: boolean }): DomainConfig {
    return new DomainConfig(parseRoot(xml, 'domain'));
  }

  /** KiB of memory the guest starts with at most. */
  get memoryKiB(): bigint {
    return this.#size('memory') ?? 0n;
  }

  get currentMemoryKiB(): bigint {
    return this.#size('currentMemory') ?? this.memoryKiB;
  }

  get maxVcpus(): number {
    return Number(textAt(this.#root, 'vcpu') ?? 1);
  }

  get vcpus(): number {
    return Number(attributeAt(this.#root, 'vcpu', 'current') ?? this.maxVcpus);
  }

  get onPoweroff(): string {
    return textAt(this.#root, 'on_poweroff') ?? 'destroy';
  }

  get onReboot(): string {
    return textAt(this.#root, 'on_reboot') ?? 'restart';
  }

  get onCrash(): string {
    return textAt(this.#root, 'on_crash') ?? 'destroy';
  }

  get disks(): DiskView[] {
    return (this.#disks ??= this.#devices('disk').map((disk) => ({
      target: attributeAt(disk, 'target', 'dev') ?? '',
      source:
        ['file', 'dev', 'dir', 'name', 'volume']
          .map((name) => attributeAt(disk, 'source', name))
          .find((found) => found !== null) ?? null,
      device: attributeOf(disk, 'device') ?? 'disk',
    })));
  }

  get interfaces(): InterfaceView[] {
    return (this.#interfaces ??= this.#devices('interface').map((nic) => ({
      target: attributeAt(nic, 'target', 'dev'),
      mac: attributeAt(nic, 'mac', 'address') ?? '',
      type: attributeOf(nic, 'type') ?? '',
      network: attributeAt(nic, 'source', 'network'),
    })));
  }

  get hasMemballoon(): boolean {
    const [balloon] = this.#devices('memballoon');
    return balloon !== undefined && attributeOf(balloon, 'model') !== 'none';
  }

  /** Aliases of the consoles one can open. */
  get consoles(): string[] {
    return ['serial', 'console'].flatMap((kind) => this.#devices(kind).map((_device, index) => `${kind}${index}`));
  }

  get channels(): string[] {
    return this.#devices('channel').map(
      (channel, index) => attributeAt(channel, 'target', 'name') ?? `channel${index}`,
    );
  }

  get iothreads(): { id: number }[] {
    return Array.from({ length: Number(textAt(this.#root, 'iothreads') ?? 0) }, (_unused, index) => ({
      id: index + 1,
    }));
  }

  get perfEvents(): [name: string, isOn: boolean][] {
    const perf = at(this.#root, 'perf');
    return perf
      ? elementsOf(perf, 'event').map((event) => [
          attributeOf(event, 'name') ?? '',
          attributeOf(event, 'enabled') === 'yes',
        ])
      : [];
  }

  /** The host CPUs one vCPU is pinned to; null where it is not. */
  vcpuPin(vcpu: number): Uint8Array | null {
    const tune = at(this.#root, 'cputune');
    const pin = tune && elementsOf(tune, 'vcpupin').find((pin) => attributeOf(pin, 'vcpu') === String(vcpu));
    const cpuset = (pin && attributeOf(pin, 'cpuset')) ?? attributeAt(this.#root, 'vcpu', 'cpuset');
    return cpuset === null ? null : mapOf(parseCpus(cpuset));
  }

  /** The disk with this target or source path. */
  diskOf(path: string): DiskView | undefined {
    return this.disks.find((disk) => disk.target === path) ?? this.disks.find((disk) => disk.source === path);
  }

  /** The interface with this target or MAC address. Throws INVALID_ARG. */
  interfaceOf(device: string): InterfaceView {
    const found = this.interfaces.find(
      ({ target, mac }) => target === device || mac.toLowerCase() === device.toLowerCase(),
    );
    if (found) return found;
    throw testError('VIR_ERR_INVALID_ARG', `'${device}' is not a known interface`);
  }

  /** Title, description or the metadata element of a namespace; null where there is none. */
  metadata(type: number, uri: string | null): string | null {
    if (type === VIR_DOMAIN_METADATA_DESCRIPTION) return textAt(this.#root, 'description');
    if (type === VIR_DOMAIN_METADATA_TITLE) return textAt(this.#root, 'title');
    const metadata = at(this.#root, 'metadata');
    const found = metadata && elementsOf(metadata).find((element) => namespaceOf(element) === uri);
    return found ? serializeNode(found) : null;
  }

  withMetadata(type: number, text: string | null, key: string | null, uri: string | null): DomainConfig {
    if (type === VIR_DOMAIN_METADATA_DESCRIPTION)
      return new DomainConfig(withText(this.#root, 'description', text ?? ''));
    if (type === VIR_DOMAIN_METADATA_TITLE) {
      if (text?.includes('\n')) throw testError('VIR_ERR_INVALID_ARG', "metadata title can't contain newlines");
      return new DomainConfig(withText(this.#root, 'title', text ?? ''));
    }
    if (type !== VIR_DOMAIN_METADATA_ELEMENT) throw testError('VIR_ERR_INVALID_ARG', 'unknown metadata type');
    return this.#withElement(text, key ?? '', uri ?? '');
  }

  #withElement(text: string | null, key: string, uri: string): DomainConfig {
    const root = structuredClone(this.#root);
    const metadata = at(root, 'metadata') ?? makeElement('metadata');
    if (!root.children.includes(metadata)) root.children.push(metadata);
    metadata.children = elementsOf(metadata).filter((element) => namespaceOf(element) !== uri);
    if (text !== null) {
      const element = parseXml(text).root;
      element.name = `${key}:${element.name}`;
      element.attributes.push({ name: `xmlns:${key}`, value: uri, start: 0, end: 0, valueStart: 0, valueEnd: 0 });
      metadata.children.push(element);
    }
    return new DomainConfig(root);
  }

  withName(name: string): DomainConfig {
    return new DomainConfig(withText(this.#root, 'name', name));
  }

  /** Gives every interface without a name of its host side the next free `testnetN`. */
  withInterfaceNames(): DomainConfig {
    const taken = new Set(this.interfaces.map(({ target }) => target));
    if (!taken.has(null)) return this;
    const root = structuredClone(this.#root);
    for (const nic of elementsOf(at(root, 'devices')!, 'interface')) {
      if (attributeAt(nic, 'target', 'dev') !== null) continue;
      const name = freeName(taken);
      taken.add(name);
      nic.children = withAttributes(nic, 'target', { dev: name }).children;
    }
    return new DomainConfig(root);
  }

  format({ id }: FormatFlags): string {
    return formatTree(withAttributes(this.#root, '', { id: id < 0 ? null : String(id) }));
  }

  #size(path: string): bigint | null {
    const text = textAt(this.#root, path);
    if (text === null) return null;
    const size = parseScaled(text, attributeAt(this.#root, path, 'unit') ?? undefined, 'KiB');
    if (size === invalid) throw testError('VIR_ERR_XML_ERROR', `Invalid value for element '${path}': '${text}'`);
    return size;
  }

  #devices(name: string): XmlElement[] {
    const devices = at(this.#root, 'devices');
    return devices ? elementsOf(devices, name) : [];
  }
}

function namespaceOf(element: XmlElement): string | null {
  const [prefix] = element.name.includes(':') ? element.name.split(':') : [null];
  return attributeOf(element, prefix === null ? 'xmlns' : `xmlns:${prefix}`) ?? null;
}

function freeName(taken: Set<string | null>): string {
  for (let index = 0; index < maxInterfaces; index += 1) {
    if (!taken.has(`testnet${index}`)) return `testnet${index}`;
  }
  throw testError('VIR_ERR_INTERNAL_ERROR', `Exceeded max iface limit ${maxInterfaces}`);
}
