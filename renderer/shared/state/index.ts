/** State that belongs to the host, kept current by its events. One instance per page. */
import { useServices, type RemoteServices } from '../link/index.ts';
import { Connections } from './connections.ts';
import { Inventory } from './inventory.ts';
import { Jobs } from './jobs.ts';
import { Prompts } from './prompts.ts';
import { SettingsState } from './settings.ts';

export interface HostState {
  inventory: Inventory;
  connections: Connections;
  jobs: Jobs;
  prompts: Prompts;
  settings: SettingsState;
}

let current: HostState | undefined;

/** Makes the state over these services and subscribes. */
export function startHostState(services: RemoteServices = useServices()): HostState {
  current = {
    // What the inventory is shown by is asked for first, so that the page changes only once for it.
    settings: new SettingsState(services.settings),
    connections: new Connections(services.connections),
    inventory: new Inventory(services.inventory),
    jobs: new Jobs(services.jobs),
    prompts: new Prompts(services.prompts),
  };
  for (const part of Object.values(current)) part.start();
  return current;
}

/** The one state of this page. */
export function useHostState(): HostState {
  if (current === undefined) throw new Error('useHostState was called before startHostState.');
  return current;
}
