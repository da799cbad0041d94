/** The inventory service: all connections' rows in one revisioned stream, a snapshot first and then a patch per frame. */
import type { Connections } from '../connections/connections.ts';
import type {
  DomainOperation,
  DomainState,
  GuestRow,
  InventoryMessage,
  InventoryPatch,
  InventoryService,
  InventorySnapshot,
  StatsSample,
  StoragePoolRow,
} from '../contract/index.ts';
import { Emitter, type Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import { ConnectionInventory } from './connection-inventory.ts';
import { RowTable } from './row-table.ts';
import type { Tables } from './tables.ts';

/** One frame. */
const frameMs = 16;

export interface InventoryOptions {
  intervalSeconds(): number;
  /** What could not be read of an open connection. */
  onProblem(connectionId: string, error: unknown): void;
}

export class Inventory implements InventoryService {
  readonly #options: InventoryOptions;
  readonly #tables: Tables;
  readonly #connections = new Map<string, ConnectionInventory>();
  readonly #messages = new Emitter<InventoryMessage>();
  readonly #details = new Emitter<{ key: string; state: DomainState }>();
  readonly #storagePool = new Emitter<string>();
  readonly #throughput = new Emitter<{ timeMs: number }>();
  readonly #unlisten: Unlisten;
  #revision = 0;
  #frame: ReturnType<typeof setTimeout> | undefined;
  #isVisible = true;

  constructor(connections: Pick<Connections, 'onConnection'>, options: InventoryOptions) {
    this.#options = options;
    const onDirty = (): void => this.#wantFrame();
    this.#tables = {
      guests: new RowTable(onDirty),
      networks: new RowTable(onDirty),
      storagePools: new RowTable(onDirty),
    };
    this.#unlisten = connections.onConnection((event) => {
      const inventory = this.#of(event.id);
      if (event.kind === 'opened') void inventory.attach(event.hypervisor);
      else if (event.kind === 'lost') inventory.lose();
      else inventory.close();
    });
  }

  onDidChange(listener: (message: InventoryMessage) => void): Unlisten {
    // Those who listen already get what is waiting, so that everybody is at the same revision.
    this.flush();
    listener(this.#snapshot());
    const unlisten = this.#messages.on(listener);
    this.#wake();
    return unlisten;
  }

  async history(key: string): Promise<StatsSample[]> {
    const { connectionId, uuid } = this.guest(key);
    return this.#of(connectionId).history(uuid);
  }

  onDidSampleThroughput(listener: (sample: { timeMs: number }) => void): Unlisten {
    const isFirst = this.#throughput.count === 0;
    const unlisten = this.#throughput.on(listener);
    if (isFirst) for (const inventory of this.#connections.values()) inventory.hurry();
    return unlisten;
  }

  /** Whether any window can be seen; while none can, no statistics are asked for. */
  setVisible(visible: boolean): void {
    this.#isVisible = visible;
    this.#wake();
  }

  /** The guest's row; throws `not-found`. */
  guest(key: string): GuestRow {
    const row = this.#tables.guests.get(key);
    if (!row)
      throw new HostError('not-found', 'This guest is not there any more. It may have been deleted by somebody else.');
    return row;
  }

  /** Hears of changes to guests that their rows may not show. */
  onDidChangeDetails(listener: (change: { key: string; state: DomainState }) => void): Unlisten {
    return this.#details.on(listener);
  }

  /** The storage pool's row; throws `not-found`. */
  storagePool(key: string): StoragePoolRow {
    const row = this.#tables.storagePools.get(key);
    if (!row) throw new HostError('not-found', 'This storage pool is not there any more. It may have been deleted.');
    return row;
  }

  /** Hears the keys of storage pools that changed, or whose content did. */
  onDidChangeStoragePool(listener: (key: string) => void): Unlisten {
    return this.#storagePool.on(listener);
  }

  /** Lists the storage pools of a connection again soon, for the sizes that no event tells. */
  refreshStoragePools(connectionId: string): void {
    this.#of(connectionId).refreshStoragePools();
  }

  /** Runs an operation with the guest's row saying what is pending. */
  async whilePending(guest: GuestRow, operation: DomainOperation, work: () => Promise<void>): Promise<void> {
    await this.#of(guest.connectionId).whilePending(guest.uuid, operation, work);
  }

  /** Notes the title that was found in the guest's XML. */
  setTitle(key: string, title: string): void {
    this.#tables.guests.change(key, { title });
  }

  dispose(): void {
    this.#unlisten();
    clearTimeout(this.#frame);
    for (const inventory of this.#connections.values()) inventory.lose();
    clearTimeout(this.#frame);
  }

  #of(connectionId: string): ConnectionInventory {
    let inventory = this.#connections.get(connectionId);
    if (!inventory) {
      inventory = new ConnectionInventory({
        connectionId,
        tables: this.#tables,
        intervalSeconds: () => this.#options.intervalSeconds(),
        isThroughputShown: () => this.#throughput.count > 0,
        onThroughput: () => this.#throughput.emit({ timeMs: Date.now() }),
        isWatched: () => this.#isVisible && this.#messages.count > 0,
        onDetails: (key, state) => this.#details.emit({ key, state }),
        onStoragePool: (key) => this.#storagePool.emit(key),
        onProblem: (error) => this.#options.onProblem(connectionId, error),
      });
      this.#connections.set(connectionId, inventory);
    }
    return inventory;
  }

  #wake(): void {
    for (const inventory of this.#connections.values()) inventory.wake();
  }

  #snapshot(): InventorySnapshot {
    return {
      kind: 'snapshot',
      revision: this.#revision,
      guests: this.#tables.guests.all(),
      networks: this.#tables.networks.all(),
      storagePools: this.#tables.storagePools.all(),
    };
  }

  #wantFrame(): void {
    this.#frame ??= setTimeout(() => this.flush(), frameMs);
  }

  /** Sends what changed, without waiting for the frame. */
  flush(): void {
    clearTimeout(this.#frame);
    this.#frame = undefined;
    const guests = this.#tables.guests.takePatch();
    const networks = this.#tables.networks.takePatch();
    const storagePools = this.#tables.storagePools.takePatch();
    if (!guests && !networks && !storagePools) return;
    this.#revision += 1;
    const patch: InventoryPatch = {
      kind: 'patch',
      revision: this.#revision,
      ...(guests ? { guests } : {}),
      ...(networks ? { networks } : {}),
      ...(storagePools ? { storagePools } : {}),
    };
    this.#messages.emit(patch);
  }
}
