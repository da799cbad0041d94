/**
 * The inventory of one connection: loads it, keeps it by events, samples its statistics, and keeps showing it when the
 * connection is lost. It writes into the shared tables; it sends nothing.
 *
 *   attach: subscribe --> list all --> events change rows, or want a guest read again
 *   lose:   rows stay, with state 'unknown'          close: rows go
 */
import type {
  GuestFacts,
  GuestLifeCycle,
  GuestSample,
  Hypervisor,
  HypervisorEvent,
} from '../connections/hypervisor.ts';
import type { DomainOperation, DomainState, GuestRow, StatsSample } from '../contract/index.ts';
import { GuestStatistics } from '../metrics/guest-statistics.ts';
import { Sampler } from '../metrics/sampler.ts';
import { GuestReader } from './guest-reader.ts';
import { HostObjects } from './host-objects.ts';
import { isUpToGuest, pendingOf, PendingTimers } from './pending.ts';
import type { Tables } from './tables.ts';

/** A failed listing is tried again after this long. */
const reloadMs = 5000;

const activeStates = new Set<DomainState>([
  'running',
  'blocked',
  'paused',
  'shutdown',
  'pmsuspended',
  'nostate',
  'crashed',
]);

export interface ConnectionInventoryOptions {
  connectionId: string;
  tables: Tables;
  intervalSeconds(): number;
  isWatched(): boolean;
  /** Whether anybody looks at disk and network throughput. */
  isThroughputShown(): boolean;
  onThroughput(): void;
  /** Something about the guest changed that its row does not show (definition, devices, or just its state). */
  onDetails(key: string, state: DomainState): void;
  /** A storage pool changed, or what is in it. */
  onStoragePool(key: string): void;
  /** What could not be read of an open connection. */
  onProblem(error: unknown): void;
}

/** What lives as long as one open hypervisor. */
interface Attachment {
  hypervisor: Hypervisor;
  reader: GuestReader;
  sampler: Sampler;
  objects: HostObjects;
  hasEvents: boolean;
  /** Settled once the guests are in the table. */
  listed: PromiseWithResolvers<void>;
  reloadTimer: ReturnType<typeof setTimeout> | undefined;
}

export class ConnectionInventory {
  readonly #options: ConnectionInventoryOptions;
  readonly #tables: Tables;
  readonly #statistics = new GuestStatistics();
  readonly #pending = new PendingTimers();
  /** uuids of the guests in the table that are this connection's. */
  readonly #uuids = new Set<string>();
  /** Guests with an operation under way at the hypervisor. */
  readonly #working = new Set<string>();
  #attachment: Attachment | null = null;

  constructor(options: ConnectionInventoryOptions) {
    this.#options = options;
    this.#tables = options.tables;
  }

