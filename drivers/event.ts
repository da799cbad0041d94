/**
 * Events and disposal for the driver core: who listens gets a handle, who creates keeps the handles together.
 * Leak tracking is off unless a test switches it on.
 */

/** Something to give back. Disposing twice does nothing. */
export interface Disposable {
  dispose(): void;
}

/** Registers a listener; disposing the handle ends it. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The sending side of an event. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<{ call: (value: T) => void }>();
  #disposed = false;

  /** The listening side, to be handed out. After `dispose` it registers nothing. */
  readonly event: Event<T> = (listener) => {
    const entry = { call: listener };
    if (!this.#disposed) this.#listeners.add(entry);
    return { dispose: () => void this.#listeners.delete(entry) };
  };

  get hasListeners(): boolean {
    return this.#listeners.size > 0;
  }

  /** Tells every listener there is at this moment. One that throws does not keep the others from hearing it. */
  fire(value: T): void {
    // A listener may add or remove listeners while it runs.
    for (const entry of Array.from(this.#listeners)) {
      if (this.#listeners.has(entry)) callSafely(() => entry.call(value));
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#listeners.clear();
  }
}

/** Handles that end together, in the reverse order of their coming. */
export class DisposableStore implements Disposable {
  readonly #items = new Set<Disposable>();
  #disposed = false;

  /** Takes a handle in and returns it; a store that has ended disposes of it at once. */
  add<T extends Disposable>(item: T): T {
    if (this.#disposed) item.dispose();
    else this.#items.add(item);
    return item;
  }

  /** Forgets a handle without disposing of it. */
  delete(item: Disposable): void {
    this.#items.delete(item);
  }

  dispose(): void {
    this.#disposed = true;
    const items = [...this.#items].toReversed();
    this.#items.clear();
    for (const item of items) callSafely(() => item.dispose());
  }
}

let onUnexpectedError = (error: unknown): void => {
  // The process's own funnel hears of it; the caller, who did nothing wrong, does not.
  queueMicrotask(() => {
    throw error;
  });
};

/** Sets where errors thrown by listeners go; by default they become uncaught exceptions. */
export function setUnexpectedErrorHandler(handler: (error: unknown) => void): Disposable {
  const before = onUnexpectedError;
  onUnexpectedError = handler;
  return { dispose: () => void (onUnexpectedError = before) };
}

function callSafely(action: () => void): void {
  try {
    action();
  } catch (error) {
    onUnexpectedError(error);
  }
}

let open: Map<object, string> | null = null;

/** Notes that a handle was opened; disposing the answer notes that it was closed. Costs nothing while nobody looks. */
export function trackHandle(what: string): Disposable {
  if (open === null) return { dispose: () => undefined };
  const tracked = open;
  const key = {};
  tracked.set(key, `${what} opened ${new Error('here').stack?.split('\n').slice(2).join('\n') ?? ''}`);
  return { dispose: () => void tracked.delete(key) };
}

/** Starts noting handles, for tests. `leaked()` lists what is open, each with the place that opened it. */
export function trackLeaks(): Disposable & { leaked(): string[] } {
  const mine = new Map<object, string>();
  open = mine;
  return {
    leaked: () => [...mine.values()],
    dispose: () => {
      if (open === mine) open = null;
    },
  };
}
