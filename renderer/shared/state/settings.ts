/** The user's settings, as the host has them. */
import { shallowRef } from 'vue';
import type { Settings } from '../../../main/contract/index.ts';
import type { RemoteServices } from '../link/services.ts';

/** What the page looks like until the host has answered. */
const untilKnown: Settings = {
  theme: 'system',
  density: 'comfortable',
  language: 'system',
  statsIntervalSeconds: 2,
  keepAlive: { intervalSeconds: 5, count: 5 },
  confirm: { destroy: true, reset: true, shutdown: false, reboot: false, suspend: false },
  guestColumns: ['name', 'state', 'host', 'cpu', 'memory'],
  autoconnect: true,
};

export class SettingsState {
  readonly #service: RemoteServices['settings'];
  readonly current = shallowRef<Settings>(untilKnown);
  readonly isReady = shallowRef(false);

  constructor(service: RemoteServices['settings']) {
    this.#service = service;
  }

  start(): void {
    this.#service.onDidChange((settings) => this.#take(settings));
    this.#service.get().then(
      (settings) => this.#take(settings),
      // The subscription brings them as soon as there is a host again.
      () => {},
    );
  }

  #take(settings: Settings): void {
    this.current.value = settings;
    this.isReady.value = true;
  }

  /** Saves; shows the new value only once the host took it. */
  async update(changes: Partial<Settings>): Promise<void> {
    this.#take(await this.#service.update(changes));
  }
}