  /** Shows the hypervisor's inventory from now on; what was shown before is brought up to date with few changes. */
  async attach(hypervisor: Hypervisor): Promise<void> {
    this.#detach();
    const reader = new GuestReader({
      hypervisor,
      apply: (uuid, facts) => (facts ? this.#putGuest(facts) : this.#removeGuest(uuid)),
      failed: (error) => this.#options.onProblem(error),
    });
    const attachment: Attachment = {
      hypervisor,
      reader,
      sampler: new Sampler({
        intervalSeconds: () => this.#options.intervalSeconds(),
        isWanted: () => this.#options.isWatched(),
        sample: () => this.#sample(attachment),
      }),
      objects: new HostObjects(this.#options.connectionId, hypervisor, this.#tables, (error) =>
        this.#options.onProblem(error),
      ),
      hasEvents: false,
      listed: Promise.withResolvers(),
      reloadTimer: undefined,
    };
    this.#attachment = attachment;
    // Before listing: what happens in between is heard, and read again afterwards.
    attachment.hasEvents = await hypervisor.subscribe((event) => this.#hear(attachment, event)).catch(() => false);
    await this.#load(attachment);
  }

  /** The connection was lost: what is known stays readable. */
  lose(): void {
    this.#detach();
    for (const uuid of this.#uuids) {
      this.#tables.guests.change(this.#key(uuid), { state: 'unknown', stateReason: '', stats: null, pending: null });
    }
  }

  /** The user disconnected: nothing is shown any more. */
  close(): void {
    this.#detach();
    for (const uuid of this.#uuids) this.#removeGuest(uuid);
    HostObjects.clear(this.#options.connectionId, this.#tables);
  }

  /** Somebody looks again: statistics go on. */
  wake(): void {
    this.#attachment?.sampler.wake();
  }

  /** Somebody looks at more: it is sampled now. */
  hurry(): void {
    this.#attachment?.sampler.hurry();
  }

  history(uuid: string): StatsSample[] {
    return this.#statistics.history(uuid);
  }

  /** Reads a guest again soon. */
  refresh(uuid: string): void {
    this.#attachment?.reader.want(uuid);
  }

  /** Lists the storage pools again soon. */
  refreshStoragePools(): void {
    this.#attachment?.objects.wantStoragePools();
  }

  /** Runs an operation with the row saying so until its event comes, the guest was read again, or 60 s are over. */
  async whilePending(uuid: string, operation: DomainOperation, work: () => Promise<void>): Promise<void> {
    const key = this.#key(uuid);
    this.#tables.guests.change(key, { pending: pendingOf(operation) });
    this.#pending.set(uuid, () => this.#settlePending(uuid));
    this.#working.add(uuid);
    try {
      await work();
    } catch (error) {
      this.#clearPending(uuid);
      throw error;
    } finally {
      this.#working.delete(uuid);
    }
    // Where the host does it itself it is done by now: reading ends the wait even where no event tells.
    if (!isUpToGuest(operation)) this.refresh(uuid);
  }

  async #load(attachment: Attachment): Promise<void> {
    attachment.reader.pause();
    const objects = attachment.objects.load();
    try {
      const listing = attachment.hypervisor.listGuests();
      // The first sample shares the round trip. Without events it would list again by itself.
      if (attachment.hasEvents) attachment.sampler.wake();
      const guests = await listing;
      if (this.#attachment !== attachment) return;
      this.#putAll(guests);
      attachment.listed.resolve();
      attachment.reader.resume();
      attachment.sampler.wake();
    } catch (error) {
      if (this.#attachment !== attachment) return;
      this.#options.onProblem(error);
      attachment.reloadTimer = setTimeout(() => void this.#load(attachment), reloadMs);
    }
    await objects;
  }

  #putAll(guests: GuestFacts[]): void {
    const gone = new Set(this.#uuids);
    for (const facts of guests) {
      gone.delete(facts.uuid);
      this.#putGuest(facts);
    }
    for (const uuid of gone) this.#removeGuest(uuid);
  }

  #putGuest(facts: GuestFacts): void {
    const { uuid } = facts;
    const key = this.#key(uuid);
    const before = this.#tables.guests.get(key);
    const pending = this.#isStillPending(facts, before) ? (before?.pending ?? null) : null;
    if (pending === null) this.#pending.clear(uuid);
    this.#uuids.add(uuid);
    this.#tables.guests.put({
      ...facts,
      key,
      connectionId: this.#options.connectionId,
      // Titles are in the XML only; the one that was read with the details is kept.
      title: before?.title ?? '',
      pending,
      stats: facts.id === null ? null : (before?.stats ?? null),
    });
    // Nothing else would tell an open page: no event came, or the connection did again.
    if (before && before.state !== facts.state) this.#tellDetails(uuid);
  }

  /** A guest that was asked to shut down is still running when it is read: that does not end the wait. */
  #isStillPending({ uuid, id }: GuestFacts, before: GuestRow | undefined): boolean {
    if (this.#working.has(uuid)) return true;
    return id !== null && (before?.pending === 'shutting-down' || before?.pending === 'rebooting');
  }

  #removeGuest(uuid: string): void {
    this.#uuids.delete(uuid);
    this.#pending.clear(uuid);
    this.#statistics.forget(uuid);
    this.#tables.guests.delete(this.#key(uuid));
  }

  #clearPending(uuid: string): void {
    this.#pending.clear(uuid);
    this.#tables.guests.change(this.#key(uuid), { pending: null });
  }

  #settlePending(uuid: string): void {
    this.#clearPending(uuid);
    this.refresh(uuid);
  }

