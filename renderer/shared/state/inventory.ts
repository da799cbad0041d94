/**
 * Every guest, network and pool of every connection, kept by the host's snapshot and patches.
 *
 * Rows live in plain maps, so 10,000 of them cost no proxies. Two counters tell watchers: `version` at every message,
 * `structure` only when rows came, went, or changed in a field that lists are ordered, filtered or counted by.
 * A row is replaced, never changed, so `===` says whether it has news.
 */
import { shallowRef } from 'vue';
import type {
  GuestRow,
  InventoryMessage,
  InventoryPatch,
  InventorySnapshot,
  NetworkRow,
  StatsSample,
  StoragePoolRow,
} from '../../../main/contract/index.ts';
import type { RemoteServices } from '../link/services.ts';
import { markData } from '../paint-marks.ts';
import { RowTable } from './row-table.ts';
import { SampleRing } from './sample-ring.ts';

function rowsOf<Row extends { connectionId: string; name: string }>(rows: Iterable<Row>, connectionId: string): Row[] {
  return [...rows].filter((row) => row.connectionId === connectionId).toSorted((a, b) => a.name.localeCompare(b.name));
}

/** From here on a line is worth keeping as it is. */
const fewSamples = 5;

export class Inventory {
  readonly #guests = new RowTable<GuestRow>(['name', 'title', 'state', 'connectionId']);
  readonly #networks = new RowTable<NetworkRow>(['name', 'isActive', 'connectionId']);
  readonly #storagePools = new RowTable<StoragePoolRow>(['name', 'state', 'connectionId']);
  readonly #cpuSamples = new Map<string, SampleRing>();
  readonly #service: RemoteServices['inventory'];
  #revision = -1;
  #stop: (() => void) | undefined;

  /** False until the first snapshot: show the frame of what is coming. */
  readonly isReady = shallowRef(false);
  readonly version = shallowRef(0);
  readonly structure = shallowRef(0);

  constructor(service: RemoteServices['inventory']) {
    this.#service = service;
  }

  /** Subscribes; a second call does it anew. */
  start(): void {
    this.#stop?.();
    this.#revision = -1;
    this.#stop = this.#service.onDidChange((message) => this.#receive(message));
  }

  stop(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #receive(message: InventoryMessage): void {
    if (message.kind === 'snapshot') return this.#take(message);
    if (this.#revision < 0) return;
    if (message.revision !== this.#revision + 1) return this.start();
    this.#patch(message);
  }

  #take(snapshot: InventorySnapshot): void {
    markData('hostler:inventory-data');
    // A frame asked for now is due when the work is done; one asked for then would be due up to a frame later.
    requestAnimationFrame(() => {});
    this.#revision = snapshot.revision;
    this.#guests.replaceAll(snapshot.guests);
    this.#networks.replaceAll(snapshot.networks);
    this.#storagePools.replaceAll(snapshot.storagePools);
    for (const key of this.#cpuSamples.keys()) if (!this.#guests.rows.has(key)) this.#cpuSamples.delete(key);
    this.isReady.value = true;
    this.structure.value += 1;
    this.version.value += 1;
  }

  #patch(patch: InventoryPatch): void {
    markData('hostler:inventory-patch');
    this.#revision = patch.revision;
    let structural = false;
    if (patch.guests) structural = this.#guests.apply(patch.guests, (guest) => this.#sample(guest));
    if (patch.networks) structural = this.#networks.apply(patch.networks) || structural;
    if (patch.storagePools) structural = this.#storagePools.apply(patch.storagePools) || structural;
    for (const key of patch.guests?.remove ?? []) this.#cpuSamples.delete(key);
    if (structural) this.structure.value += 1;
    this.version.value += 1;
  }

  #sample(guest: GuestRow): void {
    const percent = guest.stats?.cpuPercent;
    if (percent == null) {
      if (guest.stats === null) this.#cpuSamples.delete(guest.key);
      return;
    }
    let ring = this.#cpuSamples.get(guest.key);
    if (ring === undefined) this.#cpuSamples.set(guest.key, (ring = new SampleRing()));
    ring.push(percent);
  }

  /** The row now; reading it makes a computed value depend on every message. */
  guest(key: string): GuestRow | undefined {
    void this.version.value;
    return this.#guests.rows.get(key);
  }

  /** All guests; depends on structure only, so values inside may have moved on. */
  guests(): ReadonlyMap<string, GuestRow> {
    void this.structure.value;
    return this.#guests.rows;
  }

  /** Networks of every host; depends on structure only. */
  allNetworks(): Iterable<NetworkRow> {
    void this.structure.value;
    return this.#networks.rows.values();
  }

  /** Storage pools of every host; depends on structure only. */
  allStoragePools(): Iterable<StoragePoolRow> {
    void this.structure.value;
    return this.#storagePools.rows.values();
  }

  /** Networks of one host by name, as they are now. */
  networksOf(connectionId: string): NetworkRow[] {
    void this.version.value;
    return rowsOf(this.#networks.rows.values(), connectionId);
  }

  /** Storage pools of one host by name, as they are now. */
  storagePoolsOf(connectionId: string): StoragePoolRow[] {
    void this.version.value;
    return rowsOf(this.#storagePools.rows.values(), connectionId);
  }

  /** Puts the host's history before the samples that came since, for a guest that has few. */
  prefillCpu(key: string, samples: readonly StatsSample[]): void {
    const since = this.#cpuSamples.get(key);
    if (!this.#guests.rows.has(key) || (since?.length ?? 0) > fewSamples) return;
    const ring = new SampleRing();
    for (const { cpuPercent } of samples) if (cpuPercent !== null) ring.push(cpuPercent);
    if (ring.length > (since?.length ?? 0)) this.#cpuSamples.set(key, ring);
  }

  /** Recent CPU shares of a guest, while it has any. */
  cpuSamples(key: string): SampleRing | undefined {
    return this.#cpuSamples.get(key);
  }
}
