/** For tests: makes a test fail that leaves a connection or a stream open. Not part of what is shipped. */
import { afterEach, beforeEach, expect } from 'vitest';

import { trackLeaks } from './event.ts';

/** Call once at the top of a test file or `describe`. */
export function failOnLeaks(): void {
  let tracking = trackLeaks();
  beforeEach(() => {
    tracking = trackLeaks();
  });
  afterEach(() => {
    tracking.dispose();
    expect(tracking.leaked(), 'left open at the end of the test').toEqual([]);
  });
}
