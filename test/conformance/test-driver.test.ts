/** The conformance suite on Hostler's own test driver, in this process. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { connect } from '../../drivers/index.ts';
import { runSuite } from './suite.ts';

describe("Hostler's test driver", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-conformance-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  runSuite(() => ({
    name: 'hostler',
    connect: async (nodeXml) => {
      const path = join(folder, 'node.xml');
      await writeFile(path, nodeXml);
      return connect(`test://${path}`);
    },
  }));
});
