/** The host's services as typed objects: `services.domains.perform(key, 'create')`. */
import type { Services } from '../../../main/contract/index.ts';
import type { ServiceClient } from './service-client.ts';

/** A method of the contract, with an optional signal at the end that cancels it. */
type Remote<Method> = Method extends (...args: infer Args) => Promise<infer Result>
  ? (...args: [...args: Args, signal?: AbortSignal]) => Promise<Result>
  : Method;

export type RemoteServices = {
  readonly [Name in keyof Services]: { readonly [Method in keyof Services[Name]]: Remote<Services[Name][Method]> };
};

const eventName = /^on[A-Z]/;

/** `onDidX(listener, ...rest)` subscribes with `rest`; every other name is a call. */
function callerOf(client: ServiceClient, service: string, method: string): (...args: unknown[]) => unknown {
  if (eventName.test(method)) {
    return (listener, ...rest) => client.listen(service, method, rest, listener as (payload: unknown) => void);
  }
  return (...args) => {
    const signal = args.at(-1);
    if (signal instanceof AbortSignal) return client.call(service, method, args.slice(0, -1), signal);
    return client.call(service, method, args);
  };
}

function serviceProxy(client: ServiceClient, service: string): object {
  const callers = new Map<string, (...args: unknown[]) => unknown>();
  return new Proxy(Object.freeze({}), {
    get(_target, method) {
      if (typeof method !== 'string' || method === 'then') return undefined;
      const known = callers.get(method);
      if (known !== undefined) return known;
      const caller = callerOf(client, service, method);
      callers.set(method, caller);
      return caller;
    },
  });
}

/** The names are the contract's; the type of this table keeps it complete. */
const serviceNames: Record<keyof Services, true> = {
  application: true,
  connections: true,
  prompts: true,
  inventory: true,
  domains: true,
  consoles: true,
  jobs: true,
  storage: true,
  settings: true,
};

/** Typed proxies of every service, all over one client. */
export function createServices(client: ServiceClient): RemoteServices {
  const entries = Object.keys(serviceNames).map((name) => [name, serviceProxy(client, name)]);
  return Object.fromEntries(entries) as RemoteServices;
}
