/**
 * How busy a guest is: counters that only grow, as functions of the time its processors ran and of a seed. Nothing is
 * stored or ticked, so 10,000 guests cost nothing between two questions, and the same clock gives the same numbers.
 *
 * The rate of each counter is a base with two slow waves on it; the counter is that rate's exact integral.
 */

/** Shape of one rate: units a second, and how strongly it swings (0 to 1). */
interface Wave {
  perSecond: number;
  phase: number;
  periodSeconds: number;
}

/** A counter's course: its integral never falls because the two waves together never exceed the base. */
export class Course {
  readonly #wave: Wave;

  constructor(wave: Wave) {
    this.#wave = wave;
  }

  /** Units counted in the first `seconds` of running. */
  at(seconds: number): number {
    const { perSecond, phase, periodSeconds } = this.#wave;
    const slow = (2 * Math.PI) / periodSeconds;
    const fast = slow * 7.3;
    const swing = 0.5 * wave(slow, phase, seconds) + 0.4 * wave(fast, phase * 2, seconds);
    return perSecond * (seconds + swing);
  }

  /** Units a second at that moment. */
  rateAt(seconds: number): number {
    const { perSecond, phase, periodSeconds } = this.#wave;
    const slow = (2 * Math.PI) / periodSeconds;
    return perSecond * (1 + 0.5 * Math.sin(slow * seconds + phase) + 0.4 * Math.sin(slow * 7.3 * seconds + phase * 2));
  }
}

/** Integral of sin(frequency * t + phase) from 0 to `seconds`. */
function wave(frequency: number, phase: number, seconds: number): number {
  return (Math.cos(phase) - Math.cos(frequency * seconds + phase)) / frequency;
}

/** Numbers in [0, 1) that depend only on a text; FNV-1a, then xorshift. */
export function seededNumbers(text: string): () => number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    state >>>= 0;
    return state / 0x1_0000_0000;
  };
}

/** The courses of one guest. Rates are those of a lightly used server: some percent of a CPU, some KiB/s. */
export class GuestLoad {
  /** Share of one vCPU in use, as seconds of CPU time a second. */
  readonly cpu: Course;
  /** Share of the guest's memory in use moves around this, 0 to 1. */
  readonly memoryShare: number;
  readonly #memory: Course;
  readonly #seed: string;
  readonly #courses = new Map<string, Course>();
  /** Seconds that a guest found running at the start has been up already: up to a fortnight. */
  readonly uptimeSeconds: number;

  constructor(seed: string) {
    const next = seededNumbers(seed);
    this.#seed = seed;
    this.cpu = new Course({ perSecond: 0.02 + next() * 0.4, phase: next() * 6.28, periodSeconds: 60 + next() * 240 });
    this.memoryShare = 0.3 + next() * 0.3;
    this.#memory = new Course({ perSecond: 1, phase: next() * 6.28, periodSeconds: 120 + next() * 600 });
    this.uptimeSeconds = Math.floor(600 + next() * 1_209_600);
  }

  /** Share of memory in use at that moment: 0.05 to 0.95. */
  memoryShareAt(seconds: number): number {
    const share = this.memoryShare + 0.15 * (this.#memory.rateAt(seconds) - 1);
    return Math.min(0.95, Math.max(0.05, share));
  }

  /** The course of one device's counter, for example `net:vnet0:rx`, at about `perSecond` units a second. */
  device(key: string, perSecond: number): Course {
    let course = this.#courses.get(key);
    if (!course) {
      const next = seededNumbers(`${this.#seed}/${key}`);
      course = new Course({
        perSecond: perSecond * (0.1 + next() * 1.8),
        phase: next() * 6.28,
        periodSeconds: 20 + next() * 120,
      });
      this.#courses.set(key, course);
    }
    return course;
  }
}
