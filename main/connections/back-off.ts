/** How long to wait before a lost connection is tried again. */

const secondsByAttempt = [1, 2, 5, 10, 30];
/** Part of the wait that is random, so that many clients of one host do not come back all at once. */
const jitter = 0.2;

/** Milliseconds before attempt `attempt` (counted from 1); `random` is from 0 to 1. */
export function backOffMs(attempt: number, random: number): number {
  const seconds = secondsByAttempt[Math.min(Math.max(attempt, 1), secondsByAttempt.length) - 1] ?? 30;
  return Math.round(seconds * 1000 * (1 - jitter + 2 * jitter * random));
}
