import { describe, expect, it } from 'vitest';
import type { DomainRef, TypedParam } from '../driver.ts';
import { codeOf, domainXml, openHost, type TestHost } from './testing.ts';

async function withGuest(isRunning = true): Promise<TestHost & { dom: DomainRef }> {
  const host = await openHost();
  const dom = await host.slots.domainDefineXml({ xml: domainXml('web') });
  if (isRunning) await host.slots.domainCreate({ dom });
  host.heard.length = 0;
  return { ...host, dom };
}
const live = 1;
const config = 2;

describe('memory', () => {
  it('is changed live, in the configuration, or both', async () => {
    const { slots, dom, heard } = await withGuest();
    const current = async (flags: number): Promise<string> =>
      /<currentMemory[^>]*>(\d+)/.exec(await slots.domainGetXmlDesc({ dom, flags }))![1]!;
    await slots.domainSetMemory({ dom, memory: 500_000n });
    expect([await current(0), await current(2)]).toEqual(['500000', '1048576']);
    expect(heard).toEqual(['domain 13']);
    await slots.domainSetMemoryFlags({ dom, memory: 400_000n, flags: live | config });
    expect([await current(0), await current(2)]).toEqual(['400000', '400000']);
    expect((await slots.domainGetInfo({ dom })).memory).toBe(400_000n);
  });

  it('stays within its maximum, which only an inactive guest changes', async () => {
    const { slots, dom } = await withGuest();
    expect(await codeOf(slots.domainSetMemory({ dom, memory: 9_999_999n }))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(slots.domainSetMaxMemory({ dom, memory: 2_000_000n }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.domainDestroy({ dom });
    expect(await codeOf(slots.domainSetMemory({ dom, memory: 1n }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.domainSetMaxMemory({ dom, memory: 500_000n });
    expect(await slots.domainGetMaxMemory({ dom })).toBe(500_000n);
    expect((await slots.domainGetInfo({ dom })).memory).toBe(500_000n);
  });

  it('has limits that fit each other', async () => {
    const { slots, dom } = await withGuest();
    const set = (field: string, value: bigint): Promise<void> =>
      slots.domainSetMemoryParameters({ dom, params: [{ field, type: 'ullong', value }], flags: 0 });
    const unlimited = 9_007_199_254_740_991n;
    expect((await slots.domainGetMemoryParameters({ dom, flags: 0 })).map(({ value }) => value)).toEqual([
      unlimited,
      unlimited,
      unlimited,
    ]);
    expect(await codeOf(set('swap_hard_limit', 2000n))).toBe('VIR_ERR_INVALID_ARG');
    await set('hard_limit', 1000n);
    await set('swap_hard_limit', 2000n);
    expect(await codeOf(set('hard_limit', 3000n))).toBe('VIR_ERR_INVALID_ARG');
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toContain("<hard_limit unit='KiB'>1000</hard_limit>");
    expect(
      await codeOf(
        slots.domainSetMemoryParameters({ dom, params: [{ field: 'hard_limit', type: 'uint', value: 1 }], flags: 0 }),
      ),
    ).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(set('nope', 1n))).toBe('VIR_ERR_ARGUMENT_UNSUPPORTED');
  });

  it('tells statistics at the period that was set', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainSetMemoryStatsPeriod({ dom, period: 5, flags: 0 });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toContain("<stats period='5'/>");
  });
});

describe('vCPUs', () => {
  it('are counted and set, live and in the configuration', async () => {
    const { slots, dom } = await withGuest();
    const counts = (): Promise<number[]> =>
      Promise.all([live, live | 4, config, config | 4].map((flags) => slots.domainGetVcpusFlags({ dom, flags })));
    await slots.domainSetVcpus({ dom, nvcpus: 2 });
    expect(await counts()).toEqual([2, 4, 4, 4]);
    await slots.domainSetVcpusFlags({ dom, nvcpus: 8, flags: config | 4 });
    await slots.domainSetVcpusFlags({ dom, nvcpus: 6, flags: config });
    expect(await counts()).toEqual([2, 4, 6, 8]);
    expect(await codeOf(slots.domainSetVcpus({ dom, nvcpus: 5 }))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(slots.domainSetVcpusFlags({ dom, nvcpus: 33, flags: config | 4 }))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(slots.domainGetVcpusFlags({ dom, flags: live | config }))).toBe('VIR_ERR_INVALID_ARG');
  });

  it('are switched on and off one by one', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainSetVcpu({ dom, cpumap: '1,3', state: 0, flags: 0 });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toContain("<vcpu id='3' enabled='no'");
    expect(await slots.domainGetVcpusFlags({ dom, flags: live })).toBe(2);
    expect(await codeOf(slots.domainSetVcpu({ dom, cpumap: '0', state: 0, flags: 0 }))).toBe('VIR_ERR_INVALID_ARG');
  });

  it('are pinned to CPUs of the host', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainPinVcpu({ dom, vcpu: 1, cpumap: Uint8Array.of(0b1010) });
    const { cpumaps, num } = await slots.domainGetVcpuPinInfo({ dom, ncpumaps: 2, maplen: 2, flags: 0 });
    expect([num, [...cpumaps]]).toEqual([2, [0xff, 0xff, 0b1010, 0]]);
    expect((await slots.domainGetVcpus({ dom, maxinfo: 2, maplen: 1 })).info.map(({ cpu }) => cpu)).toEqual([15, 3]);
    await slots.domainPinEmulator({ dom, cpumap: Uint8Array.of(1), flags: 0 });
    expect((await slots.domainGetEmulatorPinInfo({ dom, maplen: 1, flags: 0 })).cpumaps).toEqual(Uint8Array.of(1));
    expect(await codeOf(slots.domainPinVcpu({ dom, vcpu: 9, cpumap: Uint8Array.of(1) }))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(slots.domainPinEmulator({ dom, cpumap: Uint8Array.of(0), flags: 0 }))).toBe(
      'VIR_ERR_INVALID_ARG',
    );
  });

  it('are counted by the guest itself', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainSetGuestVcpus({ dom, cpumap: '2-3', state: 0, flags: 0 });
    expect((await slots.domainGetGuestVcpus({ dom, flags: 0 })).map(({ value }) => value)).toEqual([
      '0-3',
      '0-1',
      '1-3',
    ]);
    expect(await codeOf(slots.domainSetGuestVcpus({ dom, cpumap: '7', state: 1, flags: 0 }))).toBe(
      'VIR_ERR_INVALID_ARG',
    );
  });
});

describe('I/O threads', () => {
  it('are added, pinned, set and taken away', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainAddIothread({ dom, iothreadId: 3, flags: 0 });
    await slots.domainPinIothread({ dom, iothreadsId: 3, cpumap: Uint8Array.of(6), flags: 0 });
    expect(await slots.domainGetIothreadInfo({ dom, flags: 0 })).toEqual([{ iothreadId: 3, cpumap: Uint8Array.of(6) }]);
    await slots.domainSetIothreadParams({
      dom,
      iothreadId: 3,
      params: [{ field: 'poll_grow', type: 'uint', value: 2 }],
      flags: live,
    });
    const [record] = await slots.connectGetAllDomainStats({ doms: [dom], stats: 128, flags: 0 });
    expect(Object.fromEntries(record!.params.map(({ field, value }) => [field, value]))).toEqual({
      'iothread.count': 1,
      'iothread.3.poll-max-ns': 32_768n,
      'iothread.3.poll-grow': 2,
      'iothread.3.poll-shrink': 0,
    });
    expect(await codeOf(slots.domainAddIothread({ dom, iothreadId: 3, flags: 0 }))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(slots.domainDelIothread({ dom, iothreadId: 4, flags: 0 }))).toBe('VIR_ERR_INVALID_ARG');
    await slots.domainDelIothread({ dom, iothreadId: 3, flags: 0 });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).not.toContain('iothread');
  });
});

