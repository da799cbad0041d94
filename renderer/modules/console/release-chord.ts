/** Recognises the keys that give the keyboard back: left Ctrl and left Alt together, nothing else in between, all let go. */

/** A key event, as far as it is looked at. */
export interface KeyMoment {
  type: 'keydown' | 'keyup';
  code: string;
  repeat: boolean;
}

const chordCodes: ReadonlySet<string> = new Set(['ControlLeft', 'AltLeft']);

/**
 * Watches a stream of key events. Answers true on the event that completes the chord, which is when the last of its keys
 * comes up: by then the guest has seen both released, so no key stays down there.
 */
export class ReleaseChord {
  readonly #down = new Set<string>();
  readonly #pressed = new Set<string>();
  #isSpoilt = false;

  observe({ type, code, repeat }: KeyMoment): boolean {
    if (type === 'keydown') {
      if (repeat) return false;
      if (this.#down.size === 0) this.reset();
      this.#down.add(code);
      this.#pressed.add(code);
      this.#isSpoilt ||= !chordCodes.has(code);
      return false;
    }
    this.#down.delete(code);
    if (this.#down.size > 0) return false;
    const isComplete = !this.#isSpoilt && this.#pressed.size === chordCodes.size;
    this.reset();
    return isComplete;
  }

  /** Forgets what is held, when the focus went elsewhere and key-ups are not seen. */
  reset(): void {
    this.#down.clear();
    this.#pressed.clear();
    this.#isSpoilt = false;
  }
}
