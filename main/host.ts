/** The composition root: makes every service of the host and wires them together. The one file that knows them all. */
import { join } from 'node:path';
import { Application } from './application/application.ts';
import { Notices } from './application/notices.ts';
import { ConnectionStore } from './connections/connection-store.ts';
import { Connections } from './connections/connections.ts';
import { hypervisorOpener } from './connections/core-hypervisor.ts';
import type { OpenHypervisor } from './connections/hypervisor.ts';
import { Consoles } from './consoles/consoles.ts';
import type { ApplicationInfo, Services } from './contract/index.ts';
import { Domains } from './domains/domains.ts';
import { Inventory } from './inventory/inventory.ts';
import { toContractError } from './ipc/contract-error.ts';
import type { BinaryChannel, MessageLink } from './ipc/link.ts';
import { serve } from './ipc/serve.ts';
import { Jobs } from './jobs/jobs.ts';
import { Prompts } from './prompts/prompts.ts';
import { Settings } from './settings/settings.ts';
import { Storage } from './storage/storage.ts';
import type { TransferTickets } from './storage/transfer-tickets.ts';

export interface HostOptions {
  /** Folder of `connections.json` and `settings.json`; made when missing. */
  configDir: string;
  version: string;
  mode: ApplicationInfo['mode'];
  /** Hears of failures that are Hostler's own bugs, for the log. */
  onBug?: (error: unknown, where: string) => void;
  /** How connections are opened; the driver core unless a test gives its own. */
  open?: OpenHypervisor;
}

/** The running host, as a shell (Electron, browser mode, a test) holds it. */
export interface Host {
  readonly services: Services;
  /** Connects what the user marked; settles at once, the connections go on by themselves. */
  start(): void;
  /** Serves the control plane of one window until its link closes. */
  serve(link: MessageLink): void;
  /** Whether a console's ticket waits to be redeemed. */
  hasConsole(ticket: string): boolean;
  /** Redeems a console's ticket; an unknown or used ticket closes the channel with a reason. */
  attachConsole(ticket: string, channel: BinaryChannel): void;
  /** The browser's part of uploads and downloads, by their tickets. */
  readonly transfers: TransferTickets;
  /** For the desktop shell, whose dialogs choose files: see `Storage`. */
  readonly files: Pick<Storage, 'grantUpload' | 'grantDownload'>;
  /** The machine woke up, or its network changed: connections that wait are tried now. */
  retryConnections(): void;
  /** Whether any window can be seen; while none can, statistics rest. Seen at first. */
  setVisible(visible: boolean): void;
  /** Settles when no job is under way. */
  whenIdle(): Promise<void>;
  /** Closes connections and consoles, writes what is unwritten. */
  dispose(): Promise<void>;
}

/** Reads the configuration and makes the host. A broken file becomes a notice; a folder that cannot be read rejects. */
export async function createHost(options: HostOptions): Promise<Host> {
  const notices = new Notices();
  const [settings, store] = await Promise.all([
    Settings.load(join(options.configDir, 'settings.json'), notices),
    ConnectionStore.load(join(options.configDir, 'connections.json'), notices),
  ]);
  const prompts = new Prompts();
  const connections = new Connections(
    store,
    options.open ?? hypervisorOpener(() => settings.current.keepAlive),
    prompts,
  );
  const jobs = new Jobs();
  const inventory = new Inventory(connections, {
    intervalSeconds: () => settings.current.statsIntervalSeconds,
    onProblem: (connectionId, error) => {
      const { message } = toContractError(error);
      notices.add(`inventory-${connectionId}`, 'warning', `Not everything of a host could be read: ${message}`);
    },
  });
  const domains = new Domains({ connections, inventory, jobs });
  const consoles = new Consoles(domains);
  const storage = new Storage({ connections, inventory, jobs });
  const application = new Application({ version: options.version, mode: options.mode, notices });
  const services = { application, connections, prompts, inventory, domains, consoles, jobs, storage, settings };

  return {
    services,
    start: () => {
      if (settings.current.autoconnect) connections.connectMarked();
    },
    serve: (link) => serve(link, services, options.onBug ? { onBug: options.onBug } : {}),
    hasConsole: (ticket) => consoles.isWaiting(ticket),
    attachConsole: (ticket, channel) => consoles.attach(ticket, channel),
    transfers: storage.tickets,
    files: storage,
    whenIdle: () => jobs.whenIdle(),
    retryConnections: () => void connections.retryWaiting(),
    setVisible: (visible) => inventory.setVisible(visible),
    dispose: async () => {
      inventory.dispose();
      jobs.dispose();
      prompts.dispose();
      // Before the connections: what was half sent is deleted over them.
      await storage.dispose();
      await consoles.dispose();
      await connections.dispose();
      await settings.flush();
    },
  };
}
