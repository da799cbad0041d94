import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeOf, openHost, type TestHost } from './testing.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-node-file-'));
  await mkdir(join(folder, 'parts'));
});
afterAll(() => rm(folder, { recursive: true }));

async function openNode(xml: string): Promise<TestHost> {
  const path = join(folder, `${crypto.randomUUID()}.xml`);
  await writeFile(path, xml);
  return openHost(`test://${path}`);
}

const guest = (name: string, inner = ''): string =>
  `<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><name>${name}</name><memory>1024</memory><os><type>hvm</type></os>${inner}</domain>`;

describe('a node file', () => {
  it('describes the host', async () => {
    const { slots } = await openNode(
      '<node><cpu><mhz>6000</mhz><model>i986</model><active>50</active><nodes>4</nodes><sockets>4</sockets><cores>4</cores><threads>2</threads></cpu><memory>8192000</memory></node>',
    );
    expect(await slots.nodeGetInfo({})).toEqual({
      model: 'i986',
      memory: 8_192_000n,
      cpus: 50,
      mhz: 6000,
      nodes: 4,
      sockets: 4,
      cores: 4,
      threads: 2,
    });
    expect(await slots.connectGetCapabilities({})).not.toContain('<topology>');
  });

  it('says in which state each guest is found, and drops its own elements from the definition', async () => {
    const { slots } = await openNode(
      `<node>${guest('run')}${guest('off', '<test:runstate>5</test:runstate>')}${guest('paused', '<test:runstate>3</test:runstate><test:transient/>')}${guest('saved', '<test:runstate>5</test:runstate><test:hasmanagedsave/>')}</node>`,
    );
    const found = await Promise.all(
      (await slots.connectListAllDomains({ flags: 0 })).map(async (dom) => {
        const { state } = await slots.domainGetState({ dom, flags: 0 });
        return [
          dom.name,
          dom.id,
          state,
          await slots.domainIsPersistent({ dom }),
          await slots.domainHasManagedSaveImage({ dom, flags: 0 }),
        ];
      }),
    );
    expect(found).toEqual([
      ['run', 1, 1, 1, 0],
      ['off', -1, 5, 1, 0],
      ['paused', 2, 3, 0, 0],
      ['saved', -1, 5, 1, 1],
    ]);
    const dom = await slots.domainLookupByName({ name: 'saved' });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).not.toContain('test:');
  });

  it('takes objects from files of their own, relative to the one that names them', async () => {
    await writeFile(join(folder, 'parts/guest.xml'), guest('far', '<test:domainsnapshot file="snap.xml"/>'));
    await writeFile(
      join(folder, 'parts/snap.xml'),
      '<domainsnapshot><name>s</name><creationTime>5</creationTime><state>running</state><active>1</active></domainsnapshot>',
    );
    await writeFile(
      join(folder, 'parts/vol.xml'),
      "<volume><name>v.img</name><capacity unit='M'>1</capacity></volume>",
    );
    const { slots } = await openNode(
      "<node><domain file='parts/guest.xml'/><pool type='dir'><name>p</name><target><path>/p</path></target><volume file='parts/vol.xml'/><volume><name>w.img</name><capacity>1024</capacity></volume></pool></node>",
    );
    const dom = await slots.domainLookupByName({ name: 'far' });
    expect((await slots.domainSnapshotCurrent({ dom, flags: 0 })).name).toBe('s');
    const pool = await slots.storagePoolLookupByName({ name: 'p' });
    expect(await slots.storagePoolListVolumes({ pool, maxnames: 10 })).toEqual(['v.img', 'w.img']);
    expect((await slots.storageVolLookupByPath({ path: '/p/v.img' })).name).toBe('v.img');
  });

  it('keeps trees of snapshots, whatever their order', async () => {
    const snap = (name: string, inner = ''): string =>
      `<test:domainsnapshot><name>${name}</name><creationTime>1</creationTime><state>shutoff</state>${inner}</test:domainsnapshot>`;
    const { slots } = await openNode(
      `<node>${guest('a', snap('child', '<parent><name>root</name></parent><active>1</active>') + snap('root'))}</node>`,
    );
    const dom = await slots.domainLookupByName({ name: 'a' });
    expect((await slots.domainListAllSnapshots({ dom, flags: 1024 })).map(({ name }) => name)).toEqual([
      'root',
      'child',
    ]);
    expect((await slots.domainSnapshotCurrent({ dom, flags: 0 })).name).toBe('child');
    expect(await codeOf(openNode(`<node>${guest('a', snap('x', '<parent><name>y</name></parent>'))}</node>`))).toBe(
      'VIR_ERR_INVALID_ARG',
    );
    expect(
      await codeOf(
        openNode(`<node>${guest('a', snap('x', '<active>1</active>') + snap('y', '<active>1</active>'))}</node>`),
      ),
    ).toBe('VIR_ERR_INTERNAL_ERROR');
  });

  it('may hold networks, interfaces, devices, secrets and filters', async () => {
    const { slots } = await openNode(`<node>
      <network><name>n</name><forward/><bridge name='b0'/><ip address='10.1.2.1' netmask='255.255.255.0'><dhcp><range start='10.1.2.100' end='10.1.2.200'/></dhcp></ip></network>
      <interface type='ethernet' name='eth7'><mac address='52:54:00:00:00:07'/></interface>
      <device><name>computer</name><capability type='system'/></device>
      <secret><usage type='volume'><volume>/v</volume></usage></secret>
      <filter name='f'/>
    </node>`);
    const net = await slots.networkLookupByName({ name: 'n' });
    expect(await slots.networkIsActive({ net })).toBe(1);
    expect((await slots.interfaceLookupByMacString({ mac: '52:54:00:00:00:07' })).name).toBe('eth7');
    expect(await slots.nodeNumOfDevices({ cap: 'system', flags: 0 })).toBe(1);
    expect((await slots.secretLookupByUsage({ usageType: 1, usageID: '/v' })).usageID).toBe('/v');
    expect(await slots.connectListNwfilters({ maxnames: 5 })).toEqual(['f']);
  });

  it('is refused with the file, the line and the column of what is wrong', async () => {
    const refusals: [xml: string, message: RegExp][] = [
      ['<node>\n  <domain type="test">', /\.xml: .*line 2/],
      ['<nodes/>', /expecting root element of 'node', not 'nodes' \(line 1, column 1\)/],
      [`<node>\n\n${guest('a').replace('1024', 'lots')}</node>`, /memory.*lots.*line 3/],
      [
        `<node>\n${guest('a', '\n  <test:runstate>9</test:runstate>')}</node>`,
        /runstate '9' out of range.*line 3, column 3/,
      ],
      [`<node>${guest('a', '<test:runstate>x</test:runstate>')}</node>`, /invalid runstate 'x'/],
      [
        `<node>${guest('a', '<test:runstate>5</test:runstate><test:transient/>')}</node>`,
        /transient domain cannot have runstate 'shutoff'/,
      ],
      [`<node>${guest('a', '<test:hasmanagedsave/>')}</node>`, /can only have runstate 'shutoff'/],
      ['<node>\n<cpu><mhz>fast</mhz></cpu></node>', /invalid node cpu mhz value 'fast'.*line 2, column 6/],
      [`<node><cpu><model>${'x'.repeat(40)}</model></cpu></node>`, /too big for destination/],
      ['<node><auth><user> </user></auth></node>', /missing username/],
      ["<node><domain file='nowhere.xml'/></node>", /cannot read the node file '.*nowhere.xml'.*ENOENT/],
      [`<node>${guest('a')}${guest('a')}</node>`, /domain 'a' already exists/],
    ];
    for (const [xml, message] of refusals) await expect(openNode(xml)).rejects.toThrow(message);
    await expect(openHost('test:///no/such/file.xml')).rejects.toThrow(/cannot read the node file/);
  });
});
