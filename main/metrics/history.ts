/**
 * The last samples of every guest of one connection, in typed arrays. All guests are sampled at the same moments, so the
 * times are kept once; a guest costs 12 bytes a sample.
 */
import type { StatsSample } from '../contract/index.ts';

export const historyLength = 300;
const firstLength = 32;

interface Ring {
  cpuPercent: Float32Array;
  memoryUsedKiB: Float64Array;
  /** Number of the first and of the newest sample that this guest is in. */
  first: number;
  last: number;
}

export class History {
  readonly #times = new Float64Array(historyLength);
  readonly #rings = new Map<string, Ring>();
  /** Number of the newest moment; -1 before the first. */
  #newest = -1;

  /** Begins a new moment; `add` then belongs to it. */
  begin(timeMs: number): void {
    this.#newest += 1;
    this.#times[this.#newest % historyLength] = timeMs;
  }

  add(uuid: string, sample: Pick<StatsSample, 'cpuPercent' | 'memoryUsedKiB'>): void {
    const ring = this.#ringFor(uuid);
    const slot = this.#newest % historyLength;
    // Moments that this guest was not in hold what was there a round ago.
    for (let n = Math.max(ring.last + 1, this.#newest - historyLength + 1); n < this.#newest; n++) clear(ring, n);
    ring.cpuPercent[slot] = sample.cpuPercent ?? Number.NaN;
    ring.memoryUsedKiB[slot] = sample.memoryUsedKiB ?? Number.NaN;
    ring.last = this.#newest;
  }

  /** Oldest first; moments without any value are left out. */
  read(uuid: string): StatsSample[] {
    const ring = this.#rings.get(uuid);
    if (!ring) return [];
    const samples: StatsSample[] = [];
    for (let n = Math.max(ring.first, this.#newest - historyLength + 1); n <= ring.last; n++) {
      const slot = n % historyLength;
      const cpuPercent = numberOrNull(ring.cpuPercent[slot]);
      const memoryUsedKiB = numberOrNull(ring.memoryUsedKiB[slot]);
      if (cpuPercent === null && memoryUsedKiB === null) continue;
      const rounded = cpuPercent === null ? null : Math.round(cpuPercent * 10) / 10;
      samples.push({ timeMs: this.#times[slot] ?? 0, cpuPercent: rounded, memoryUsedKiB });
    }
    return samples;
  }

  forget(uuid: string): void {
    this.#rings.delete(uuid);
  }

  #ringFor(uuid: string): Ring {
    let ring = this.#rings.get(uuid);
    if (!ring) {
      ring = { ...arrays(firstLength), first: this.#newest, last: this.#newest - 1 };
      this.#rings.set(uuid, ring);
    }
    // Most guests of a short session never need the full length.
    if (ring.cpuPercent.length <= this.#newest % historyLength) grow(ring, this.#newest % historyLength);
    return ring;
  }
}

function arrays(length: number): Pick<Ring, 'cpuPercent' | 'memoryUsedKiB'> {
  return {
    cpuPercent: new Float32Array(length).fill(Number.NaN),
    memoryUsedKiB: new Float64Array(length).fill(Number.NaN),
  };
}

/** Slots are places in the full ring, so a longer array keeps what the shorter one held; what is beyond a short one reads as nothing. */
function grow(ring: Ring, slot: number): void {
  const length = Math.min(Math.max(ring.cpuPercent.length * 2, slot + 1), historyLength);
  const longer = arrays(length);
  longer.cpuPercent.set(ring.cpuPercent);
  longer.memoryUsedKiB.set(ring.memoryUsedKiB);
  ring.cpuPercent = longer.cpuPercent;
  ring.memoryUsedKiB = longer.memoryUsedKiB;
}

function clear(ring: Ring, n: number): void {
  ring.cpuPercent[n % historyLength] = Number.NaN;
  ring.memoryUsedKiB[n % historyLength] = Number.NaN;
}

function numberOrNull(value: number | undefined): number | null {
  return value === undefined || Number.isNaN(value) ? null : value;
}
