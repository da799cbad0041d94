/** The Overview of a guest from its XML. */
import { attributeOf, elementsOf, type XmlElement } from '../../drivers/conf/xml/tree.ts';
import type { ConsoleInfo, DeviceSummary, DomainDetails } from '../contract/index.ts';
import { attributeAt, find, memoryKiB, textAt, wholeNumber } from './domain-tree.ts';

/** More are not shown in the summary; the XML shows all. */
const maximumDevices = 500;

/** `root` is the domain's element; `key`, `uuid` and the consoles are known otherwise. */
export function detailsOf(root: XmlElement, key: string, uuid: string, consoles: ConsoleInfo[]): DomainDetails {
  const maxVcpus = wholeNumber(textAt(root, 'vcpu')) ?? 1;
  const maxMemoryKiB = memoryKiB(root, 'memory');
  return {
    key,
    uuid,
    name: textAt(root, 'name'),
    title: textAt(root, 'title'),
    description: textAt(root, 'description'),
    virtType: attributeAt(root, '', 'type'),
    osType: textAt(root, 'os/type'),
    architecture: attributeAt(root, 'os/type', 'arch'),
    machine: attributeAt(root, 'os/type', 'machine'),
    firmware: firmwareOf(root),
    emulator: textAt(root, 'devices/emulator'),
    bootDevices: bootDevices(root),
    vcpus: wholeNumber(attributeAt(root, 'vcpu', 'current')) ?? maxVcpus,
    maxVcpus,
    memoryKiB: memoryKiB(root, 'currentMemory') || maxMemoryKiB,
    maxMemoryKiB,
    devices: devicesOf(root),
    consoles,
  };
}

function firmwareOf(root: XmlElement): string {
  const named = attributeAt(root, 'os', 'firmware');
  if (named !== '') return named;
  const loader = find(root, 'os/loader');
  if (!loader) return '';
  return attributeAt(loader, '', 'type') === 'pflash' ? 'efi' : textAt(root, 'os/loader');
}

/** Devices of `<os><boot>`, or those with a `<boot order>` of their own, in that order. */
function bootDevices(root: XmlElement): string[] {
  const os = find(root, 'os');
  const named = os ? elementsOf(os, 'boot').map((boot) => attributeAt(boot, '', 'dev')) : [];
  if (named.length > 0) return named.slice(0, 16);
  const devices = find(root, 'devices');
  if (!devices) return [];
  return elementsOf(devices)
    .map((device) => ({ device, order: wholeNumber(attributeAt(device, 'boot', 'order')) }))
    .filter((entry) => entry.order !== null)
    .toSorted((a, b) => (a.order ?? 0) - (b.order ?? 0))
    .slice(0, 16)
    .map(({ device }) => attributeAt(device, 'target', 'dev') || device.name);
}

const kinds: Record<string, DeviceSummary['kind']> = {
  disk: 'disk',
  interface: 'interface',
  graphics: 'graphics',
  video: 'video',
  controller: 'controller',
  input: 'input',
  sound: 'sound',
  serial: 'serial',
  console: 'serial',
};

function devicesOf(root: XmlElement): DeviceSummary[] {
  const devices = find(root, 'devices');
  if (!devices) return [];
  return elementsOf(devices)
    .filter((device) => device.name !== 'emulator')
    .slice(0, maximumDevices)
    .map((device) => ({
      kind: (Object.hasOwn(kinds, device.name) ? kinds[device.name] : undefined) ?? 'other',
      element: device.name,
      ...describe(device),
    }));
}

type Description = Pick<DeviceSummary, 'label' | 'detail'>;

const describers: Record<string, (device: XmlElement) => Description> = {
  disk: (device) => ({
    label: joined([attributeAt(device, 'target', 'dev'), attributeAt(device, '', 'device') || 'disk']),
    detail: joined([sourceOf(device), attributeAt(device, 'driver', 'type'), attributeAt(device, 'target', 'bus')]),
  }),
  interface: (device) => ({
    label: attributeAt(device, 'mac', 'address') || attributeAt(device, 'target', 'dev'),
    detail: joined([
      attributeAt(device, '', 'type'),
      attributeAt(device, 'source', 'network') ||
        attributeAt(device, 'source', 'bridge') ||
        attributeAt(device, 'source', 'dev'),
      attributeAt(device, 'model', 'type'),
    ]),
  }),
  graphics: (device) => ({
    label: attributeAt(device, '', 'type').toUpperCase(),
    detail: joined([attributeAt(device, '', 'listen') || attributeAt(device, 'listen', 'address'), portOf(device)]),
  }),
  video: (device) => ({ label: attributeAt(device, 'model', 'type'), detail: '' }),
  controller: (device) => ({
    label: joined([attributeAt(device, '', 'type'), attributeAt(device, '', 'index')]),
    detail: attributeAt(device, '', 'model'),
  }),
  input: (device) => ({ label: attributeAt(device, '', 'type'), detail: attributeAt(device, '', 'bus') }),
  sound: (device) => ({ label: attributeAt(device, '', 'model'), detail: '' }),
};

function describe(device: XmlElement): Description {
  const describer = Object.hasOwn(describers, device.name) ? describers[device.name] : undefined;
  if (describer) return describer(device);
  const type =
    attributeAt(device, '', 'type') || attributeAt(device, '', 'model') || attributeAt(device, 'backend', 'model');
  return {
    label: joined([type, attributeAt(device, 'target', 'name')]),
    detail: attributeAt(device, 'source', 'path'),
  };
}

/** Where a disk's content is: a file, a block device, a volume of a pool, a remote name. */
function sourceOf(device: XmlElement): string {
  const source = find(device, 'source');
  if (!source) return '';
  const place = ['file', 'dev', 'dir', 'name', 'volume'].map((name) => attributeOf(source, name)).find((text) => text);
  const pool = attributeAt(source, '', 'pool');
  return pool === '' ? (place ?? '') : `${pool}/${place ?? ''}`;
}

function portOf(device: XmlElement): string {
  const port = attributeAt(device, '', 'port');
  return port === '-1' ? '' : port;
}

function joined(parts: string[]): string {
  return parts.filter((part) => part !== '').join(' · ');
}
