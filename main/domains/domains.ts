/** The domains service: what can be asked of one guest and read of it. */
import type { Call } from '../call.ts';
import type { Connections } from '../connections/connections.ts';
import type { Hypervisor } from '../connections/hypervisor.ts';
import {
  type DomainDetails,
  type DomainOperation,
  type DomainsService,
  type DomainState,
  type DomainXml,
  type GuestRow,
  refusalOf,
} from '../contract/index.ts';
import type { Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import type { Inventory } from '../inventory/inventory.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { type ConsoleEntry, listConsoles } from './console-list.ts';
import { detailsOf } from './details.ts';
import { parseDomain } from './domain-tree.ts';
import { toPng } from './png.ts';
import { refusalText } from './refusal-text.ts';

/** Those that may take longer than a moment and are shown as tasks; their job's title key is the operation's name. */
const jobOperations: ReadonlySet<DomainOperation> = new Set([
  'create',
  'managedSave',
  'undefine',
  'destroy',
  'managedSaveRemove',
]);

export class Domains implements DomainsService {
  readonly #connections: Connections;
  readonly #inventory: Inventory;
  readonly #jobs: Jobs;

  constructor(parts: { connections: Connections; inventory: Inventory; jobs: Jobs }) {
    this.#connections = parts.connections;
    this.#inventory = parts.inventory;
    this.#jobs = parts.jobs;
  }

  async perform(key: string, operation: DomainOperation): Promise<void> {
    const { guest, hypervisor } = this.find(key);
    const refusal = refusalOf(guest, operation);
    if (refusal) throw new HostError('operation-refused', refusalText(guest, operation, refusal));
    // The caller's signal is not passed on: what was asked of a host belongs to it, also when the window goes away.
    const work = (): Promise<void> => hypervisor.perform(guest.uuid, operation);
    await this.#inventory.whilePending(guest, operation, async () => {
      if (!jobOperations.has(operation)) return await work();
      const title = { key: operation, params: { name: guest.name } };
      await this.#jobs.run({ title, targetKey: key, canCancel: false, run: work });
    });
  }

  async details(key: string, call: Call = {}): Promise<DomainDetails> {
    const { guest, hypervisor } = this.find(key);
    const root = parseDomain(await hypervisor.domainXml(guest.uuid, 'live', call), guest.name);
    const consoles = listConsoles(root, guest.id !== null, hypervisor).map(({ info }) => info);
    const details = detailsOf(root, key, guest.uuid, consoles);
    this.#inventory.setTitle(key, details.title);
    return details;
  }

  async xml(key: string, view: 'live' | 'inactive', call: Call = {}): Promise<DomainXml> {
    const { guest, hypervisor } = this.find(key);
    // A guest that is off has but one definition.
    const shown = guest.id === null ? 'inactive' : view;
    return { xml: await hypervisor.domainXml(guest.uuid, shown, call), view: shown };
  }

  async screenshot(key: string, call: Call = {}): Promise<string | null> {
    const { guest, hypervisor } = this.find(key);
    if (guest.id === null) return null;
    const picture = await hypervisor.screenshot(guest.uuid, call);
    const png = picture && (await toPng(picture.data));
    return png && `data:image/png;base64,${Buffer.from(png).toString('base64')}`;
  }

  onDidChangeDetails(listener: (change: { key: string; state: DomainState }) => void, key: string): Unlisten {
    return this.#inventory.onDidChangeDetails((change) => {
      if (change.key === key) listener(change);
    });
  }

  /** One console of a guest as it is now; throws `not-found`, or `operation-refused` with the reason. */
  async console(
    key: string,
    consoleId: string,
    call: Call,
  ): Promise<{ guest: GuestRow; hypervisor: Hypervisor; way: NonNullable<ConsoleEntry['way']> }> {
    const { guest, hypervisor } = this.find(key);
    const root = parseDomain(await hypervisor.consoleXml(guest.uuid, call), guest.name);
    const entry = listConsoles(root, this.#inventory.guest(key).id !== null, hypervisor).find(
      ({ info }) => info.id === consoleId,
    );
    if (!entry) throw new HostError('not-found', 'The guest does not have this console any more. Choose another one.');
    if (!entry.way)
      throw new HostError(
        'operation-refused',
        `${entry.info.label} cannot be opened. ${entry.info.reason ?? ''}`.trim(),
      );
    return { guest, hypervisor, way: entry.way };
  }

  /** The guest and its open hypervisor; throws `not-found`, `not-connected` or `connection-lost`. */
  find(key: string): { guest: GuestRow; hypervisor: Hypervisor } {
    const guest = this.#inventory.guest(key);
    return { guest, hypervisor: this.#connections.hypervisor(guest.connectionId) };
  }
}
