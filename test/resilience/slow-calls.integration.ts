/** Six calls that each take longer than it takes to be taken for dead: libvirtd works on five, and hears nothing meanwhile. */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connect } from '../../drivers/connect.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { type Libvirtd, libvirtdPrograms, startLibvirtd } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';

const problem = notRunBecause([...libvirtdPrograms, 'qemu-img'], { root: true });
/** What libvirtd makes volumes with, slowly. */
const slowQemuImg = '#!/bin/sh\nsleep 3\nexec /usr/bin/qemu-img "$@"\n';

describe.skipIf(problem !== null)(`slow calls${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  failOnLeaks();
  let libvirtd: Libvirtd;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hostler-slow-'));
    await mkdir(join(folder, 'pool'));
    await writeFile(join(folder, 'qemu-img'), slowQemuImg);
    await chmod(join(folder, 'qemu-img'), 0o755);
    libvirtd = await startLibvirtd({ env: { PATH: `${folder}:${process.env['PATH']}` } });
    await libvirtd.virsh('pool-create-as', 'slow', 'dir', '--target', join(folder, 'pool'));
  });
  afterAll(async () => {
    await libvirtd.stop();
    await rm(folder, { recursive: true });
  });

  it('do not look like a dead link, and quick calls pass them', { timeout: 60_000 }, async () => {
    const connection = await connect(libvirtd.systemUri);
    connection.setKeepAlive(1, 1);
    const pool = await connection.storagePoolLookupByName('slow');
    const makes = Array.from({ length: 6 }, (_, n) =>
      pool.storageVolCreateXML(
        `<volume><name>v${n}</name><capacity>65536</capacity><target><format type='qcow2'/></target></volume>`,
      ),
    );
    const asked: Promise<number>[] = [];
    const ask = async (): Promise<number> => {
      const startedMs = performance.now();
      await connection.getHostname();
      return performance.now() - startedMs;
    };
    const asking = setInterval(() => asked.push(ask()), 100);
    const made = await Promise.all(makes).finally(() => clearInterval(asking));
    const waits = await Promise.all(asked);
    expect(made.map((volume) => volume.getName())).toHaveLength(6);
    expect(waits.length).toBeGreaterThan(20);
    expect(Math.max(...waits)).toBeLessThan(1000);
    expect(connection.isAlive()).toBe(true);
    await connection.close();
  });
});