  #hear(attachment: Attachment, event: HypervisorEvent): void {
    if (this.#attachment !== attachment) return;
    if (event.kind === 'network') return attachment.objects.wantNetworks();
    if (event.kind === 'storage-pool') {
      this.#options.onStoragePool(this.#key(event.uuid));
      return attachment.objects.wantStoragePools();
    }
    attachment.reader.touch(event.uuid);
    if (event.kind === 'guest-life-cycle') this.#hearLifeCycle(attachment, event);
    else if (event.kind === 'guest-balloon') {
      this.#tables.guests.change(this.#key(event.uuid), { memoryKiB: event.memoryKiB });
    } else {
      if (event.kind === 'guest-rebooted') this.#clearPending(event.uuid);
      else attachment.reader.want(event.uuid);
      this.#tellDetails(event.uuid);
    }
  }

  #hearLifeCycle(attachment: Attachment, event: GuestLifeCycle): void {
    const { uuid, step } = event;
    const key = this.#key(uuid);
    const row = this.#tables.guests.get(key);
    if (step !== 'defined' && step !== 'shutdown') this.#clearPending(uuid);
    const isGone = step === 'stopped' ? row?.isPersistent === false : step === 'undefined' && row?.id == null;
    if (isGone) this.#removeGuest(uuid);
    else {
      if (event.state !== null) this.#changeState(key, event.state, event.stateReason, event.id);
      // What the event does not tell: saved state, sizes, whether it is still defined.
      attachment.reader.want(uuid);
    }
    this.#tellDetails(uuid);
  }

  #changeState(key: string, state: DomainState, stateReason: string, id: number | null): void {
    if (activeStates.has(state))
      return this.#tables.guests.change(key, { state, stateReason, ...(id === null ? {} : { id }) });
    this.#tables.guests.change(key, { state, stateReason, id: null, stats: null });
  }

  #tellDetails(uuid: string): void {
    const key = this.#key(uuid);
    this.#options.onDetails(key, this.#tables.guests.get(key)?.state ?? 'unknown');
  }

  async #sample(attachment: Attachment): Promise<boolean> {
    // Without events the listing is the only news there is.
    if (!attachment.hasEvents) {
      const guests = await attachment.hypervisor.listGuests();
      if (this.#attachment !== attachment) return false;
      this.#putAll(guests);
    }
    const throughput = this.#options.isThroughputShown();
    const samples = await attachment.hypervisor.sampleGuests({ throughput });
    await attachment.listed.promise;
    if (this.#attachment !== attachment) return false;
    if (samples === null) return !attachment.hasEvents;
    this.#takeSamples(samples);
    if (throughput) this.#options.onThroughput();
    return true;
  }

  #takeSamples(samples: GuestSample[]): void {
    const rowOf = (uuid: string): GuestRow | undefined => this.#tables.guests.get(this.#key(uuid));
    this.#statistics.take(
      samples.map((sample) => ({ ...sample, vcpus: sample.vcpus ?? rowOf(sample.uuid)?.vcpus ?? null })),
      // An answer from before a stop: the guest has no statistics any more.
      (uuid) => activeStates.has(rowOf(uuid)?.state ?? 'unknown'),
      ({ uuid, vcpus, memoryKiB, maxMemoryKiB }, stats) =>
        this.#tables.guests.change(this.#key(uuid), {
          stats,
          ...(vcpus === null ? {} : { vcpus }),
          ...(memoryKiB === null ? {} : { memoryKiB }),
          ...(maxMemoryKiB === null ? {} : { maxMemoryKiB }),
        }),
    );
  }

  #detach(): void {
    const attachment = this.#attachment;
    this.#attachment = null;
    this.#pending.clearAll();
    this.#statistics.restart();
    if (!attachment) return;
    clearTimeout(attachment.reloadTimer);
    attachment.reader.end();
    attachment.sampler.end();
    attachment.objects.end();
  }

  #key(uuid: string): string {
    return `${this.#options.connectionId}/${uuid}`;
  }
}
