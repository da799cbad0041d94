/** The remote driver against a real libvirtd: what only the real server can prove about the wire. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  declined,
  type DriverEvent,
  type DriverSession,
  type DriverStream,
  type StreamHole,
} from '../../drivers/driver.ts';
import { VirError } from '../../drivers/error.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { remoteDriver } from '../../drivers/remote/driver.ts';
import { parseUri } from '../../drivers/uri.ts';
import { libvirtdPrograms, startLibvirtd, type Libvirtd } from '../rig/libvirtd.ts';
import { notRunBecause } from '../rig/requirements.ts';

const problem = notRunBecause(libvirtdPrograms, { root: true });
const SUSPENDED = 3;
const RESUMED = 4;
const SPARSE_STREAM = 1;

async function open(uri: string, readonly = false): Promise<DriverSession> {
  const session = await remoteDriver.open(parseUri(uri), { readonly });
  if (session === declined) throw new Error(`the remote driver declined ${uri}`);
  return session;
}

async function readAll(stream: DriverStream): Promise<(Uint8Array | StreamHole)[]> {
  const pieces: (Uint8Array | StreamHole)[] = [];
  for (;;) {
    const piece = await stream.read();
    if (piece === null) break;
    pieces.push(piece);
  }
  await stream.finish();
  return pieces;
}

const bytesOf = (pieces: (Uint8Array | StreamHole)[]): Buffer =>
  Buffer.concat(pieces.map((piece) => ('hole' in piece ? Buffer.alloc(Number(piece.hole)) : piece)));

describe.skipIf(problem !== null)(
  `the remote driver and libvirtd${problem === null ? '' : ` (not run: ${problem})`}`,
  () => {
    failOnLeaks();
    let libvirtd: Libvirtd;

    beforeAll(async () => {
      libvirtd = await startLibvirtd();
    });
    afterAll(async () => {
      await libvirtd.stop();
    });

    it('opens, asks, and gets the server’s errors with all their fields', async () => {
      const session = await open(libvirtd.testUri);
      const { slots } = session;
      expect([session.type, session.isSecure(), session.isEncrypted()]).toEqual(['TEST', true, false]);
      const [dom] = await slots.connectListAllDomains!({ flags: 0 });
      expect(dom).toEqual({ name: 'test', uuid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string, id: 1 });
      expect(await slots.domainGetInfo!({ dom: dom! })).toMatchObject({ state: 1, maxMem: 8_388_608n, nrVirtCpu: 2 });
      expect((await slots.nodeGetInfo!({})).model).toBe('i686');
      const params = await slots.domainGetMemoryParameters!({ dom: dom!, flags: 0 });
      expect(params).toContainEqual({ field: 'hard_limit', type: 'ullong', value: 2n ** 53n - 1n });
      const error: unknown = await slots.domainLookupByName!({ name: 'none' }).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(VirError);
      expect(error).toMatchObject({ code: 42, domain: 12, level: 2, str1: 'Domain not found', int1: -1, int2: -1 });
      await session.close();
    });

    it('answers a thousand calls at once, each with its own answer', async () => {
      const session = await open(libvirtd.testUri);
      const { slots } = session;
      const pools = await slots.connectListAllStoragePools!({ flags: 0 });
      const names = await Promise.all(
        Array.from({ length: 1000 }, async (_, i) =>
          i % 2 === 0
            ? (await slots.domainLookupById!({ id: 1 })).name
            : (await slots.storagePoolLookupByUuid!({ uuid: pools[0]!.uuid })).name,
        ),
      );
      expect(new Set(names.filter((_, i) => i % 2 === 0))).toEqual(new Set(['test']));
      expect(new Set(names.filter((_, i) => i % 2 === 1))).toEqual(new Set([pools[0]!.name]));
      await session.close();
    });

    it('delivers events until they are unregistered', async () => {
      const session = await open(libvirtd.testUri);
      const { slots } = session;
      const dom = await slots.domainLookupByName!({ name: 'test' });
      const events: DriverEvent[] = [];
      const filter = { family: 'domain', eventId: 0, ref: dom } as const;
      const registration = await session.registerEvent!(filter, (event) => events.push(event));
      await slots.domainSuspend!({ dom });
      await slots.domainResume!({ dom });
      await registration.unregister();
      await slots.domainSuspend!({ dom });
      await slots.domainResume!({ dom });
      await slots.connectGetHostname!({});
      expect(events.map(({ payload }) => payload['event'])).toEqual([SUSPENDED, RESUMED]);
      await session.close();
    });

    it('uploads and downloads a volume, sparse too', async () => {
      const session = await open(libvirtd.systemUri);
      const { slots } = session;
      const path = join(libvirtd.dir, 'lib/images/pool');
      await mkdir(path, { recursive: true });
      const poolXml = `<pool type='dir'><name>p</name><target><path>${path}</path></target></pool>`;
      const pool = await slots.storagePoolCreateXml!({ xml: poolXml, flags: 0 });
      const MiB = 1_048_576;
      const volXml = `<volume><name>v</name><capacity>${8 * MiB}</capacity><allocation>0</allocation></volume>`;
      const vol = await slots.storageVolCreateXml!({ pool, xml: volXml, flags: 0 });
      const content = Buffer.alloc(8 * MiB);
      for (let at = 0; at < 2 * MiB; at += 4) content.writeUInt32BE(at, at);
      content.fill(7, 6 * MiB);

      const up = await slots.storageVolUpload!({ vol, offset: 0n, length: 0n, flags: SPARSE_STREAM });
      await up.write(content.subarray(0, 2 * MiB));
      await up.writeHole(BigInt(4 * MiB));
      await up.write(content.subarray(6 * MiB));
      await up.finish();

      const plain = await readAll(await slots.storageVolDownload!({ vol, offset: 0n, length: 0n, flags: 0 }));
      expect(bytesOf(plain).equals(content)).toBe(true);
      const sparse = await readAll(
        await slots.storageVolDownload!({ vol, offset: 0n, length: 0n, flags: SPARSE_STREAM }),
      );
      expect(sparse.some((piece) => 'hole' in piece)).toBe(true);
      expect(bytesOf(sparse).equals(content)).toBe(true);

      const abandoned = await slots.storageVolDownload!({ vol, offset: 0n, length: 0n, flags: 0 });
      await abandoned.read();
      await abandoned.abort();
      expect(await slots.storageVolGetInfo!({ vol })).toMatchObject({ capacity: BigInt(8 * MiB) });
      await slots.storageVolDelete!({ vol, flags: 0 });
      await slots.storagePoolDestroy!({ pool });
      await session.close();
    });

    it('carries a screenshot with its type', async () => {
      const session = await open(libvirtd.testUri);
      const dom = await session.slots.domainLookupByName!({ name: 'test' });
      const { mime, stream } = await session.slots.domainScreenshot!({ dom, screen: 0, flags: 0 });
      expect(mime).toBe('image/png');
      expect(
        bytesOf(await readAll(stream))
          .subarray(1, 4)
          .toString(),
      ).toBe('PNG');
      await session.close();
    });

    it('is refused changes on the read-only socket', async () => {
      const session = await open(libvirtd.systemReadOnlyUri, true);
      const xml = "<pool type='dir'><name>no</name><target><path>/tmp</path></target></pool>";
      await expect(session.slots.storagePoolDefineXml!({ xml, flags: 0 })).rejects.toMatchObject({
        codeName: 'VIR_ERR_OPERATION_DENIED',
      });
      await session.close();
    });

    it('tells when the daemon dies, what was under way, and why there is no new connection', async () => {
      const session = await open(libvirtd.testUri);
      const closed = new Promise<[string, Error | undefined]>((resolve) => {
        session.onDidClose((reason, error) => resolve([reason, error]));
      });
      await libvirtd.kill();
      const [reason, error] = await closed;
      expect(['eof', 'error']).toContain(reason);
      expect(error?.message).toContain(libvirtd.sockets.readWrite);
      await expect(session.slots.connectGetHostname!({})).rejects.toMatchObject({ codeName: 'VIR_ERR_INVALID_CONN' });
      await expect(open(libvirtd.testUri)).rejects.toThrow('no daemon answers on it');
      await libvirtd.restart();
      await (await open(libvirtd.testUri)).close();
    });
  },
);
