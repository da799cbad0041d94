/**
 * The conformance suite through every transport, on libvirt's own test driver inside a private libvirtd; and what virsh
 * lists through the same transports.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE } from '../../drivers/enums.gen.ts';
import { connect } from '../../drivers/index.ts';
import type { Libvirtd } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { nodeXml } from './node.ts';
import { askBoth } from './side-by-side.ts';
import { runSuite } from './suite.ts';
import { isSlow, startWays, wayNames, wayPrograms, type Ways } from './ways.ts';

/** Something of every kind that a libvirtd with the QEMU driver keeps. */
async function furnish(libvirtd: Libvirtd): Promise<void> {
  const guest = (name: string): string =>
    `<domain type='qemu'><name>${name}</name><memory unit='MiB'>64</memory><os><type arch='x86_64'>hvm</type></os></domain>`;
  const pool = join(libvirtd.dir, 'pool');
  await using connection = await connect(libvirtd.systemUri);
  const domain = await connection.domainDefineXML(guest('first'));
  await connection.domainDefineXML(guest('second'));
  const state = `<state>shutoff</state><creationTime>1</creationTime><memory snapshot='no'/>`;
  const described = await domain.getXMLDesc();
  const snapshot = `<domainsnapshot><name>before</name>${state}${described}</domainsnapshot>`;
  await domain.snapshotCreateXML(snapshot, VIR_DOMAIN_SNAPSHOT_CREATE_REDEFINE);
  await connection.networkDefineXML(`<network><name>inner</name><ip address='10.99.0.1' prefix='24'/></network>`);
  await mkdir(pool);
  const images = await connection.storagePoolDefineXML(
    `<pool type='dir'><name>images</name><target><path>${pool}</path></target></pool>`,
  );
  await images.create();
  await images.createXML(`<volume><name>disk.img</name><capacity>4096</capacity></volume>`);
  await connection.nwfilterDefineXML(`<filter name='none'><rule action='drop' direction='in'><all/></rule></filter>`);
  await connection.secretDefineXML(`<secret><usage type='volume'><volume>/images/disk.img</volume></usage></secret>`);
}

const problem = notRunBecause(wayPrograms, { root: true });

describe.skipIf(problem !== null)(`through every transport${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  let ways: Ways;
  let nodeFile: string;
  beforeAll(async () => {
    ways = await startWays();
    await Promise.all(ways.daemons.map(furnish));
    nodeFile = join(ways.folder, 'node.xml');
    await writeFile(nodeFile, nodeXml);
  });
  afterAll(() => ways.stop());

  for (const name of wayNames) {
    describe(name, () => {
      runSuite(
        () => {
          const { uri, link } = ways.way(name);
          // Every script has the same node.
          return { name: 'libvirtd', link, connect: () => connect(uri('test', nodeFile)) };
        },
        { isConcurrent: isSlow(name) },
      );

      it.each([
        ['test', () => nodeFile, 'iface-dumpxml eth1'],
        ['qemu', () => '/system', 'vol-dumpxml --pool images disk.img'],
      ])('shows what virsh shows of a %s host', async (driver, path, known) => {
        const { uri, virshUri } = ways.way(name);
        await using connection = await connect(uri(driver, path()));
        const { ours, virsh } = await askBoth(connection, (virshUri ?? ways.way('unix').uri)(driver, path()));
        expect(ours).toEqual(virsh);
        expect(Object.keys(ours)).toContain(known);
      });
    });
  }
});
