/** Asks one connection for its bulk statistics at an interval, never two at a time, and rests while nobody looks. */

export interface SamplerOptions {
  /** Seconds between samples, asked before each. */
  intervalSeconds(): number;
  /** Whether anybody looks. */
  isWanted(): boolean;
  /** Takes one sample; answering false ends the sampling. A failure only costs this one. */
  sample(): Promise<boolean>;
}

export class Sampler {
  readonly #options: SamplerOptions;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isRunning = false;
  #isEnded = false;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** Samples now, if anybody looks, and from then on; harmless when it runs already. */
  wake(): void {
    if (this.#isEnded || this.#isRunning || this.#timer !== undefined || !this.#options.isWanted()) return;
    void this.#run();
  }

  /** Samples now where it would have waited. */
  hurry(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.wake();
  }

  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    const isUseful = await this.#options.sample().catch(() => true);
    this.#isRunning = false;
    if (this.#isEnded) return;
    if (!isUseful) return this.end();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.wake();
    }, this.#options.intervalSeconds() * 1000);
  }
}
