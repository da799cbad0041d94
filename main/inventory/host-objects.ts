/** Networks and storage pools of one connection: few and slow to change, so an event lists them again. */
import type { Hypervisor } from '../connections/hypervisor.ts';
import type { RowTable } from './row-table.ts';
import type { Tables } from './tables.ts';

const gatherMs = 50;

type Kind = 'networks' | 'storagePools';

export class HostObjects {
  readonly #connectionId: string;
  readonly #hypervisor: Hypervisor;
  readonly #tables: Tables;
  readonly #onProblem: (error: unknown) => void;
  readonly #timers = new Map<Kind, ReturnType<typeof setTimeout>>();
  #isEnded = false;

  constructor(connectionId: string, hypervisor: Hypervisor, tables: Tables, onProblem: (error: unknown) => void) {
    this.#connectionId = connectionId;
    this.#hypervisor = hypervisor;
    this.#tables = tables;
    this.#onProblem = onProblem;
  }

  /** Lists both; what cannot be listed is reported, and shown as it was. */
  async load(): Promise<void> {
    await Promise.all([this.#list('networks'), this.#list('storagePools')]);
  }

  wantNetworks(): void {
    this.#want('networks');
  }

  wantStoragePools(): void {
    this.#want('storagePools');
  }

  end(): void {
    this.#isEnded = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  /** Takes the connection's rows out of the tables. */
  static clear(connectionId: string, tables: Tables): void {
    deleteAll(tables.networks, connectionId, new Set());
    deleteAll(tables.storagePools, connectionId, new Set());
  }

  #want(kind: Kind): void {
    if (this.#timers.has(kind) || this.#isEnded) return;
    const timer = setTimeout(() => {
      this.#timers.delete(kind);
      void this.#list(kind);
    }, gatherMs);
    this.#timers.set(kind, timer);
  }

  async #list(kind: Kind): Promise<void> {
    try {
      if (kind === 'networks') this.#replace(this.#tables.networks, await this.#hypervisor.listNetworks());
      else this.#replace(this.#tables.storagePools, await this.#hypervisor.listStoragePools());
    } catch (error) {
      if (!this.#isEnded) this.#onProblem(error);
    }
  }

  #replace<Facts extends { uuid: string }, Row extends Facts & { key: string; connectionId: string }>(
    table: RowTable<Row>,
    all: Facts[],
  ): void {
    if (this.#isEnded) return;
    const connectionId = this.#connectionId;
    const rows = all.map(
      (facts) => ({ ...facts, key: `${connectionId}/${facts.uuid}`, connectionId }) as unknown as Row,
    );
    deleteAll(table, connectionId, new Set(rows.map((row) => row.key)));
    for (const row of rows) table.put(row);
  }
}

/** There are few of these on a host; guests are never looked for in this way. */
function deleteAll<Row extends { key: string; connectionId: string }>(
  table: RowTable<Row>,
  connectionId: string,
  except: Set<string>,
): void {
  for (const row of table.all()) if (row.connectionId === connectionId && !except.has(row.key)) table.delete(row.key);
}
