/** The statistics of one connection's guests: newest figures from two samples each, and the history behind them. */
import type { GuestSample } from '../connections/hypervisor.ts';
import type { GuestStats, StatsSample } from '../contract/index.ts';
import { History } from './history.ts';
import { statsBetween, type TimedCounters } from './rates.ts';

export class GuestStatistics {
  readonly #history = new History();
  #counters = new Map<string, TimedCounters>();

  /**
   * Takes one bulk sample in. `accepts` says whether a guest still counts (it may have stopped since), `give` gets its figures.
   */
  take(
    samples: GuestSample[],
    accepts: (uuid: string) => boolean,
    give: (sample: GuestSample, stats: GuestStats) => void,
  ): void {
    const timeNs = process.hrtime.bigint();
    const counters = new Map<string, TimedCounters>();
    this.#history.begin(Date.now());
    for (const sample of samples) {
      const { uuid } = sample;
      if (!accepts(uuid)) continue;
      const stats = statsBetween(this.#counters.get(uuid), sample, timeNs);
      counters.set(uuid, { timeNs, counters: sample.counters });
      this.#history.add(uuid, stats);
      give(sample, stats);
    }
    // Guests that were not in it start anew: their totals will, too.
    this.#counters = counters;
  }

  /** Totals of a connection that was lost say nothing about the next one's. */
  restart(): void {
    this.#counters = new Map();
  }

  history(uuid: string): StatsSample[] {
    return this.#history.read(uuid);
  }

  forget(uuid: string): void {
    this.#history.forget(uuid);
    this.#counters.delete(uuid);
  }
}
