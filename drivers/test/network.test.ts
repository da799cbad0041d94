import { describe, expect, it } from 'vitest';
import { codeOf, domainXml, openHost } from './testing.ts';

const networkXml =
  "<network><name>lab</name><forward/><bridge name='virbr7'/><ip address='10.9.0.1' netmask='255.255.255.0'><dhcp><range start='10.9.0.10' end='10.9.0.20'/></dhcp></ip></network>";

describe('networks', () => {
  it("live as libvirt's do, with events", async () => {
    const { slots, heard } = await openHost();
    const net = await slots.networkDefineXml({ xml: networkXml });
    expect(await slots.networkIsActive({ net })).toBe(0);
    await slots.networkCreate({ net });
    expect(await codeOf(slots.networkCreate({ net }))).toBe('VIR_ERR_OPERATION_INVALID');
    expect(await codeOf(slots.networkUndefine({ net }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.networkSetAutostart({ net, autostart: 1 });
    expect((await slots.connectListAllNetworks({ flags: 16 })).map(({ name }) => name)).toEqual(['lab']);
    await slots.networkDestroy({ net });
    expect(await codeOf(slots.networkDestroy({ net }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.networkUndefine({ net });
    expect(await codeOf(slots.networkLookupByName({ name: 'lab' }))).toBe('VIR_ERR_NO_NETWORK');
    expect(heard).toEqual(['network 0 0 0', 'network 0 2 0', 'network 0 3 0', 'network 0 1 0']);
  });

  it('that were only created are gone when they stop', async () => {
    const { slots } = await openHost();
    const net = await slots.networkCreateXml({ xml: networkXml });
    expect(await slots.networkIsPersistent({ net })).toBe(0);
    expect(await codeOf(slots.networkSetAutostart({ net, autostart: 1 }))).toBe('VIR_ERR_OPERATION_INVALID');
    expect(
      await codeOf(slots.networkCreateXml({ xml: networkXml.replace('</name>', `</name><uuid>${net.uuid}</uuid>`) })),
    ).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.networkDestroy({ net });
    expect(await codeOf(slots.networkGetXmlDesc({ net, flags: 0 }))).toBe('VIR_ERR_NO_NETWORK');
  });

  it('have parts that change one by one, live and stored apart', async () => {
    const { slots } = await openHost();
    const net = await slots.networkDefineXml({ xml: networkXml });
    await slots.networkCreate({ net });
    const update = (command: number, section: number, xml: string, flags = 0): Promise<void> =>
      slots.networkUpdate({ net, command, section, parentIndex: -1, xml, flags });
    const host = "<host mac='52:54:00:00:00:01' name='a' ip='10.9.0.11'/>";
    await update(3, 4, host);
    expect(await slots.networkGetXmlDesc({ net, flags: 0 })).toContain(host);
    expect(await slots.networkGetXmlDesc({ net, flags: 1 })).not.toContain(host);
    await update(4, 4, "<host mac='52:54:00:00:00:02' ip='10.9.0.12'/>", 1 | 2);
    await update(1, 4, "<host mac='52:54:00:00:00:01' name='a' ip='10.9.0.11'/>".replace("name='a' ", "name='a' "));
    await update(3, 9, "<portgroup name='fast'/>", 2);
    await update(3, 10, "<host ip='10.9.0.5'><hostname>five</hostname></host>");
    expect(await slots.networkGetXmlDesc({ net, flags: 1 })).toContain("<portgroup name='fast'");
    await update(2, 4, "<host mac='52:54:00:00:00:01'/>");
    expect(await slots.networkGetXmlDesc({ net, flags: 0 })).not.toContain("name='a'");
    expect(await codeOf(update(2, 4, "<host mac='52:54:00:00:00:09'/>"))).toBe('VIR_ERR_OPERATION_INVALID');
    expect(await codeOf(update(3, 9, "<portgroup name='fast'/>", 2))).toBe('VIR_ERR_OPERATION_INVALID');
    expect(await codeOf(update(1, 5, "<range start='10.9.0.10' end='10.9.0.20'/>"))).toBe(
      'VIR_ERR_OPERATION_UNSUPPORTED',
    );
    expect(await codeOf(update(3, 1, '<bridge/>'))).toBe('VIR_ERR_NO_SUPPORT');
    expect(await codeOf(update(3, 4, '<nonsense/>'))).toBe('VIR_ERR_XML_ERROR');
  });

  it('hand out addresses and ports to the guests on them', async () => {
    const { slots, clock } = await openHost();
    const net = await slots.networkDefineXml({ xml: networkXml });
    await slots.networkCreate({ net });
    const dom = await slots.domainCreateXml({
      xmlDesc: domainXml('web').replace("network='default'", "network='lab'"),
      flags: 0,
    });
    const [lease] = await slots.networkGetDhcpLeases({ net, mac: null, flags: 0 });
    expect(lease).toMatchObject({
      iface: 'virbr7',
      mac: '52:54:00:aa:bb:01',
      hostname: 'webhost',
      prefix: 24,
      type: 0,
    });
    expect(lease!.ipaddr).toMatch(/^10\.9\.0\.(1\d|20)$/);
    expect(Number(lease!.expirytime)).toBeGreaterThan(clock.nowMs() / 1000);
    expect(await slots.networkGetDhcpLeases({ net, mac: '52:54:00:00:00:00', flags: 0 })).toEqual([]);
    const [port] = await slots.networkListAllPorts({ network: net, flags: 0 });
    const xml = await slots.networkPortGetXmlDesc({ port: port!, flags: 0 });
    expect(xml).toContain('<name>web</name>');
    await slots.networkPortSetParameters({
      port: port!,
      params: [{ field: 'inbound.average', type: 'uint', value: 100 }],
      flags: 0,
    });
    expect((await slots.networkPortGetParameters({ port: port!, flags: 0 }))[0]).toEqual({
      field: 'inbound.average',
      type: 'uint',
      value: 100,
    });
    await slots.domainDestroy({ dom });
    await slots.networkPortDelete({ port: port!, flags: 0 });
    expect(await slots.networkListAllPorts({ network: net, flags: 0 })).toEqual([]);
    expect(await codeOf(slots.networkPortLookupByUuid({ network: net, uuid: port!.uuid }))).toBe(
      'VIR_ERR_NO_NETWORK_PORT',
    );
    const made = await slots.networkPortCreateXml({ network: net, xml, flags: 0 });
    expect(made.uuid).toBe(port!.uuid);
    expect(await codeOf(slots.networkPortCreateXml({ network: net, xml, flags: 0 }))).toBe('VIR_ERR_INTERNAL_ERROR');
  });

  it('carry metadata and refuse what is wrong', async () => {
    const { slots, heard } = await openHost();
    const network = await slots.networkDefineXml({ xml: networkXml });
    heard.length = 0;
    await slots.networkSetMetadata({ network, type: 1, metadata: 'Lab', key: null, uri: null, flags: 0 });
    expect(await slots.networkGetMetadata({ network, type: 1, uri: null, flags: 0 })).toBe('Lab');
    expect(heard).toEqual(['network 1']);
    expect(await codeOf(slots.networkGetMetadata({ network, type: 0, uri: null, flags: 0 }))).toBe(
      'VIR_ERR_NO_NETWORK_METADATA',
    );
    expect(await codeOf(slots.networkDefineXml({ xml: '<network/>' }))).toBe('VIR_ERR_NO_NAME');
    expect(
      await codeOf(
        slots.networkDefineXml({
          xml: networkXml.replace('</name>', '</name><uuid>dd8fe884-6c02-601e-7551-cca97df1c5df</uuid>'),
        }),
      ),
    ).toBe('VIR_ERR_OPERATION_FAILED');
    const bare = await slots.networkDefineXml({ xml: '<network><name>bare</name></network>' });
    expect(await codeOf(slots.networkGetBridgeName({ net: bare }))).toBe('VIR_ERR_INTERNAL_ERROR');
  });
});
