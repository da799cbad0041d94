import { describe, expect, it } from 'vitest';
import { codeOf, openHost } from './testing.ts';

const uuid = '11111111-2222-4333-8444-555555555555';

describe('interfaces of the host', () => {
  it('start, stop and change in transactions', async () => {
    const { slots } = await openHost();
    const iface = await slots.interfaceLookupByName({ name: 'eth1' });
    expect(iface.mac).toBe('aa:bb:cc:dd:ee:ff');
    await slots.interfaceDestroy({ iface, flags: 0 });
    expect(await codeOf(slots.interfaceDestroy({ iface, flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    expect((await slots.connectListAllInterfaces({ flags: 1 })).length).toBe(1);
    await slots.interfaceChangeBegin({ flags: 0 });
    expect(await codeOf(slots.interfaceChangeBegin({ flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.interfaceUndefine({ iface });
    await slots.interfaceDefineXml({
      xml: "<interface type='ethernet' name='eth2'><mac address='aa:bb:cc:dd:ee:02'/></interface>",
      flags: 0,
    });
    await slots.interfaceChangeRollback({ flags: 0 });
    expect((await slots.connectListAllInterfaces({ flags: 0 })).map(({ name }) => name)).toEqual(['eth1']);
    expect(await codeOf(slots.interfaceChangeCommit({ flags: 0 }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.interfaceChangeBegin({ flags: 0 });
    await slots.interfaceCreate({ iface, flags: 0 });
    await slots.interfaceChangeCommit({ flags: 0 });
    expect(await slots.interfaceIsActive({ iface })).toBe(1);
    expect(await codeOf(slots.interfaceLookupByName({ name: 'eth9' }))).toBe('VIR_ERR_NO_INTERFACE');
    await slots.interfaceDefineXml({
      xml: "<interface type='ethernet' name='eth3'><mac address='aa:bb:cc:dd:ee:ff'/></interface>",
      flags: 0,
    });
    expect(await codeOf(slots.interfaceLookupByMacString({ mac: 'AA:BB:CC:DD:EE:FF' }))).toBe(
      'VIR_ERR_MULTIPLE_INTERFACES',
    );
  });
});

describe('node devices', () => {
  it('are listed by capability', async () => {
    const { slots } = await openHost();
    const names = async (flags: number): Promise<string[]> =>
      (await slots.connectListAllNodeDevices({ flags })).map(({ name }) => name);
    expect(await names(0)).toEqual(['computer', 'scsi_host1', 'scsi_host2', 'scsi_host11']);
    expect(await names(1)).toEqual(['computer']);
    expect(await names(1 << 10)).toEqual(['scsi_host1', 'scsi_host2']);
    expect(await slots.nodeNumOfDevices({ cap: 'fc_host', flags: 0 })).toBe(3);
    expect(await slots.nodeDeviceGetParent({ name: 'computer' })).toBeNull();
    expect(await slots.nodeDeviceListCaps({ name: 'scsi_host1', maxnames: 9 })).toEqual(['scsi_host']);
    expect(await codeOf(slots.nodeDeviceGetXmlDesc({ name: 'nope', flags: 0 }))).toBe('VIR_ERR_NO_NODE_DEVICE');
  });

  it('include virtual ones that come and go', async () => {
    const { slots, heard } = await openHost();
    const xmlDesc =
      "<device><parent>scsi_host1</parent><capability type='scsi_host'><capability type='fc_host'><wwnn>2000000012341235</wwnn><wwpn>1000000012341235</wwpn></capability></capability></device>";
    const { name } = await slots.nodeDeviceCreateXml({ xmlDesc, flags: 0 });
    expect(await slots.nodeDeviceGetXmlDesc({ name, flags: 0 })).toContain('<wwpn>1000000012341235</wwpn>');
    await slots.nodeDeviceDestroy({ name });
    expect(heard).toEqual(['nodeDevice 0 0 0', 'nodeDevice 0 1 0']);
    expect(await codeOf(slots.nodeDeviceDestroy({ name: 'computer' }))).toBe('VIR_ERR_INTERNAL_ERROR');
    expect(
      await codeOf(slots.nodeDeviceCreateXml({ xmlDesc: xmlDesc.replace('scsi_host1<', 'scsi_host11<'), flags: 0 })),
    ).toBe('VIR_ERR_INTERNAL_ERROR');
    expect(await codeOf(slots.nodeDeviceReset({ name: 'scsi_host1' }))).toBe('VIR_ERR_INVALID_ARG');
  });

  it('include mediated ones that are defined', async () => {
    const { slots, heard } = await openHost();
    const xmlDesc = `<device><parent>computer</parent><capability type='mdev'><type id='test-type'/><uuid>${uuid}</uuid></capability></device>`;
    const { name } = await slots.nodeDeviceDefineXml({ xmlDesc, flags: 0 });
    expect(name).toContain(uuid.replaceAll('-', '_'));
    expect(await slots.nodeDeviceIsActive({ name })).toBe(0);
    expect((await slots.connectListAllNodeDevices({ flags: 1 << 30 })).map((device) => device.name)).toEqual([name]);
    await slots.nodeDeviceCreate({ name, flags: 0 });
    await slots.nodeDeviceSetAutostart({ name, autostart: 1 });
    await slots.nodeDeviceDestroy({ name });
    await slots.nodeDeviceUndefine({ name, flags: 0 });
    expect(heard).toEqual([2, 0, 1, 3].map((event) => `nodeDevice 0 ${event} 0`));
    expect(await codeOf(slots.nodeDeviceLookupByName({ name }))).toBe('VIR_ERR_NO_NODE_DEVICE');
  });
});

describe('secrets', () => {
  it('keep their values, and private ones to themselves', async () => {
    const { slots, heard } = await openHost();
    const xml = (isPrivate: string): string =>
      `<secret ephemeral='no' private='${isPrivate}'><uuid>${uuid}</uuid><usage type='volume'><volume>/v</volume></usage></secret>`;
    const secret = await slots.secretDefineXml({ xml: xml('no'), flags: 0 });
    expect(secret).toEqual({ uuid, usageType: 1, usageID: '/v' });
    expect(await codeOf(slots.secretGetValue({ secret, flags: 0 }))).toBe('VIR_ERR_NO_SECRET');
    await slots.secretSetValue({ secret, value: Buffer.from('key'), flags: 0 });
    expect(Buffer.from(await slots.secretGetValue({ secret, flags: 0 })).toString()).toBe('key');
    await slots.secretDefineXml({ xml: xml('yes'), flags: 0 });
    expect(await codeOf(slots.secretGetValue({ secret, flags: 0 }))).toBe('VIR_ERR_INVALID_SECRET');
    expect(await codeOf(slots.secretDefineXml({ xml: xml('no'), flags: 0 }))).toBe('VIR_ERR_OPERATION_DENIED');
    expect(
      await codeOf(slots.secretDefineXml({ xml: xml('yes').replace(uuid, uuid.replace('1', '2')), flags: 0 })),
    ).toBe('VIR_ERR_INTERNAL_ERROR');
    expect((await slots.connectListAllSecrets({ flags: 4 })).length).toBe(1);
    await slots.secretUndefine({ secret });
    expect(await codeOf(slots.secretLookupByUuid({ uuid }))).toBe('VIR_ERR_NO_SECRET');
    expect(heard).toEqual(['secret 0 0 0', 'secret 1', 'secret 0 0 0', 'secret 0 1 0']);
  });
});

describe('network filters', () => {
  it('are kept as long as something uses them', async () => {
    const { slots } = await openHost();
    const base = await slots.nwfilterDefineXml({
      xml: "<filter name='base'><rule action='accept' direction='out'/></filter>",
    });
    const top = await slots.nwfilterDefineXml({ xml: "<filter name='top'><filterref filter='base'/></filter>" });
    expect(await slots.nwfilterGetXmlDesc({ nwfilter: top, flags: 0 })).toContain("<filterref filter='base'/>");
    expect(await codeOf(slots.nwfilterUndefine({ nwfilter: base }))).toBe('VIR_ERR_OPERATION_INVALID');
    expect(
      await codeOf(
        slots.nwfilterDefineXml({
          xml: `<filter name='base'><uuid>${base.uuid}</uuid><filterref filter='top'/></filter>`,
        }),
      ),
    ).toBe('VIR_ERR_OPERATION_FAILED');
    const xml = `<filterbinding><owner><name>web</name><uuid>${uuid}</uuid></owner><portdev name='vnet0'/><mac address='52:54:00:00:00:01'/><filterref filter='top'/></filterbinding>`;
    const binding = await slots.nwfilterBindingCreateXml({ xml, flags: 0 });
    expect(binding).toEqual({ portdev: 'vnet0', filtername: 'top' });
    expect(await codeOf(slots.nwfilterUndefine({ nwfilter: top }))).toBe('VIR_ERR_OPERATION_INVALID');
    expect(await codeOf(slots.nwfilterBindingCreateXml({ xml, flags: 0 }))).toBe('VIR_ERR_OPERATION_FAILED');
    expect(
      await codeOf(
        slots.nwfilterBindingCreateXml({ xml: xml.replace('vnet0', 'vnet1').replace("'top'", "'none'"), flags: 0 }),
      ),
    ).toBe('VIR_ERR_INTERNAL_ERROR');
    await slots.nwfilterBindingDelete({ nwfilter: binding });
    expect(await codeOf(slots.nwfilterBindingLookupByPortDev({ name: 'vnet0' }))).toBe('VIR_ERR_NO_NWFILTER_BINDING');
    await slots.nwfilterUndefine({ nwfilter: top });
    expect(await slots.connectNumOfNwfilters({})).toBe(1);
  });
});
