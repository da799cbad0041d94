/**
 * Against a real second host: another kernel, other files, another clock, reached by SSH and nothing else. Objects of every
 * kind, an image up and down, a screen through the log-in, and a link that dies for real.
 */
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect, type Connection } from '../../drivers/index.ts';
import type { ConnectionState, GuestRow, Job, StoragePoolRow } from '../../main/contract/index.ts';
import { createHost, type Host } from '../../main/host.ts';
import { askBoth } from '../conformance/side-by-side.ts';
import { waitUntil } from '../rig/process.ts';
import { notRunBecause } from '../rig/requirements.ts';
import { secondHostPrograms, startSecondHost, type SecondHost } from '../rig/second-host.ts';

const problem = notRunBecause([...secondHostPrograms, 'virsh'], { root: true });
const mebibyte = 1024 * 1024;
/** A second host without KVM on a busy machine is slow, and that is no failure. */
const patienceMs = 120_000;

const networkXml = `<network><name>lab</name><bridge name='virbr9'/><forward/>
  <ip address='10.9.0.1' netmask='255.255.255.0'><dhcp><range start='10.9.0.10' end='10.9.0.20'/></dhcp></ip></network>`;
const poolXml = (name: string): string =>
  `<pool type='dir'><name>${name}</name><target><path>/var/lib/libvirt/${name}</path></target></pool>`;
/** A guest with nothing but firmware and a screen that only its own host can see. */
const domainXml = (name: string): string => `<domain type='qemu'><name>${name}</name><memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <devices><graphics type='vnc' autoport='yes' listen='127.0.0.1'/><video><model type='vga'/></video></devices></domain>`;

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** Reads exactly so many bytes. */
async function readBytes(stream: Duplex, length: number): Promise<Buffer> {
  for (;;) {
    const piece = stream.read(length) as Buffer | null;
    if (piece !== null) return piece;
    await new Promise((resolve, reject) => {
      stream.once('readable', resolve).once('error', reject);
      stream.once('end', () => reject(new Error('the stream ended')));
    });
  }
}

/** Speaks RFB up to the size of the screen. */
async function screenSize(stream: Duplex): Promise<[width: number, height: number]> {
  expect((await readBytes(stream, 12)).toString()).toBe('RFB 003.008\n');
  stream.write('RFB 003.008\n');
  const [types] = await readBytes(stream, 1);
  expect([...(await readBytes(stream, types!))]).toContain(1);
  stream.write(Buffer.from([1]));
  expect((await readBytes(stream, 4)).readUInt32BE()).toBe(0);
  stream.write(Buffer.from([1]));
  const size = await readBytes(stream, 4);
  return [size.readUInt16BE(0), size.readUInt16BE(2)];
}

