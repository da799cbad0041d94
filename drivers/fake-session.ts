/** For tests: a session whose slots are given one by one, that notes what it is asked and can send events. */
import { Connection } from './connection.ts';
import type { CloseReason, DriverEvent, DriverSession, DriverSlots, EventFilter } from './driver.ts';
import { Emitter } from './event.ts';

export class FakeSession implements DriverSession {
  readonly type = 'FAKE';
  readonly uri = 'fake:///default';
  readonly slots: DriverSlots;
  readonly filters: EventFilter[] = [];
  readonly registrations = new Map<EventFilter, (event: DriverEvent) => void>();
  isClosed = false;
  readonly #didClose = new Emitter<{ reason: CloseReason; error?: Error }>();

  constructor(slots: DriverSlots = {}) {
    this.slots = slots;
  }

  /** Ends the session as a lost link would. */
  lose(reason: CloseReason, error?: Error): void {
    this.#didClose.fire({ reason, ...(error && { error }) });
  }

  /** Sends an event to whoever registered for its family and ID. */
  send(event: DriverEvent): void {
    for (const [filter, emit] of this.registrations) {
      if (filter.family === event.family && filter.eventId === event.eventId) emit(event);
    }
  }

  async registerEvent(
    filter: EventFilter,
    emit: (event: DriverEvent) => void,
  ): Promise<{ unregister(): Promise<void> }> {
    this.filters.push(filter);
    this.registrations.set(filter, emit);
    return { unregister: async () => void this.registrations.delete(filter) };
  }

  isAlive(): boolean {
    return !this.isClosed;
  }

  isSecure(): boolean {
    return true;
  }

  isEncrypted(): boolean {
    return false;
  }

  onDidClose(listener: (reason: CloseReason, error?: Error) => void): { dispose(): void } {
    return this.#didClose.event(({ reason, error }) => listener(reason, error));
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.lose('client');
  }
}

/** A connection over a fake session with these slots. */
export function fakeConnection(
  slots: DriverSlots = {},
  isReadOnly = false,
): { connection: Connection; session: FakeSession } {
  const session = new FakeSession(slots);
  return { connection: new Connection(session, isReadOnly), session };
}

export const fakeDomain = { name: 'vm1', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193f', id: 3 };
