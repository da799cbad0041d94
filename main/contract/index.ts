/** What renderer and host say to each other. Imports nothing outside this folder. */
export * from './protocol.ts';
export * from './connections.ts';
export * from './prompts.ts';
export * from './inventory.ts';
export * from './domains.ts';
export * from './life-cycle.ts';
export * from './consoles.ts';
export * from './jobs.ts';
export * from './image-format.ts';
export * from './storage.ts';
export * from './settings.ts';
export * from './application.ts';
export * from './menu.ts';

import type { ApplicationService } from './application.ts';
import type { ConnectionsService } from './connections.ts';
import type { ConsolesService } from './consoles.ts';
import type { DomainsService } from './domains.ts';
import type { InventoryService } from './inventory.ts';
import type { JobsService } from './jobs.ts';
import type { PromptsService } from './prompts.ts';
import type { SettingsService } from './settings.ts';
import type { StorageService } from './storage.ts';

/** Every service, by the name it has on the wire. */
export interface Services {
  application: ApplicationService;
  connections: ConnectionsService;
  prompts: PromptsService;
  inventory: InventoryService;
  domains: DomainsService;
  consoles: ConsolesService;
  jobs: JobsService;
  storage: StorageService;
  settings: SettingsService;
}
