/** What was asked of guests and has not happened yet. */
import type { DomainOperation, PendingOperation } from '../contract/index.ts';

/** After this long without an event the guest is read again and shown as it is. */
export const pendingTimeoutMs = 60_000;

const words: Record<Exclude<DomainOperation, 'managedSaveRemove'>, PendingOperation> = {
  create: 'starting',
  shutdown: 'shutting-down',
  reboot: 'rebooting',
  reset: 'resetting',
  destroy: 'forcing-off',
  suspend: 'pausing',
  resume: 'resuming',
  managedSave: 'saving',
  undefine: 'deleting',
};

/** What the row says meanwhile; null for operations that are over at once. */
export function pendingOf(operation: DomainOperation): PendingOperation | null {
  return operation === 'managedSaveRemove' ? null : words[operation];
}

/** The guest itself has to do it, some time after the host said yes. */
export function isUpToGuest(operation: DomainOperation): boolean {
  return operation === 'shutdown' || operation === 'reboot';
}

export class PendingTimers {
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  /** Calls `expired` unless `clear` comes first. */
  set(uuid: string, expired: () => void): void {
    this.clear(uuid);
    const timer = setTimeout(() => {
      this.#timers.delete(uuid);
      expired();
    }, pendingTimeoutMs);
    this.#timers.set(uuid, timer);
  }

  clear(uuid: string): void {
    clearTimeout(this.#timers.get(uuid));
    this.#timers.delete(uuid);
  }

  clearAll(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }
}