describe.skipIf(problem !== null)(`a second host${problem === null ? '' : ` (not run: ${problem})`}`, () => {
  let far: SecondHost;
  let folder: string;

  beforeAll(async () => {
    far = await startSecondHost();
    const { make, boot } = far.seconds;
    console.log(`The second host: made in ${make.toFixed(0)} s, booted in ${boot.toFixed(0)} s.`);
    folder = await mkdtemp(join(tmpdir(), 'hostler-long-'));
  });
  afterAll(async () => {
    await far?.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  describe.each(['ssh', 'libssh2'])('over %s', (transport) => {
    let connection: Connection;
    let loginsBefore: number;

    beforeAll(async () => {
      loginsBefore = far.logins();
      connection = await connect(far.uri(transport));
    });
    afterAll(() => connection?.close());

    it('is another machine', async () => {
      expect(await connection.getHostname()).toBe('second-host');
      expect(await connection.getLibVersion()).toBeGreaterThanOrEqual(9_000_000n);
    });

    it('makes, starts, lists and removes a network', async () => {
      const network = await connection.networkDefineXML(networkXml);
      await network.create();
      expect((await connection.listAllNetworks()).map((one) => one.getName()).toSorted()).toEqual(['default', 'lab']);
      expect(await network.getBridgeName()).toBe('virbr9');
      expect(await far.command('ip -brief address show virbr9')).toContain('10.9.0.1/24');
      await network.destroy();
      await network.undefine();
      await expect(connection.networkLookupByName('lab')).rejects.toMatchObject({ codeName: 'VIR_ERR_NO_NETWORK' });
    });

    it('makes, builds and removes a pool with a volume', async () => {
      const pool = await connection.storagePoolDefineXML(poolXml(`pool-${transport}`));
      await pool.build();
      await pool.create();
      const volume = await pool.storageVolCreateXML(
        `<volume><name>v</name><capacity unit='MiB'>8</capacity><allocation>0</allocation></volume>`,
      );
      expect((await volume.getInfo()).capacity).toBe(BigInt(8 * mebibyte));
      expect(await far.command(`ls /var/lib/libvirt/pool-${transport}`)).toBe('v\n');
      await volume.delete();
      await pool.destroy();
      await pool.delete();
      await pool.undefine();
      expect(await connection.listAllStoragePools()).toEqual([]);
    });

    it('shows the screen of a guest that listens on the far loopback, in the same log-in', async () => {
      const domain = await connection.domainDefineXML(domainXml(`screen-${transport}`));
      await domain.create();
      const port = Number(/<graphics type='vnc' port='(\d+)'/.exec(await domain.getXMLDesc())?.[1]);
      const stream = await connection.tunnel!.openTcp('127.0.0.1', port);
      const [width, height] = await screenSize(stream);
      expect([width >= 640, height >= 400]).toEqual([true, true]);
      stream.destroy();
      await domain.destroy();
      await domain.undefine();
    });

    it('tells the same as virsh', async () => {
      const uri = far.uri('ssh', { no_tty: '1', no_verify: '1' });
      const { ours, virsh } = await askBoth(connection, uri);
      expect(Object.keys(ours).length).toBeGreaterThan(5);
      expect(ours).toEqual(virsh);
    });

    it('needed one log-in for all of it', () => {
      // Two questions were asked beside it, and virsh is one log-in more.
      expect(far.logins() - loginsBefore).toBe(1 + 2 + 1);
    });
  });

  describe('in Hostler', () => {
    let host: Host;
    let id: string;
    let configDir: string;

    const state = async (): Promise<ConnectionState> => (await host.services.connections.list())[0]!.state;
    const becomes = (kind: ConnectionState['kind']): Promise<void> =>
      waitUntil(`the connection is ${kind}`, async () => (await state()).kind === kind, patienceMs);
    const job = async (jobId: string): Promise<Job> =>
      (await host.services.jobs.list()).find((one) => one.id === jobId)!;
    const ended = async (jobId: string): Promise<Job> => {
      await waitUntil('the job has ended', async () => (await job(jobId)).endedAtMs !== null, patienceMs);
      return await job(jobId);
    };

    /** The tables as a window that opens now gets them. */
    function tables(): { guests: GuestRow[]; storagePools: StoragePoolRow[] } {
      let found = { guests: [] as GuestRow[], storagePools: [] as StoragePoolRow[] };
      host.services.inventory.onDidChange((message) => {
        if (message.kind === 'snapshot') found = message;
      })();
      return found;
    }

    const poolKey = (): string | undefined => tables().storagePools.find(({ name }) => name === 'images')?.key;

    beforeAll(async () => {
      await far.command(`virsh --quiet pool-define-as images dir --target /var/lib/libvirt/images &&
        virsh --quiet pool-start images`);
    });
    beforeEach(async () => {
      configDir = await mkdtemp(join(folder, 'config-'));
      host = await createHost({ configDir, version: '1.2.3', mode: 'desktop' });
      const connection = { uri: far.uri('ssh'), name: 'far', autoconnect: false, readonly: false };
      ({ id } = await host.services.connections.add(connection));
      await host.services.connections.connect(id);
      await waitUntil('the pool is listed', () => poolKey() !== undefined, patienceMs);
    });
    afterEach(() => host.dispose());

    /** Uploads a file of random bytes; settles with the job's id and the digest. */
    async function startUpload(name: string, size: number): Promise<{ jobId: string; digest: string }> {
      const bytes = randomBytes(size);
      const path = join(folder, name);
      await writeFile(path, bytes);
      const { token } = await host.files.grantUpload(path);
      const file = { kind: 'granted' as const, token };
      const { jobId } = await host.services.storage.upload(poolKey()!, { name, format: 'raw' }, file);
      return { jobId, digest: digestOf(bytes) };
    }

    it('moves 16 MiB up and down again as jobs, in the log-in that is there', async () => {
      const before = far.logins();
      const { jobId, digest } = await startUpload('up.img', 16 * mebibyte);
      expect(await ended(jobId)).toMatchObject({ state: 'done', bytes: { done: 16 * mebibyte, total: 16 * mebibyte } });
      const path = join(folder, 'down.img');
      const file = { kind: 'granted' as const, token: host.files.grantDownload(path).token };
      const download = await host.services.storage.download(poolKey()!, 'up.img', file);
      expect(await ended(download.jobId)).toMatchObject({ state: 'done' });
      expect(digestOf(await readFile(path))).toBe(digest);
      expect(far.logins()).toBe(before);
      expect(await far.command('sha256sum < /var/lib/libvirt/images/up.img')).toContain(digest);
    });

    it('goes on where it was after the host stood still for some seconds in the middle of an upload', async () => {
      const { jobId, digest } = await startUpload('short-freeze.img', 48 * mebibyte);
      await waitUntil('bytes move', async () => ((await job(jobId)).bytes?.done ?? 0) > mebibyte, patienceMs);
      far.freeze();
      await delay(8000);
      expect(await job(jobId)).toMatchObject({ state: 'running' });
      far.thaw();
      expect(await ended(jobId)).toMatchObject({ state: 'done' });
      expect((await state()).kind).toBe('connected');
      expect(await far.command('sha256sum < /var/lib/libvirt/images/short-freeze.img')).toContain(digest);
    });

    it('fails what was under way when the host is gone for good, comes back by itself, and cleans up', async () => {
      const { jobId } = await startUpload('long-freeze.img', 48 * mebibyte);
      await waitUntil('bytes move', async () => ((await job(jobId)).bytes?.done ?? 0) > mebibyte, patienceMs);
      far.freeze();
      await becomes('waiting').finally(() => far.thaw());
      expect(await job(jobId)).toMatchObject({ stage: 'cleaning' });
      await becomes('connected');
      expect(await ended(jobId)).toMatchObject({ state: 'failed', error: { code: 'connection-lost' } });
      await waitUntil('the pool is there again', () => poolKey() !== undefined, patienceMs);
      const names = (await host.services.storage.listVolumes(poolKey()!)).map(({ name }) => name);
      expect(names).not.toContain('long-freeze.img');
      expect((await readdir(folder)).some((name) => name.endsWith('.part'))).toBe(false);
    });
  });
});
