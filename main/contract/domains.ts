/** What can be asked of one guest. Every name is libvirt's; the renderer maps them to plain words in one file. */
import type { Unlisten } from './connections.ts';
import type { DomainState } from './inventory.ts';

/** A life-cycle operation without arguments. */
export type DomainOperation =
  | 'create'
  | 'shutdown'
  | 'reboot'
  | 'reset'
  | 'destroy'
  | 'suspend'
  | 'resume'
  | 'managedSave'
  | 'managedSaveRemove'
  | 'undefine';

/** A graphical or text console that a guest offers. */
export interface ConsoleInfo {
  /** Passed back to `consoles.open`. */
  id: string;
  kind: 'vnc' | 'spice' | 'serial' | 'console' | 'other';
  /** For example `VNC` or `Serial 0`. */
  label: string;
  usable: boolean;
  /** Why it cannot be used now, and what to do. */
  reason?: string;
}

export interface DeviceSummary {
  kind: 'disk' | 'interface' | 'graphics' | 'video' | 'controller' | 'input' | 'sound' | 'serial' | 'other';
  /** libvirt's element name. */
  element: string;
  label: string;
  detail: string;
}

export interface DomainDetails {
  key: string;
  uuid: string;
  name: string;
  title: string;
  description: string;
  /** virtualization type of the XML, for example `kvm` or `qemu`. */
  virtType: string;
  osType: string;
  architecture: string;
  machine: string;
  firmware: string;
  emulator: string;
  bootDevices: string[];
  vcpus: number;
  maxVcpus: number;
  memoryKiB: number;
  maxMemoryKiB: number;
  devices: DeviceSummary[];
  consoles: ConsoleInfo[];
}

export interface DomainXml {
  xml: string;
  /** `live` is what runs, `inactive` what the next start uses. */
  view: 'live' | 'inactive';
}

export interface DomainsService {
  /** Asks for the operation and settles when the host accepted it; the state itself changes by event. */
  perform(key: string, operation: DomainOperation): Promise<void>;
  details(key: string): Promise<DomainDetails>;
  xml(key: string, view: 'live' | 'inactive'): Promise<DomainXml>;
  /** PNG of the guest's screen as a data URL, or null where the hypervisor cannot take one. */
  screenshot(key: string): Promise<string | null>;
  /** Told whenever the guest's definition, devices or state changed, so that an open page reads its details again. */
  onDidChangeDetails: (listener: (change: { key: string; state: DomainState }) => void, key: string) => Unlisten;
}
