import { describe, expect, it } from 'vitest';

import { type SlotName, notSupported } from './core.ts';
import { Domain } from './domain.ts';
import { slotProcedures } from './driver-slots.gen.ts';
import { VIR_DOMAIN_AFFECT_LIVE, VIR_DOMAIN_XML_SECURE } from './enums.gen.ts';
import { VirError } from './error.ts';
import { failOnLeaks } from './fail-on-leaks.ts';
import { fakeConnection, fakeDomain } from './fake-session.ts';
import { isDeniedReadOnly } from './read-only.ts';

failOnLeaks();

describe('a call', () => {
  it('reaches the slot with its arguments and options, as a method of the table', async () => {
    const calls: unknown[] = [];
    const slots = {
      mark: 'the table',
      async domainSuspend(...args: unknown[]): Promise<void> {
        calls.push([this.mark, ...args]);
      },
    };
    const { connection } = fakeConnection(slots);
    const options = { timeoutMs: 5 };
    await new Domain(connection.core, fakeDomain).suspend(options);
    await connection.close();
    expect(calls).toEqual([['the table', { dom: fakeDomain }, options]]);
  });

  it("fails with libvirt's code and words where the driver lacks the slot", async () => {
    const { connection } = fakeConnection();
    const failed = connection.networkLookupByName('default');
    await expect(failed).rejects.toMatchObject({
      code: 3,
      domain: 19,
      message: 'this function is not supported by the connection driver: virNetworkLookupByName',
    });
    await connection.close();
  });

  it('fails after close, naming the function and the URI', async () => {
    const { connection } = fakeConnection({ connectGetHostname: async () => 'h' });
    await connection.close();
    await expect(connection.getHostname()).rejects.toMatchObject({
      codeName: 'VIR_ERR_INVALID_CONN',
      message: 'virConnectGetHostname was called on the connection to fake:///default, which is closed; connect again',
    });
  });

  it('does not start when its signal is aborted already', async () => {
    const { connection } = fakeConnection({ connectGetHostname: async () => 'h' });
    const failed = connection.getHostname({ signal: AbortSignal.abort('enough') });
    await expect(failed).rejects.toMatchObject({ codeName: 'VIR_ERR_OPERATION_ABORTED', cause: 'enough' });
    await connection.close();
  });

  it('makes the highest flag unsigned', async () => {
    const { connection } = fakeConnection({
      connectListAllNodeDevices: async ({ flags }) => [{ name: String(flags) }],
    });
    const [device] = await connection.listAllNodeDevices((1 << 31) | 1);
    expect(device?.getName()).toBe('2147483649');
    await connection.close();
  });

  it.each([
    [{ name: undefined as unknown as string }, "virDomainLookupByName was called without 'name'"],
    [{ name: 'a\0b' }, "virDomainLookupByName: 'name' contains a NUL character"],
  ])('refuses arguments no driver could take (%#)', async (args, message) => {
    const { connection } = fakeConnection({ domainLookupByName: async () => fakeDomain });
    await expect(connection.core.call('domainLookupByName', args)).rejects.toThrow(message);
    await connection.close();
  });

  it('refuses a number that is not whole', async () => {
    const { connection } = fakeConnection({ domainLookupById: async () => fakeDomain });
    await expect(connection.domainLookupByID(1.5)).rejects.toThrow(
      "'id' is 1.5, which is not a whole number of 32 bits",
    );
    await connection.close();
  });
});

describe('a call without an answer', () => {
  it('may have been done where it changes something, and never where it only looks', async () => {
    const lost = new VirError({ code: 39, domain: 7, message: 'the link ended', maybeDone: true, linkLost: true });
    const fail = (): Promise<never> => Promise.reject(lost);
    const { connection } = fakeConnection({ domainSuspend: fail, domainGetXmlDesc: fail });
    const domain = new Domain(connection.core, fakeDomain);
    await expect(domain.suspend()).rejects.toMatchObject({ maybeDone: true, linkLost: true });
    await expect(domain.getXMLDesc()).rejects.toMatchObject({
      code: 39,
      message: 'the link ended',
      maybeDone: false,
      linkLost: true,
    });
    await connection.close();
  });
});

