/**
 * Whether somebody comes back in the turn of the event loop in which they were handed something. Who does so works in
 * this thread and has nothing to do until there is more; who does not has work under way in other threads.
 */
import { setImmediate } from 'node:timers';

export class Turn {
  #isOn = false;

  /** They were handed something. */
  begin(): void {
    if (!this.#isOn) setImmediate(() => (this.#isOn = false));
    this.#isOn = true;
  }

  /** It is still the same turn. */
  get isOn(): boolean {
    return this.#isOn;
  }
}
