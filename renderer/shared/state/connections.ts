/** Saved connections and how each one is doing. */
import { computed, shallowRef } from 'vue';
import type { ConnectionStatus } from '../../../main/contract/index.ts';
import type { RemoteServices } from '../link/services.ts';

/** Display name of a connection: the saved one, else what the host calls itself, else the URI. */
export function connectionName({ connection, host }: ConnectionStatus): string {
  return connection.name || host?.hostname || connection.uri;
}

/** By id. Hosts that are called alike get their URI behind the name, to be told apart. */
function distinctNames(all: readonly ConnectionStatus[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  for (const status of all) counts.set(connectionName(status), (counts.get(connectionName(status)) ?? 0) + 1);
  return new Map(
    all.map((status) => {
      const name = connectionName(status);
      const { id, uri } = status.connection;
      return [id, (counts.get(name) ?? 0) > 1 ? `${name} · ${uri}` : name];
    }),
  );
}

export class Connections {
  readonly #service: RemoteServices['connections'];
  readonly all = shallowRef<readonly ConnectionStatus[]>([]);
  readonly isReady = shallowRef(false);
  readonly #byId = computed(() => new Map(this.all.value.map((status) => [status.connection.id, status])));
  readonly #names = computed(() => distinctNames(this.all.value));

  constructor(service: RemoteServices['connections']) {
    this.#service = service;
  }

  start(): void {
    this.#service.onDidChange((all) => {
      this.all.value = all;
      this.isReady.value = true;
    });
  }

  byId(id: string): ConnectionStatus | undefined {
    return this.#byId.value.get(id);
  }

  /** Display name that no other connection has, empty for a connection that is gone. */
  nameOf(id: string): string {
    return this.#names.value.get(id) ?? '';
  }

  isConnected(id: string): boolean {
    return this.byId(id)?.state.kind === 'connected';
  }
}
