/**
 * Keeps this thread awake for a moment after data came from a peer on the same machine. There the next data is tens of
 * microseconds away, and a processor that went to sleep takes longer than that to wake, once for each read: without it a
 * download takes up to half as long again.
 *
 *   stir() --immediate--> turn, turn, ... until IDLE_TURNS turns brought nothing
 */
import { setImmediate } from 'node:timers';

/** Turns of the event loop, of some microseconds each: together less than a millisecond. */
const IDLE_TURNS = 200;

export class Wakefulness {
  #turnsLeft = 0;

  /** Data came, and more is likely. */
  stir(): void {
    const isAwake = this.#turnsLeft > 0;
    this.#turnsLeft = IDLE_TURNS;
    if (!isAwake) setImmediate(this.#turn);
  }

  readonly #turn = (): void => {
    this.#turnsLeft -= 1;
    if (this.#turnsLeft > 0) setImmediate(this.#turn);
  };
}
