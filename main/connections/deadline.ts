/** A time-out that rests: time in which a person thinks is nobody's delay. */
export class Deadline {
  readonly #onEnd: () => void;
  #restMs: number;
  #startedAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Runs from now on. */
  constructor(timeoutMs: number, onEnd: () => void) {
    this.#restMs = timeoutMs;
    this.#onEnd = onEnd;
    this.resume();
  }

  pause(): void {
    if (this.#timer === undefined) return;
    this.stop();
    this.#restMs -= Date.now() - this.#startedAtMs;
  }

  resume(): void {
    if (this.#timer !== undefined) return;
    this.#startedAtMs = Date.now();
    this.#timer = setTimeout(this.#onEnd, Math.max(0, this.#restMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