describe('a pair of functions with and without flags', () => {
  type Call = [string, unknown];

  function record(...names: SlotName[]): { calls: Call[]; domain: Domain; close: () => Promise<void> } {
    const calls: Call[] = [];
    const slots = Object.fromEntries(
      names.map((name) => [name, async (args: unknown) => void calls.push([name, args])]),
    );
    const { connection } = fakeConnection(slots);
    return { calls, domain: new Domain(connection.core, fakeDomain), close: () => connection.close() };
  }

  const both: SlotName[] = ['domainAttachDevice', 'domainAttachDeviceFlags'];
  const plain = { dom: fakeDomain, xml: '<x/>' };

  it('is the plain one without flags and the other with flags, 0 included', async () => {
    const { calls, domain, close } = record(...both);
    await domain.attachDevice('<x/>');
    await domain.attachDevice('<x/>', 0);
    await close();
    expect(calls).toEqual([
      ['domainAttachDevice', plain],
      ['domainAttachDeviceFlags', { ...plain, flags: 0 }],
    ]);
  });

  it('is the one the driver has, where the two mean the same', async () => {
    const onlyFlags = record('domainAttachDeviceFlags');
    await onlyFlags.domain.attachDevice('<x/>');
    await onlyFlags.close();
    expect(onlyFlags.calls).toEqual([['domainAttachDeviceFlags', { ...plain, flags: VIR_DOMAIN_AFFECT_LIVE }]]);
    const onlyPlain = record('domainAttachDevice');
    await onlyPlain.domain.attachDevice('<x/>', VIR_DOMAIN_AFFECT_LIVE);
    await onlyPlain.close();
    expect(onlyPlain.calls).toEqual([['domainAttachDevice', plain]]);
  });

  it('is not supported where only the plain one is there and flags ask for more', async () => {
    const { domain, close } = record('domainAttachDevice');
    await expect(domain.attachDevice('<x/>', 2)).rejects.toThrow(notSupported('virDomainAttachDeviceFlags').message);
    await close();
  });
});

describe('a read-only connection', () => {
  it('is refused what changes something, before the driver hears of it', async () => {
    const { connection } = fakeConnection({ domainSuspend: () => expect.unreachable() }, true);
    await expect(new Domain(connection.core, fakeDomain).suspend()).rejects.toMatchObject({
      codeName: 'VIR_ERR_OPERATION_DENIED',
      domainName: 'VIR_FROM_DOMAIN',
      message: 'operation forbidden: read only access prevents virDomainSuspend',
    });
    await connection.close();
  });

  it('may look, but not at secrets', async () => {
    const { connection } = fakeConnection({ domainGetXmlDesc: async () => '<domain/>' }, true);
    const domain = new Domain(connection.core, fakeDomain);
    await expect(domain.getXMLDesc()).resolves.toBe('<domain/>');
    await expect(domain.getXMLDesc(VIR_DOMAIN_XML_SECURE)).rejects.toThrow(
      'operation forbidden: virDomainGetXMLDesc with secure flag',
    );
    await connection.close();
  });

  it('may ask the host for addresses, but not the agent', async () => {
    const { connection } = fakeConnection({ domainInterfaceAddresses: async () => [] }, true);
    const domain = new Domain(connection.core, fakeDomain);
    await expect(domain.interfaceAddresses(0)).resolves.toEqual([]);
    await expect(domain.interfaceAddresses(1)).rejects.toThrow('read only access prevents virDomainInterfaceAddresses');
    await connection.close();
  });

  // Seen from libvirt 9.0.0 itself: each function was called on a read-only connection to its test driver.
  it('is allowed what libvirt allows', () => {
    const seen =
      'connectBaselineCpu connectCompareCpu connectGetAllDomainStats connectGetCapabilities connectGetHostname ' +
      'connectListAllDomains connectNumOfDomains connectSetIdentity domainBackupGetXmlDesc domainBlockStats ' +
      'domainGetBlockJobInfo domainGetCpuStats domainGetMetadata domainGetState domainGetXmlDesc ' +
      'domainHasCurrentSnapshot domainInterfaceStats domainIsActive domainLookupByName domainManagedSaveGetXmlDesc ' +
      'domainMemoryStats domainMigrateGetMaxDowntime domainSnapshotCurrent domainSnapshotNum ' +
      'domainSnapshotListNames domainSnapshotNumChildren interfaceLookupByMacString networkGetDhcpLeases ' +
      'networkListAllPorts nodeDeviceLookupScsiHostByWwn nodeGetInfo nodeListDevices storagePoolNumOfVolumes ' +
      'storageVolGetPath';
    expect(seen.split(' ').filter((slot) => isDeniedReadOnly(slot as SlotName))).toEqual([]);
  });

  it('is refused what libvirt refuses, although some of it only looks', () => {
    const seen =
      'connectBaselineHypervisorCpu connectCompareHypervisorCpu connectDomainXmlToNative ' +
      'connectFindStoragePoolSources connectGetDomainCapabilities domainAuthorizedSshKeysGet domainBlockPeek ' +
      'domainCreateXml domainGetFsinfo domainGetGuestInfo domainGetGuestVcpus domainGetHostname ' +
      'domainGetLaunchSecurityInfo domainGetTime domainMemoryPeek domainMigrateGetMaxSpeed domainOpenConsole ' +
      'domainSaveImageGetXmlDesc domainScreenshot domainSetMemoryStatsPeriod nodeDeviceGetAutostart nodeGetSevInfo ' +
      'qemuDomainMonitorCommand secretGetValue storagePoolRefresh storageVolDownload';
    expect(seen.split(' ').filter((slot) => !isDeniedReadOnly(slot as SlotName))).toEqual([]);
  });
});

