/** The conformance suite on libvirt's own test driver, inside a private libvirtd, through the remote driver. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { connect } from '../../drivers/index.ts';
import { libvirtdPrograms, startLibvirtd, type Libvirtd } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { runSuite } from './suite.ts';

const problem = notRunBecause(libvirtdPrograms, { root: true });

describe.skipIf(problem !== null)(`libvirt's test driver${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  let libvirtd: Libvirtd;
  beforeAll(async () => {
    libvirtd = await startLibvirtd();
  });
  afterAll(async () => {
    await libvirtd.stop();
  });

  runSuite(() => ({
    name: 'libvirtd',
    connect: async (nodeXml) => {
      const path = join(libvirtd.dir, 'node.xml');
      await writeFile(path, nodeXml);
      return connect(libvirtd.testUriOf(path));
    },
  }));
});
