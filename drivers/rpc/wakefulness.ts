/**
 * Keeps this thread awake while somebody waits for data of a peer on the same machine. It is tens of microseconds away,
 * and a processor that went to sleep takes longer than that to wake, once for each read. Not for one who works on the
 * data in another thread: that one and the peer need the processors more.
 *
 *   stir() --immediate--> turn, turn, ... until nobody waits, or IDLE_TURNS turns brought nothing
 */
import { setImmediate } from 'node:timers';

/** Turns of the event loop, of a microsecond or two each: what the peer takes for a read of its disk's cache, and more. */
const IDLE_TURNS = 1000;

export class Wakefulness {
  readonly #isWaitedFor: () => boolean;
  #turnsLeft = 0;

  /** `isWaitedFor`: whether anybody waits for data. */
  constructor(isWaitedFor: () => boolean) {
    this.#isWaitedFor = isWaitedFor;
  }

  /** Data came, or is waited for. */
  stir(): void {
    const isAwake = this.#turnsLeft > 0;
    this.#turnsLeft = IDLE_TURNS;
    if (!isAwake) setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#turnsLeft = this.#isWaitedFor() ? this.#turnsLeft - 1 : 0;
    if (this.#turnsLeft > 0) setImmediate(this.#turn);
  };
}
