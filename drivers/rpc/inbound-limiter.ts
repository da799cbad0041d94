/**
 * Bounds the memory of streams that arrive faster than they are read.
 *
 * Calls, events and streams share one socket, and libvirt has no window per stream: the only way to hold a sender back
 * is not to read the socket. So nothing is held back until the unread bytes of all streams pass HIGH_WATER; then the
 * socket is read in sips, often while calls are waiting (their answers stand behind stream data), rarely otherwise
 * (keepalive). Reading never stops for good, hence no deadlock where a reader waits for a call. A stream that goes
 * unread until STREAM_MAX is failed by the client.
 */
const HIGH_WATER = 4_194_304;
const LOW_WATER = 1_048_576;
/** Unread bytes of one stream after which it fails. */
export const STREAM_MAX = 67_108_864;
const SIP_WITH_CALLS_MS = 20;
const SIP_MS = 1000;

export interface InboundLimiterHooks {
  pause(): void;
  resume(): void;
  /** Calls are waiting for their answers. */
  hasCalls(): boolean;
}

export class InboundLimiter {
  readonly #hooks: InboundLimiterHooks;
  #queued = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(hooks: InboundLimiterHooks) {
    this.#hooks = hooks;
  }

  get isHoldingBack(): boolean {
    return this.#timer !== null;
  }

  /** Unread bytes of all streams grew or shrank. */
  queued(bytes: number): void {
    this.#queued += bytes;
    if (this.#timer !== null && this.#queued < LOW_WATER) {
      this.stop();
      this.#hooks.resume();
    }
  }

  /** A piece of the socket was read: closes it again, or for the first time, where too much is unread. */
  afterRead(): void {
    if (this.#timer !== null) return this.#hooks.pause();
    if (this.#queued <= HIGH_WATER) return;
    this.#hooks.pause();
    this.#schedule();
  }

  /** A call was made: its answer should not wait for the next rare sip. */
  called(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#schedule();
  }

  #schedule(): void {
    const sip = (): void => {
      this.#schedule();
      this.#hooks.resume();
    };
    this.#timer = setTimeout(sip, this.#hooks.hasCalls() ? SIP_WITH_CALLS_MS : SIP_MS);
  }

  stop(): void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
  }
}
