/** A script of calls and what each answered: a value, `ok`, or the name of an error. Compared as a whole. */
import { expect } from 'vitest';
import { VirError } from '../../drivers/index.ts';
import { type DifferenceKey, differences, useDifference } from './differences.ts';
import type { Target } from './target.ts';

/** What one step answers: the same everywhere, or a named difference. */
export type Expected = string | { differs: DifferenceKey };

/** Marks an answer that is not the same everywhere; the table of differences has both and says why. */
export const differs = (key: DifferenceKey): Expected => ({ differs: key });

export class Transcript {
  readonly #target: Target;
  readonly #lines: Record<string, string> = {};

  constructor(target: Target) {
    this.#target = target;
  }

  /** Runs one call and notes its answer under `label`. The call's value is returned where it did not fail. */
  async step<T>(label: string, call: () => Promise<T>): Promise<T | undefined> {
    if (label in this.#lines) throw new Error(`the step '${label}' is there twice`);
    try {
      const value = await call();
      this.#lines[label] = inWords(value);
      return value;
    } catch (error) {
      if (!(error instanceof VirError)) throw error;
      this.#lines[label] = error.codeName;
      return undefined;
    }
  }

  /** Compares everything that was noted, in one go. */
  matches(expected: Record<string, Expected>): void {
    const resolved = Object.fromEntries(
      Object.entries(expected).map(([label, value]) => [
        label,
        typeof value === 'string' ? value : this.#resolve(value.differs),
      ]),
    );
    expect(this.#lines).toEqual(resolved);
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
