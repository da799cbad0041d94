/** Every device of a guest in libvirt's order of iteration, for passes that treat all kinds alike. */
import type { DomainDef } from '../schema.ts';
import type { Address } from '../address.ts';
import type { Devices } from './index.ts';

type ListKeys = {
  [K in keyof Devices]-?: NonNullable<Devices[K]> extends readonly object[] ? K : never;
}[keyof Devices];
type SingleKeys = 'memballoon' | 'nvram' | 'vsock';

/** A device with the list or place it stands in. */
export type DomainDevice =
  | { [K in ListKeys]: { kind: K; device: NonNullable<Devices[K]>[number] } }[ListKeys]
  | { [K in SingleKeys]: { kind: K; device: NonNullable<Devices[K]> } }[SingleKeys];

/** What all devices have in common. */
export interface DeviceInfo {
  address?: Address | undefined;
  alias?: { name: string } | undefined;
  boot?: { order: number } | undefined;
  acpi?: { index?: number | undefined } | undefined;
}

const order = [
  'disks',
  'filesystems',
  'interfaces',
  'sounds',
  'hostdevs',
  'videos',
  'controllers',
  'smartcards',
  'serials',
  'parallels',
  'channels',
  'consoles',
  'inputs',
  'hubs',
  'redirdevs',
  'watchdogs',
  'memballoon',
  'rngs',
  'nvram',
  'shmems',
  'tpms',
  'panics',
  'memories',
  'iommus',
  'vsock',
  'cryptos',
  'graphics',
  'leases',
  'audios',
] as const satisfies readonly (ListKeys | SingleKeys)[];

/** All devices, as they are at the call: a device added while walking is not met. */
export function* domainDevices(def: DomainDef): Generator<DomainDevice> {
  const { devices } = def;
  if (devices === undefined) return;
  for (const kind of order) {
    const found = devices[kind];
    if (found === undefined) continue;
    for (const device of Array.isArray(found) ? [...found] : [found]) yield { kind, device } as DomainDevice;
  }
}

/** The common part of a device. */
export function infoOf({ device }: DomainDevice): DeviceInfo {
  return device as DeviceInfo;
}
