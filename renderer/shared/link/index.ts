/** The renderer's one way to the host. Components do not use it: stores, jobs and resources do. */
import { shallowRef, type ShallowRef } from 'vue';
import type { Link, LinkState } from './link.ts';
import { MessagePortLink } from './message-port-link.ts';
import { ServiceClient } from './service-client.ts';
import { createServices, type RemoteServices } from './services.ts';
import { WebSocketLink } from './web-socket-link.ts';

export { ContractFailure, isCancelled, toContractError } from './contract-failure.ts';
export type { RemoteServices } from './services.ts';
export type { LinkState } from './link.ts';

let current: RemoteServices | undefined;
const state = shallowRef<LinkState>('connecting');

/** True inside the desktop application, false in a browser tab. */
export const isDesktop = (): boolean => window.hostler?.mode === 'desktop';

/** Opens the link that fits where the page runs. Called once, before the application is mounted. */
export function openHost(link: Link = isDesktop() ? new MessagePortLink() : new WebSocketLink()): RemoteServices {
  const client = new ServiceClient(link);
  state.value = client.linkState;
  client.onDidChangeLink((next) => (state.value = next));
  current = createServices(client);
  return current;
}

/** The services of the one host. */
export function useServices(): RemoteServices {
  if (current === undefined) throw new Error('useServices was called before openHost.');
  return current;
}

/** State of the link, for the banner that says when the host process is gone. */
export function useLinkState(): Readonly<ShallowRef<LinkState>> {
  return state;
}