describe('typed settings', () => {
  const values = (params: TypedParam[]): Record<string, unknown> =>
    Object.fromEntries(params.map(({ field, value }) => [field, value]));

  it('are read back as they were set', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainSetBlkioParameters({
      dom,
      params: [
        { field: 'weight', type: 'uint', value: 500 },
        { field: 'device_weight', type: 'string', value: '/dev/sda,200' },
      ],
      flags: 0,
    });
    expect(values(await slots.domainGetBlkioParameters({ dom, flags: 0 }))).toMatchObject({
      weight: 500,
      device_weight: '/dev/sda,200',
    });
    await slots.domainSetInterfaceParameters({
      dom,
      device: 'testnet0',
      params: [{ field: 'inbound.average', type: 'uint', value: 100 }],
      flags: 0,
    });
    expect(
      values(await slots.domainGetInterfaceParameters({ dom, device: '52:54:00:AA:BB:01', flags: 0 })),
    ).toMatchObject({ 'inbound.average': 100, 'outbound.average': 0 });
    await slots.domainSetPerfEvents({ dom, params: [{ field: 'cmt', type: 'boolean', value: true }], flags: 0 });
    expect(values(await slots.domainGetPerfEvents({ dom, flags: 0 }))).toMatchObject({ cmt: true, mbmt: false });
    await slots.domainSetSchedulerParameters({ dom, params: [{ field: 'weight', type: 'uint', value: 7 }] });
    expect(values(await slots.domainGetSchedulerParametersFlags({ dom, flags: 0 }))).toEqual({ weight: 7 });
    await slots.domainSetNumaParameters({
      dom,
      params: [
        { field: 'numa_mode', type: 'int', value: 2 },
        { field: 'numa_nodeset', type: 'string', value: '0-1' },
      ],
      flags: config,
    });
    expect(values(await slots.domainGetNumaParameters({ dom, flags: config }))).toEqual({
      numa_mode: 2,
      numa_nodeset: '0-1',
    });
  });

  it('limit disks, without contradicting themselves', async () => {
    const { slots, dom, heard } = await withGuest();
    const set = (field: string, value: bigint, disk = 'vda'): Promise<void> =>
      slots.domainSetBlockIoTune({ dom, disk, params: [{ field, type: 'ullong', value }], flags: 0 });
    await set('total_bytes_sec_max', 2000n);
    await set('total_bytes_sec', 1000n);
    expect(heard).toEqual(['domain 17', 'domain 17']);
    expect(values(await slots.domainGetBlockIoTune({ dom, disk: 'vda', flags: 0 }))).toMatchObject({
      total_bytes_sec: 1000n,
      total_bytes_sec_max: 2000n,
      group_name: '',
    });
    expect(await codeOf(set('read_bytes_sec', 1n))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(set('total_bytes_sec', 3000n))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(set('total_iops_sec', 2_000_000_000_000_000n))).toBe('VIR_ERR_ARGUMENT_UNSUPPORTED');
    expect(await codeOf(set('total_iops_sec', 1n, 'vdz'))).toBe('VIR_ERR_INVALID_ARG');
  });

  it('say what follows power-off and crash', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainSetLifecycleAction({ dom, type: 0, action: 1, flags: 0 });
    await slots.domainShutdown({ dom });
    expect((await slots.domainGetState({ dom, flags: 0 })).state).toBe(1);
    expect(await codeOf(slots.domainSetLifecycleAction({ dom, type: 0, action: 4, flags: 0 }))).toBe(
      'VIR_ERR_CONFIG_UNSUPPORTED',
    );
  });
});

