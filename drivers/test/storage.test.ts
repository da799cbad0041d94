import { describe, expect, it } from 'vitest';
import type { StoragePoolRef, StorageVolRef } from '../driver.ts';
import { codeOf, openHost, type TestHost } from './testing.ts';

const poolXml = "<pool type='dir'><name>iso</name><target><path>/iso</path></target></pool>";
const volXml = (name: string, mebibytes: number, inner = ''): string =>
  `<volume><name>${name}</name><capacity unit='MiB'>${mebibytes}</capacity>${inner}</volume>`;
const mebibyte = 1_048_576n;

async function withVolume(): Promise<TestHost & { pool: StoragePoolRef; vol: StorageVolRef }> {
  const host = await openHost();
  const pool = await host.slots.storagePoolLookupByName({ name: 'default-pool' });
  const vol = await host.slots.storageVolCreateXml({
    pool,
    xml: volXml('a.img', 4, '<allocation>0</allocation>'),
    flags: 0,
  });
  host.heard.length = 0;
  return { ...host, pool, vol };
}

describe('storage pools', () => {
  it("live as libvirt's do, with events", async () => {
    const { slots, heard } = await openHost();
    const pool = await slots.storagePoolDefineXml({ xml: poolXml, flags: 0 });
    expect(await codeOf(slots.storagePoolRefresh({ pool, flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.storagePoolBuild({ pool, flags: 0 });
    await slots.storagePoolCreate({ pool, flags: 0 });
    await slots.storagePoolRefresh({ pool, flags: 0 });
    for (const work of [
      slots.storagePoolBuild({ pool, flags: 0 }),
      slots.storagePoolCreate({ pool, flags: 0 }),
      slots.storagePoolDelete({ pool, flags: 0 }),
      slots.storagePoolUndefine({ pool }),
    ]) {
      expect(await codeOf(work)).toBe('VIR_ERR_OPERATION_INVALID');
    }
    await slots.storagePoolSetAutostart({ pool, autostart: 1 });
    expect(await slots.storagePoolGetAutostart({ pool })).toBe(1);
    await slots.storagePoolDestroy({ pool });
    expect(await codeOf(slots.storagePoolListAllVolumes({ pool, flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.storagePoolDelete({ pool, flags: 0 });
    await slots.storagePoolUndefine({ pool });
    expect(await codeOf(slots.storagePoolLookupByUuid({ uuid: pool.uuid }))).toBe('VIR_ERR_NO_STORAGE_POOL');
    expect(heard).toEqual(
      [0, 4, 2, -1, 3, 5, 1].map((event) => (event < 0 ? 'storagePool 1' : `storagePool 0 ${event} 0`)),
    );
  });

  it('that were only created are gone when they stop, and have no autostart', async () => {
    const { slots } = await openHost();
    const pool = await slots.storagePoolCreateXml({ xml: poolXml, flags: 0 });
    expect(await codeOf(slots.storagePoolSetAutostart({ pool, autostart: 1 }))).toBe('VIR_ERR_INVALID_ARG');
    await slots.storagePoolDestroy({ pool });
    expect(await slots.connectNumOfDefinedStoragePools({})).toBe(0);
  });

  it('are found by type, target path and volume', async () => {
    const { slots, vol } = await withVolume();
    expect((await slots.connectListAllStoragePools({ flags: 64 })).length).toBe(1);
    expect((await slots.connectListAllStoragePools({ flags: 128 })).length).toBe(0);
    expect((await slots.storagePoolLookupByTargetPath({ path: '/default-pool' })).name).toBe('default-pool');
    expect((await slots.storagePoolLookupByVolume({ vol })).name).toBe('default-pool');
    expect(
      await slots.connectFindStoragePoolSources({
        type: 'netfs',
        srcSpec: "<source><host name='nas'/></source>",
        flags: 0,
      }),
    ).toContain("<host name='nas'/>");
    expect(await codeOf(slots.connectFindStoragePoolSources({ type: 'netfs', srcSpec: null, flags: 0 }))).toBe(
      'VIR_ERR_INVALID_ARG',
    );
    expect(await codeOf(slots.connectFindStoragePoolSources({ type: 'rbd', srcSpec: null, flags: 0 }))).toBe(
      'VIR_ERR_NO_SUPPORT',
    );
  });

  it('over fibre channel bring a virtual host adapter, and take it along', async () => {
    const { slots, heard } = await openHost();
    const xml =
      "<pool type='scsi'><name>fc</name><source><adapter type='fc_host' wwnn='20000000c9831b4b' wwpn='10000000c9831b4b'/></source><target><path>/dev/disk/by-path</path></target></pool>";
    const pool = await slots.storagePoolCreateXml({ xml, flags: 0 });
    expect(
      (await slots.nodeDeviceLookupScsiHostByWwn({ wwnn: '20000000c9831b4b', wwpn: '10000000c9831b4b', flags: 0 }))
        .name,
    ).toBe('scsi_host12');
    await slots.storagePoolDestroy({ pool });
    expect(heard).toEqual(['nodeDevice 0 0 0', 'storagePool 0 2 0', 'nodeDevice 0 1 0', 'storagePool 0 3 0']);
  });
});

describe('volumes', () => {
  it('are accounted for in their pool', async () => {
    const { slots, pool } = await withVolume();
    await slots.storageVolCreateXml({ pool, xml: volXml('b.img', 10), flags: 0 });
    expect((await slots.storagePoolGetInfo({ pool })).allocation).toBe(10n * mebibyte);
    expect(await slots.storagePoolGetXmlDesc({ pool, flags: 0 })).toContain(
      `<allocation unit='bytes'>${10n * mebibyte}</allocation>`,
    );
    expect(await codeOf(slots.storageVolCreateXml({ pool, xml: volXml('b.img', 1), flags: 0 }))).toBe(
      'VIR_ERR_OPERATION_FAILED',
    );
    expect(await codeOf(slots.storageVolCreateXml({ pool, xml: volXml('c.img', 200_000), flags: 0 }))).toBe(
      'VIR_ERR_INTERNAL_ERROR',
    );
    expect(
      await codeOf(
        slots.storageVolCreateXml({
          pool,
          xml: volXml('d.img', 1, "<target><format type='nope'/></target>"),
          flags: 0,
        }),
      ),
    ).toBe('VIR_ERR_CONFIG_UNSUPPORTED');
    expect(await codeOf(slots.storageVolCreateXml({ pool, xml: '<volume><name>e</name></volume>', flags: 0 }))).toBe(
      'VIR_ERR_XML_ERROR',
    );
    const vol = await slots.storageVolLookupByKey({ key: '/default-pool/b.img' });
    await slots.storageVolDelete({ vol, flags: 0 });
    expect((await slots.storagePoolGetInfo({ pool })).allocation).toBe(0n);
    expect(await codeOf(slots.storageVolGetInfo({ vol }))).toBe('VIR_ERR_NO_STORAGE_VOL');
  });

  it('keep what is uploaded, through copies, wipes and resizes', async () => {
    const { slots, pool, vol } = await withVolume();
    const up = await slots.storageVolUpload({ vol, offset: 100n, length: 0n, flags: 0 });
    await up.write(Buffer.from('content'));
    expect(await codeOf(slots.storageVolDelete({ vol, flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    await up.finish();
    const read = async (volume: StorageVolRef): Promise<string> => {
      const down = await slots.storageVolDownload({ vol: volume, offset: 100n, length: 7n, flags: 0 });
      const piece = await down.read();
      await down.finish();
      return Buffer.from(piece as Uint8Array).toString();
    };
    expect(await read(vol)).toBe('content');
    const copy = await slots.storageVolCreateXmlFrom({ pool, xml: volXml('copy.img', 1), clonevol: vol, flags: 0 });
    expect((await slots.storageVolGetInfo({ vol: copy })).capacity).toBe(4n * mebibyte);
    await slots.storageVolWipe({ vol, flags: 0 });
    expect(await read(vol)).toBe('\0'.repeat(7));
    expect(await read(copy)).toBe('content');
    await slots.storageVolResize({ vol: copy, capacity: mebibyte, flags: 2 });
    expect((await slots.storageVolGetInfo({ vol: copy })).capacity).toBe(5n * mebibyte);
    expect(await codeOf(slots.storageVolResize({ vol: copy, capacity: 1n, flags: 0 }))).toBe('VIR_ERR_INVALID_ARG');
    await slots.storageVolResize({ vol: copy, capacity: 50n, flags: 4 });
    expect(await codeOf(slots.storageVolDownload({ vol: copy, offset: 100n, length: 7n, flags: 0 }))).toBe(
      'VIR_ERR_INVALID_ARG',
    );
    expect(await codeOf(slots.storageVolWipePattern({ vol, algorithm: 99, flags: 0 }))).toBe('VIR_ERR_INVALID_ARG');
  });

  it('are found by path and key only while their pool runs', async () => {
    const { slots, pool } = await withVolume();
    expect((await slots.storageVolLookupByPath({ path: '/default-pool/a.img' })).name).toBe('a.img');
    await slots.storagePoolDestroy({ pool });
    expect(await codeOf(slots.storageVolLookupByPath({ path: '/default-pool/a.img' }))).toBe('VIR_ERR_NO_STORAGE_VOL');
  });

  it("give guests' disks their size", async () => {
    const { slots, vol } = await withVolume();
    const dom = await slots.domainLookupByName({ name: 'test' });
    expect((await slots.domainGetBlockInfo({ dom, path: 'vda', flags: 0 })).capacity).toBe(1_099_506_450_432n);
    await slots.domainAttachDevice({
      dom,
      xml: `<disk type='file' device='disk'><source file='${vol.key}'/><target dev='vdb' bus='virtio'/></disk>`,
    });
    expect(await slots.domainGetBlockInfo({ dom, path: 'vdb', flags: 0 })).toEqual({
      capacity: 4n * mebibyte,
      allocation: 0n,
      physical: 0n,
    });
    await slots.domainBlockResize({ dom, disk: 'vdb', size: 8n * mebibyte, flags: 1 });
    expect((await slots.storageVolGetInfo({ vol })).capacity).toBe(8n * mebibyte);
    expect(await codeOf(slots.domainGetBlockInfo({ dom, path: 'vdz', flags: 0 }))).toBe('VIR_ERR_INVALID_ARG');
  });
});
