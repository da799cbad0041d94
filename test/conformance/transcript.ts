/** A script of calls and what each answered: a value, `ok`, or the name of an error. Compared as a whole. */
import { VirError } from '../../drivers/index.ts';
import { type DifferenceKey, differences, useDifference } from './differences.ts';
import type { Link, Target } from './target.ts';

/** What one step answers: the same everywhere, or a named difference. */
export type Expected = string | { differs: DifferenceKey };

/** Marks an answer that is not the same everywhere; the table of differences has both and says why. */
export const differs = (key: DifferenceKey): Expected => ({ differs: key });

export class Transcript {
  readonly #target: Target;
  readonly #answers: Record<string, string> = {};
  #expected: Record<string, string> | undefined;

  constructor(target: Target) {
    this.#target = target;
  }

  /** What the connection has to say of the way to its host. */
  get link(): Link {
    return this.#target.link ?? { isSecure: true, isEncrypted: false };
  }

  /** Runs one call and notes its answer under `label`. The call's value is returned where it did not fail. */
  async step<T>(label: string, call: () => Promise<T>): Promise<T | undefined> {
    if (label in this.#answers) throw new Error(`the step '${label}' is there twice`);
    try {
      const value = await call();
      this.#answers[label] = inWords(value);
      return value;
    } catch (error) {
      if (!(error instanceof VirError)) throw error;
      this.#answers[label] = error.codeName;
      return undefined;
    }
  }

  /** Says what every step has to answer; the suite compares it as a whole when the script is done. */
  matches(expected: Record<string, Expected>): void {
    this.#expected = Object.fromEntries(
      Object.entries(expected).map(([label, value]) => [
        label,
        typeof value === 'string' ? value : this.#resolve(value.differs),
      ]),
    );
  }

  get answers(): Record<string, string> {
    return this.#answers;
  }

  get expected(): Record<string, string> | undefined {
    return this.#expected;
  }

  #resolve(key: DifferenceKey): string {
    useDifference(key);
    return differences[key][this.#target.name];
  }
}

/** Plain values as they are; handles and nothing as `ok`. */
function inWords(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number'))
    return value.join(', ');
  return 'ok';
}
