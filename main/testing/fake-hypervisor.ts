/** For tests: a hypervisor that holds what a test puts in, and breaks when a test says so. */
import type { Duplex } from 'node:stream';
import type { DomainOperation, HostInfo } from '../contract/index.ts';
import { Emitter, type Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import type {
  ConsoleStream,
  GuestFacts,
  GuestSample,
  HostAddress,
  Hypervisor,
  HypervisorEvent,
  NetworkFacts,
  RawScreenshot,
  StoragePoolFacts,
} from '../connections/hypervisor.ts';
import { FakeStorage } from './fake-storage.ts';

/** A UUID that ends in `n`. */
export function uuidOf(n: number): string {
  return `00000000-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

/** A guest that is shut off, unless `changes` say otherwise. */
export function guest(n: number, changes: Partial<GuestFacts> = {}): GuestFacts {
  return {
    uuid: uuidOf(n),
    name: `guest-${n}`,
    id: null,
    state: 'shutoff',
    stateReason: 'unknown',
    isPersistent: true,
    isAutostart: false,
    hasManagedSave: false,
    vcpus: 2,
    maxMemoryKiB: 1_048_576,
    memoryKiB: 1_048_576,
    ...changes,
  };
}

export class FakeHypervisor implements Hypervisor {
  isLocal = true;
  hostName = '';
  isReadonly = false;
  hasTunnel = false;
  canOpenConsole = true;
  readonly storage = new FakeStorage();
  hasEvents = true;
  guests = new Map<string, GuestFacts>();
  samples: GuestSample[] | null = [];
  networks: NetworkFacts[] = [];
  storagePools: StoragePoolFacts[] = [];
  xml: (uuid: string, view: 'live' | 'inactive') => string = () => '<domain/>';
  picture: RawScreenshot | null = null;
  console: (device: string | null, force: boolean) => ConsoleStream = () => {
    throw new HostError('unsupported', 'This fake has no console.');
  };
  tunnel: (address: HostAddress) => Promise<Duplex> = () => {
    throw new HostError('unsupported', 'This fake has no tunnel.');
  };
  /** What `perform` does; nothing unless a test says so. */
  onPerform: (uuid: string, operation: DomainOperation) => Promise<void> | void = () => {};
  /** Waited for before guests are listed. */
  beforeListing: Promise<void> = Promise.resolve();
  /** Names of the methods called, in order. */
  readonly calls: string[] = [];
  isClosed = false;
  readonly #events = new Emitter<HypervisorEvent>();
  readonly #closed = new Emitter<Error>();

  constructor(...guests: GuestFacts[]) {
    for (const facts of guests) this.guests.set(facts.uuid, facts);
  }

  /** Something happened at the hypervisor. */
  emit(event: HypervisorEvent): void {
    this.#events.emit(event);
  }

  /** The link breaks. */
  lose(error: Error = new HostError('connection-lost', 'The link broke.')): void {
    this.#closed.emit(error);
  }

  async hostInfo(): Promise<HostInfo> {
    return { hypervisor: 'FAKE', supported: [] };
  }

  async listGuests(): Promise<GuestFacts[]> {
    this.calls.push('listGuests');
    await this.beforeListing;
    return [...this.guests.values()];
  }

  async readGuest(uuid: string): Promise<GuestFacts | null> {
    this.calls.push('readGuest');
    return this.guests.get(uuid) ?? null;
  }

  async sampleGuests({ throughput }: { throughput: boolean }): Promise<GuestSample[] | null> {
    this.calls.push(throughput ? 'sampleGuests with throughput' : 'sampleGuests');
    return this.samples;
  }

  async listNetworks(): Promise<NetworkFacts[]> {
    return this.networks;
  }

  async listStoragePools(): Promise<StoragePoolFacts[]> {
    return this.storagePools;
  }

  async subscribe(listener: (event: HypervisorEvent) => void): Promise<boolean> {
    this.calls.push('subscribe');
    this.#events.on(listener);
    return this.hasEvents;
  }

  async perform(uuid: string, operation: DomainOperation): Promise<void> {
    this.calls.push(operation);
    await this.onPerform(uuid, operation);
  }

  async domainXml(uuid: string, view: 'live' | 'inactive'): Promise<string> {
    return this.xml(uuid, view);
  }

  async consoleXml(uuid: string): Promise<string> {
    return this.xml(uuid, 'live');
  }

  async screenshot(): Promise<RawScreenshot | null> {
    return this.picture;
  }

  async openConsole(_uuid: string, device: string | null, options: { force: boolean }): Promise<ConsoleStream> {
    return this.console(device, options.force);
  }

  async openTunnel(address: HostAddress): Promise<Duplex> {
    return this.tunnel(address);
  }

  onDidClose(listener: (error: Error) => void): Unlisten {
    return this.#closed.on(listener);
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}
