/** Saved connections and how each one is doing. */
import { computed, shallowRef } from 'vue';
import type { ConnectionStatus } from '../../../main/contract/index.ts';
import type { RemoteServices } from '../link/services.ts';

/** Display name of a connection: the saved one, else what the host calls itself, else the URI. */
export function connectionName({ connection, host }: ConnectionStatus): string {
  return connection.name || host?.hostname || connection.uri;
}

export class Connections {
  readonly #service: RemoteServices['connections'];
  readonly all = shallowRef<readonly ConnectionStatus[]>([]);
  readonly isReady = shallowRef(false);
  readonly #byId = computed(() => new Map(this.all.value.map((status) => [status.connection.id, status])));
  readonly #names = computed(
    () => new Map(this.all.value.map((status) => [status.connection.id, connectionName(status)])),
  );

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

  /** Display name, empty for a connection that is gone. */
  nameOf(id: string): string {
    return this.#names.value.get(id) ?? '';
  }

  isConnected(id: string): boolean {
    return this.byId(id)?.state.kind === 'connected';
  }
}
