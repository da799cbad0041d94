/** The conformance suite: the same scripts on every target. `runSuite` is called by one test file for each target. */
import { describe, expect, it } from 'vitest';
import type { Connection } from '../../drivers/index.ts';
import { unusedDifferences } from './differences.ts';
import { nodeXml } from './node.ts';
import { configuration } from './suites/configuration.ts';
import { definitions } from './suites/definitions.ts';
import { hostObjects } from './suites/host-objects.ts';
import { lifeCycle } from './suites/life-cycle.ts';
import { networks } from './suites/networks.ts';
import { snapshots } from './suites/snapshots.ts';
import { storage } from './suites/storage.ts';
import type { Target } from './target.ts';
import { Transcript } from './transcript.ts';

/** One script: calls on a fresh host, noted in the transcript and compared at its end. */
export type Script = (connection: Connection, transcript: Transcript) => Promise<void>;
export type Scripts = Record<string, Script>;

const suites: Record<string, Scripts> = {
  'the life of guests': lifeCycle,
  'definitions of guests': definitions,
  'configuration of guests': configuration,
  'snapshots and checkpoints': snapshots,
  networks,
  storage,
  'objects of the host': hostObjects,
};

/**
 * Declares the suite's tests for one target. Each script has a host of its own, so that with `isConcurrent` some run at
 * a time: for targets that take long to connect to.
 */
export function runSuite(target: () => Target, { isConcurrent = false } = {}): void {
  for (const [name, scripts] of Object.entries(suites)) {
    describe(`${name}`, { concurrent: isConcurrent }, () => {
      for (const [title, script] of Object.entries(scripts)) {
        it(`${title}`, async ({ expect }) => {
          await using connection = await target().connect(nodeXml);
          const transcript = new Transcript(target());
          await script(connection, transcript);
          expect(transcript.answers).toEqual(transcript.expected);
        });
      }
    });
  }

  it('meets every difference that the table names', () => {
    expect(unusedDifferences()).toEqual([]);
  });
}
