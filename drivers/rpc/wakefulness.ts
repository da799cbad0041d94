/**
 * Keeps this thread awake while somebody waits for data of a peer on the same machine. It is tens of microseconds away,
 * and a processor that went to sleep takes longer than that to wake, once for each read. While nobody waits, the
 * processor is worth more to whoever works on the data.
 *
 *   stir() --immediate--> turn, turn, ... until nobody waits, or IDLE_TURNS turns brought nothing
 */
import { setImmediate } from 'node:timers';

/** Turns of the event loop, of some microseconds each: together less than a millisecond. */
const IDLE_TURNS = 200;

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