describe('devices', () => {
  const disk = "<disk type='file' device='disk'><source file='/new.img'/><target dev='vdb' bus='virtio'/></disk>";

  it('come and go while the guest runs, with events and a full definition', async () => {
    const { slots, dom, heard } = await withGuest();
    await slots.domainAttachDevice({ dom, xml: disk });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toContain("<target dev='vdb' bus='virtio'/>");
    expect(await slots.domainGetXmlDesc({ dom, flags: 2 })).not.toContain('vdb');
    await slots.domainDetachDevice({ dom, xml: "<disk><target dev='vdb'/></disk>" });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).not.toContain('vdb');
    expect(heard).toEqual(['domain 19', 'domain 15']);
    await slots.domainAttachDeviceFlags({
      dom,
      xml: "<interface type='network'><source network='default'/></interface>",
      flags: live | config,
    });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toMatch(/<target dev='testnet1'\/>/);
    expect((await slots.domainGetXmlDesc({ dom, flags: 2 })).match(/<mac address=/g)).toHaveLength(2);
  });

  it('are changed in place', async () => {
    const { slots, dom } = await withGuest();
    await slots.domainUpdateDeviceFlags({
      dom,
      xml: "<disk type='file' device='cdrom'><source file='/cd.iso'/><target dev='sda' bus='sata'/></disk>",
      flags: 0,
    });
    expect(await slots.domainGetXmlDesc({ dom, flags: 0 })).toContain("<source file='/cd.iso'/>");
  });

  it('are refused where they do not fit or are not there', async () => {
    const { slots, dom } = await withGuest();
    expect(await codeOf(slots.domainAttachDevice({ dom, xml: disk.replace('vdb', 'vda') }))).toBe(
      'VIR_ERR_OPERATION_INVALID',
    );
    expect(await codeOf(slots.domainDetachDevice({ dom, xml: disk }))).toBe('VIR_ERR_DEVICE_MISSING');
    expect(await codeOf(slots.domainDetachDeviceAlias({ dom, alias: 'nope', flags: 0 }))).toBe(
      'VIR_ERR_DEVICE_MISSING',
    );
    expect(await codeOf(slots.domainAttachDevice({ dom, xml: '<nonsense/>' }))).toBe('VIR_ERR_XML_ERROR');
    await slots.domainDestroy({ dom });
    expect(await codeOf(slots.domainAttachDevice({ dom, xml: disk }))).toBe('VIR_ERR_OPERATION_INVALID');
    await slots.domainAttachDeviceFlags({ dom, xml: disk, flags: 0 });
    expect(await slots.domainGetXmlDesc({ dom, flags: 2 })).toContain('vdb');
  });
});
