/** Pools and volumes: life, accounting, content. */
import type { Scripts } from '../suite.ts';
import { differs } from '../transcript.ts';

const iso = "<pool type='dir'><name>iso</name><target><path>/iso</path></target></pool>";
const vol = (name: string, mebibytes: number, inner = ''): string =>
  `<volume><name>${name}</name><capacity unit='MiB'>${mebibytes}</capacity>${inner}</volume>`;

export const storage: Scripts = {
  'life of a pool': async (connection, t) => {
    const heard: string[] = [];
    await connection.onDidChangeStoragePoolLifecycle(
      ({ pool, event }) => void heard.push(`${pool.getName()} ${event}`),
    );
    const pool = (await t.step('define', () => connection.storagePoolDefineXML(iso)))!;
    await t.step('refresh', () => pool.refresh());
    await t.step('build', () => pool.build());
    await t.step('create', () => pool.create());
    await t.step('create again', () => pool.create());
    await t.step('build while it runs', () => pool.build());
    await t.step('undefine while it runs', () => pool.undefine());
    await t.step('info', async () => {
      const { state, capacity, allocation, available } = await pool.getInfo();
      return [state, capacity, allocation, available].map(String);
    });
    await t.step('autostart', () => pool.setAutostart(true));
    await t.step('destroy', () => pool.destroy());
    await t.step('destroy again', () => pool.destroy());
    await t.step('volumes', () => pool.listAllVolumes());
    await t.step('delete', () => pool.delete());
    await t.step('undefine', () => pool.undefine());
    await t.step('gone', () => pool.getInfo());
    await t.step('events', async () => {
      await connection.getHostname();
      return heard;
    });
    t.matches({
      define: 'ok',
      refresh: 'VIR_ERR_OPERATION_INVALID',
      build: 'ok',
      create: 'ok',
      'create again': 'VIR_ERR_OPERATION_INVALID',
      'build while it runs': 'VIR_ERR_OPERATION_INVALID',
      'undefine while it runs': 'VIR_ERR_OPERATION_INVALID',
      info: '2, 107374182400, 0, 107374182400',
      autostart: 'ok',
      destroy: 'ok',
      'destroy again': 'VIR_ERR_OPERATION_INVALID',
      volumes: 'VIR_ERR_OPERATION_INVALID',
      delete: 'ok',
      undefine: 'ok',
      gone: 'VIR_ERR_NO_STORAGE_POOL',
      events: 'iso 0, iso 4, iso 2, iso 3, iso 5, iso 1',
    });
  },

  'lists, sources and wrong XML': async (connection, t) => {
    const names = async (flags: number): Promise<string[]> =>
      (await connection.listAllStoragePools(flags)).map((pool) => pool.getName());
    await t.step('all', () => names(0));
    await t.step('inactive', () => names(1));
    await t.step('of type dir', () => names(64));
    await t.step('of type fs', () => names(128));
    await t.step('transient', async () => (await connection.storagePoolCreateXML(iso)).isPersistent());
    await t.step('autostart of a transient one', async () =>
      (await connection.storagePoolLookupByName('iso')).setAutostart(true),
    );
    await t.step('sources', async () => (await connection.findStoragePoolSources('logical', null)).includes('testvg1'));
    await t.step('sources of a server', () => connection.findStoragePoolSources('netfs', null));
    await t.step('sources of a folder', () => connection.findStoragePoolSources('fs', null));
    await t.step('unknown type', () => connection.storagePoolDefineXML(iso.replace("'dir'", "'moon'")));
    await t.step('no target', () => connection.storagePoolDefineXML("<pool type='dir'><name>x</name></pool>"));
    await t.step('no such pool', () => connection.storagePoolLookupByName('nope'));
    t.matches({
      all: 'default-pool',
      inactive: '',
      'of type dir': 'default-pool',
      'of type fs': '',
      transient: 'false',
      'autostart of a transient one': 'VIR_ERR_INVALID_ARG',
      sources: 'true',
      'sources of a server': 'VIR_ERR_INVALID_ARG',
      'sources of a folder': 'VIR_ERR_NO_SUPPORT',
      'unknown type': 'VIR_ERR_XML_ERROR',
      'no target': 'VIR_ERR_XML_ERROR',
      'no such pool': 'VIR_ERR_NO_STORAGE_POOL',
    });
  },

  volumes: async (connection, t) => {
    const pool = await connection.storagePoolLookupByName('default-pool');
    const allocation = async (): Promise<bigint> => (await pool.getInfo()).allocation;
    await t.step('those of the node file', () => pool.listVolumes());
    await t.step('their room', allocation);
    const volume = (await t.step('create', () => pool.createXML(vol('a.img', 4))))!;
    await t.step('room', allocation);
    await t.step('path', () => volume.getPath());
    await t.step('XML', async () => (await volume.getXMLDesc()).replaceAll(/\s+/g, ' '));
    await t.step('by path', async () => (await connection.storageVolLookupByPath('/default-pool/a.img')).getName());
    await t.step('by key', async () => (await connection.storageVolLookupByKey('/default-pool/a.img')).getName());
    await t.step('its pool', async () => (await volume.storagePoolLookupByVolume()).getName());
    await t.step('create it again', () => pool.createXML(vol('a.img', 1)));
    await t.step('larger than the pool', () => pool.createXML(vol('b.img', 200_000)));
    await t.step('unknown format', () => pool.createXML(vol('c.img', 1, "<target><format type='nope'/></target>")));
    await t.step('no capacity', () => pool.createXML('<volume><name>d.img</name></volume>'));
    await t.step('clone', () => pool.createXMLFrom(vol('e.img', 4), volume));
    await t.step('delete', () => volume.delete());
    await t.step('gone', () => volume.getInfo());
    await t.step('room in the end', allocation);
    await t.step('no such path', () => connection.storageVolLookupByPath('/nope'));
    t.matches({
      'those of the node file': 'first.img',
      'their room': '8388608',
      create: 'ok',
      room: '12582912',
      path: '/default-pool/a.img',
      XML: "<volume type='file'> <name>a.img</name> <key>/default-pool/a.img</key> <capacity unit='bytes'>4194304</capacity> <allocation unit='bytes'>4194304</allocation> <target> <path>/default-pool/a.img</path> <format type='raw'/> </target> </volume> ",
      'by path': 'a.img',
      'by key': 'a.img',
      'its pool': 'default-pool',
      'create it again': 'VIR_ERR_OPERATION_FAILED',
      'larger than the pool': 'VIR_ERR_INTERNAL_ERROR',
      'unknown format': 'VIR_ERR_CONFIG_UNSUPPORTED',
      'no capacity': 'VIR_ERR_XML_ERROR',
      clone: 'ok',
      delete: 'ok',
      gone: 'VIR_ERR_NO_STORAGE_VOL',
      'room in the end': '12582912',
      'no such path': 'VIR_ERR_NO_STORAGE_VOL',
    });
  },

  content: async (connection, t) => {
    const volume = await connection.storageVolLookupByPath('/default-pool/first.img');
    await t.step('upload', async () => {
      const stream = connection.newStream();
      await volume.upload(stream, 0, 4);
      await stream.send(Buffer.from('data'));
      await stream.finish();
    });
    await t.step('download', async () => {
      const stream = connection.newStream();
      await volume.download(stream, 0, 4);
      await stream.abort();
    });
    await t.step('resize', () => volume.resize(16_777_216n));
    await t.step('wipe', () => volume.wipe());
    t.matches({
      upload: differs('vol-upload'),
      download: differs('vol-download'),
      resize: differs('vol-resize'),
      wipe: differs('vol-wipe'),
    });
  },
};
