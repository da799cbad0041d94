/** Hands the node's events to whoever registered, in order, after the call that caused them. */
import type { DriverEvent, EventFilter } from '../driver.ts';

interface Registration {
  filter: EventFilter;
  emit: (event: DriverEvent) => void;
}

/**
 * Events are queued and delivered in a microtask, so that no listener runs inside the operation that raised the event
 * and every listener sees the same order.
 */
export class EventBus {
  readonly #registrations = new Set<Registration>();
  #queue: DriverEvent[] = [];

  /** Number of registrations; a test that leaks one sees it here. */
  get size(): number {
    return this.#registrations.size;
  }

  register(filter: EventFilter, emit: (event: DriverEvent) => void): () => void {
    const registration = { filter, emit };
    this.#registrations.add(registration);
    return () => void this.#registrations.delete(registration);
  }

  emit(event: DriverEvent): void {
    if (this.#registrations.size === 0) return;
    this.#queue.push(event);
    if (this.#queue.length === 1) queueMicrotask(() => this.#deliver());
  }

  #deliver(): void {
    const events = this.#queue;
    this.#queue = [];
    for (const event of events) {
      // A copy: listeners come and go while they are told.
      for (const registration of Array.from(this.#registrations)) {
        if (this.#registrations.has(registration) && matches(registration.filter, event)) registration.emit(event);
      }
    }
  }
}

function matches(filter: EventFilter, event: DriverEvent): boolean {
  if (filter.family !== event.family || filter.eventId !== event.eventId) return false;
  if (filter.ref === null) return true;
  const subject = subjectOf(event);
  return subject !== null && identity(subject) === identity(filter.ref as unknown as Record<string, unknown>);
}

/** The reference inside the event's payload; every family has exactly one. */
function subjectOf(event: DriverEvent): Record<string, unknown> | null {
  const { dom, net, pool, dev, secret } = event.payload;
  return (dom ?? net ?? pool ?? dev ?? secret ?? null) as Record<string, unknown> | null;
}

/** Objects with a UUID are the same when the UUID is: their name may have changed. */
function identity(ref: Record<string, unknown>): unknown {
  return ref['uuid'] ?? ref['name'];
}