describe('supports', () => {
  it('answers for slots, C functions and events', async () => {
    const { connection } = fakeConnection({ domainSuspend: async () => undefined });
    expect(connection.supports('domainSuspend')).toBe(true);
    expect(connection.supports('virDomainSuspend')).toBe(true);
    expect(connection.supports('virDomainResume')).toBe(false);
    expect(connection.supports('virConnectDomainEventRegisterAny')).toBe(true);
    expect(() => connection.supports('virDomainSuspnd')).toThrow("'virDomainSuspnd' is no function");
    await connection.close();
  });

  it('remembers that a server said no to the function, not that it said no to one object', async () => {
    const { connection } = fakeConnection({
      connectGetSysinfo: async () => {
        throw notSupported('virConnectGetSysinfo');
      },
      connectGetHostname: async () => {
        throw new VirError({ code: 3, domain: 0, message: 'this function is not supported: not for this one' });
      },
    });
    await connection.getSysinfo().catch(() => undefined);
    await connection.getHostname().catch(() => undefined);
    expect([connection.supports('connectGetSysinfo'), connection.supports('connectGetHostname')]).toEqual([
      false,
      true,
    ]);
    await connection.close();
  });

  it('has the error in advance', async () => {
    const { connection } = fakeConnection({ domainSuspend: async () => undefined }, true);
    expect(connection.refusal('virConnectGetHostname')?.codeName).toBe('VIR_ERR_NO_SUPPORT');
    expect(connection.refusal('virDomainSuspend')?.codeName).toBe('VIR_ERR_OPERATION_DENIED');
    await connection.close();
    expect(connection.refusal('virDomainSuspend')?.codeName).toBe('VIR_ERR_INVALID_CONN');
    expect(connection.refusal('virConnectSecretEventRegisterAny')?.codeName).toBe('VIR_ERR_INVALID_CONN');
  });
});

it('every slot is named after the C function it stands for', () => {
  const strange = Object.entries(slotProcedures).filter(([slot, { api }]) => {
    const plain = slot.replace(/^(qemu|lxc)Domain/, 'Domain$1');
    return api !== null && plain.toLowerCase() !== api.slice(3).toLowerCase();
  });
  expect(strange).toEqual([]);
});
