/**
 * Proof of life: after `intervalMs` of silence a PING; after `count` PINGs without a sign of life the peer is dead.
 * A packet of any kind is a sign of life, and so are some kilobytes of one: a few bytes now and then are not, or a
 * broken link could be kept open for ever. Its timer does not keep the process alive.
 */
export interface KeepaliveHooks {
  ping(): void;
  dead(): void;
}

/** So much of a packet proves as much as a whole one: the largest take long over a slow link. */
const PROGRESS_BYTES = 4096;

export class Keepalive {
  readonly #hooks: KeepaliveHooks;
  #timer: NodeJS.Timeout | null = null;
  #intervalMs = 0;
  #count = 0;
  #unanswered = 0;
  #lastHeard = 0;
  /** Bytes since the last packet. */
  #progress = 0;

  constructor(hooks: KeepaliveHooks) {
    this.#hooks = hooks;
  }

  /** Starts, or changes; an interval of 0 stops. */
  set(intervalMs: number, count: number): void {
    this.stop();
    if (intervalMs <= 0) return;
    this.#intervalMs = intervalMs;
    this.#count = count;
    this.heard();
    this.#schedule(intervalMs);
  }

  stop(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
  }

  /** A packet arrived. */
  heard(): void {
    if (this.#intervalMs === 0) return;
    this.#lastHeard = performance.now();
    this.#unanswered = 0;
    this.#progress = 0;
  }

  /** Part of a packet arrived. */
  heardPart(bytes: number): void {
    this.#progress += bytes;
    if (this.#progress >= PROGRESS_BYTES) this.heard();
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => this.#tick(), delayMs);
    this.#timer.unref();
  }

  #tick(): void {
    const silenceMs = performance.now() - this.#lastHeard;
    // One PING per interval even after a long sleep of this machine: the peer gets its chance to answer.
    if (this.#unanswered === 0 && silenceMs < this.#intervalMs) return this.#schedule(this.#intervalMs - silenceMs);
    if (this.#unanswered >= this.#count) {
      this.stop();
      return this.#hooks.dead();
    }
    this.#unanswered++;
    this.#schedule(this.#intervalMs);
    this.#hooks.ping();
  }
}
