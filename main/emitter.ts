/** A list of listeners: the one way parts of the host tell each other that something happened. */

/** Ends a subscription; harmless when called twice. */
export type Unlisten = () => void;

export class Emitter<Event> {
  readonly #listeners = new Set<{ call: (event: Event) => void }>();
  readonly #onCountChange: (count: number) => void;

  /** `onCountChange` hears how many listeners are left, whenever one comes or goes. */
  constructor(onCountChange: (count: number) => void = () => {}) {
    this.#onCountChange = onCountChange;
  }

  get count(): number {
    return this.#listeners.size;
  }

  /** The same function may listen twice; each subscription ends on its own. */
  on(listener: (event: Event) => void): Unlisten {
    const entry = { call: listener };
    this.#listeners.add(entry);
    this.#onCountChange(this.count);
    return () => {
      if (this.#listeners.delete(entry)) this.#onCountChange(this.count);
    };
  }

  /** Tells every listener; one that throws does not keep the event from the others, its error is thrown afterwards. */
  emit(event: Event): void {
    const errors: unknown[] = [];
    // A copy: who starts to listen while being told hears the next event, not this one.
    for (const entry of Array.from(this.#listeners)) {
      if (!this.#listeners.has(entry)) continue;
      try {
        entry.call(event);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors.length === 1 ? errors[0] : new AggregateError(errors);
  }
}
