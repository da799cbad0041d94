/** The newest samples of one quantity, in a fixed space: what a sparkline draws. */

const capacity = 40;

export class SampleRing {
  readonly #values = new Float32Array(capacity);
  #next = 0;
  length = 0;

  push(value: number): void {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % capacity;
    if (this.length < capacity) this.length += 1;
  }

  /** Samples oldest first; `index` from 0 to `length - 1`. */
  at(index: number): number {
    return this.#values[(this.#next - this.length + index + capacity) % capacity] ?? 0;
  }
}
