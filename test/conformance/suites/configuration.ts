/** Memory, vCPUs, limits, statistics and devices of guests. */
import type { TypedParamsInput } from '../../../drivers/index.ts';
import type { Scripts } from '../suite.ts';
import { differs } from '../transcript.ts';

const [live, config, maximum] = [1, 2, 4];

export const configuration: Scripts = {
  memory: async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    const off = await connection.domainLookupByName('off');
    await t.step('maximum', () => domain.getMaxMemory());
    await t.step('set', () => domain.setMemory(400_000n));
    await t.step('now', async () => (await domain.getInfo()).memory);
    await t.step('too much', () => domain.setMemory(2_000_000n));
    await t.step('both', () => domain.setMemory(300_000n, live | config));
    await t.step(
      'configured',
      async () => /<currentMemory[^>]*>(\d+)</.exec(await domain.getXMLDesc(2))?.[1] ?? 'none',
    );
    await t.step('live of an inactive one', () => off.setMemory(1000n, live));
    await t.step('maximum of an inactive one', () => off.setMaxMemory(262_144n));
    await t.step('lowered with it', async () => (await off.getInfo()).memory);
    await t.step('limits', async () => Object.values(await domain.getMemoryParameters()).map(String));
    await t.step('limit', () => domain.setMemoryParameters({ hard_limit: 2000n }));
    await t.step('limits that contradict', () => domain.setMemoryParameters({ swap_hard_limit: 1000n }));
    await t.step('unknown limit', () => domain.setMemoryParameters({ nonsense: 1n } as TypedParamsInput));
    t.matches({
      maximum: '1048576',
      set: 'ok',
      now: '400000',
      'too much': 'VIR_ERR_INVALID_ARG',
      both: differs('live-and-configured-at-once'),
      configured: differs('configured-with-live'),
      'live of an inactive one': 'VIR_ERR_OPERATION_INVALID',
      'maximum of an inactive one': 'ok',
      'lowered with it': '262144',
      limits: '9007199254740991, 9007199254740991, 9007199254740991',
      limit: 'ok',
      'limits that contradict': 'VIR_ERR_INVALID_ARG',
      'unknown limit': 'VIR_ERR_ARGUMENT_UNSUPPORTED',
    });
  },

  vCPUs: async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    await t.step('maximum', () => domain.getMaxVcpus());
    await t.step('now', () => domain.getVcpusFlags(live));
    await t.step('set', () => domain.setVcpus(3));
    await t.step('after', () => domain.getVcpusFlags(live));
    await t.step('configured', () => domain.getVcpusFlags(config));
    await t.step('too many', () => domain.setVcpus(5));
    await t.step('more than the host takes', () => domain.setVcpus(33, config));
    await t.step('new maximum', () => domain.setVcpus(8, config | maximum));
    await t.step('configured maximum', () => domain.getVcpusFlags(config | maximum));
    await t.step('none', () => domain.setVcpus(0));
    await t.step('listed', async () => (await domain.getVcpus()).info.length);
    await t.step('pin a missing one', () => domain.pinVcpu(9, [true]));
    await t.step('live and configured at once', () => domain.getVcpusFlags(live | config));
    t.matches({
      maximum: '4',
      now: '2',
      set: 'ok',
      after: '3',
      configured: '2',
      'too many': 'VIR_ERR_INVALID_ARG',
      'more than the host takes': 'VIR_ERR_INVALID_ARG',
      'new maximum': 'ok',
      'configured maximum': '8',
      none: 'VIR_ERR_INVALID_ARG',
      listed: '3',
      'pin a missing one': 'VIR_ERR_INVALID_ARG',
      'live and configured at once': 'VIR_ERR_INVALID_ARG',
    });
  },

  'typed settings': async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    await t.step('scheduler', async () => (await domain.getSchedulerType()).type);
    await t.step('weight', async () => String((await domain.getSchedulerParameters())['weight']));
    await t.step('set block limits', () =>
      domain.setBlockIoTune('vda', { total_bytes_sec_max: 2000n, total_bytes_sec: 1000n }),
    );
    await t.step('block limit', async () => String((await domain.getBlockIoTune('vda'))['total_bytes_sec']));
    await t.step('contradicting block limits', () => domain.setBlockIoTune('vda', { read_bytes_sec: 1n }));
    await t.step('limits of no disk', () => domain.setBlockIoTune('vdz', { total_iops_sec: 1n }));
    await t.step('set bandwidth', () => domain.setInterfaceParameters('testnet0', { 'inbound.average': 100 }));
    await t.step('bandwidth', async () => String((await domain.getInterfaceParameters('testnet0'))['inbound.average']));
    await t.step('no such interface', () => domain.getInterfaceParameters('nope'));
    await t.step('set event', () => domain.setPerfEvents({ cmt: true }));
    await t.step('event', async () => String((await domain.getPerfEvents())['cmt']));
    await t.step('numa', async () => String((await domain.getNumaParameters())['numa_mode']));
    await t.step('lifecycle action', () => domain.setLifecycleAction(0, 3));
    await t.step('core dump on power-off', () => domain.setLifecycleAction(0, 4));
    await t.step('add I/O thread', () => domain.addIOThread(2));
    await t.step('add it twice', () => domain.addIOThread(2));
    await t.step('I/O threads', async () => (await domain.getIOThreadInfo()).length);
    await t.step('remove a missing one', () => domain.delIOThread(7));
    await t.step('security label', async () => (await domain.getSecurityLabel()).label);
    t.matches({
      scheduler: 'fair',
      weight: '50',
      'set block limits': 'ok',
      'block limit': '1000',
      'contradicting block limits': 'VIR_ERR_INVALID_ARG',
      'limits of no disk': 'VIR_ERR_INVALID_ARG',
      'set bandwidth': 'ok',
      bandwidth: '100',
      'no such interface': 'VIR_ERR_INVALID_ARG',
      'set event': 'ok',
      event: 'true',
      numa: '0',
      'lifecycle action': 'ok',
      'core dump on power-off': 'VIR_ERR_CONFIG_UNSUPPORTED',
      'add I/O thread': 'ok',
      'add it twice': 'VIR_ERR_INVALID_ARG',
      'I/O threads': '1',
      'remove a missing one': 'VIR_ERR_INVALID_ARG',
      'security label': 'libvirt-test',
    });
  },

  statistics: async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    const off = await connection.domainLookupByName('off');
    await t.step('bulk', async () =>
      (await connection.getAllDomainStats()).map(({ domain }) => domain.getName()).toSorted(),
    );
    await t.step('state in bulk', async () =>
      String((await connection.getAllDomainStats(1, 2))[0]?.params['state.state']),
    );
    await t.step('unsupported group, enforced', () => connection.getAllDomainStats(1 << 20, 0x8000_0000));
    await t.step('block grows', async () => (await domain.blockStats('vda')).rd_bytes > 0n);
    await t.step('no such disk', () => domain.blockStats('vdz'));
    await t.step('no disk named', () => domain.blockStats(''));
    await t.step('net grows', async () => (await domain.interfaceStats('testnet0')).rx_bytes > 0n);
    await t.step('no such interface', () => domain.interfaceStats('nope'));
    await t.step('memory', async () => (await domain.memoryStats()).length);
    await t.step('block info', async () => (await domain.getBlockInfo('vda')).capacity);
    await t.step('block info of no disk', () => domain.getBlockInfo('vdz'));
    await t.step('CPU time of an inactive one', async () =>
      (await off.getInfo()).cpuTime === 0n ? '0' : 'the time of day',
    );
    t.matches({
      bulk: 'off, on, paused',
      'state in bulk': '5',
      'unsupported group, enforced': 'VIR_ERR_ARGUMENT_UNSUPPORTED',
      'block grows': 'true',
      'no such disk': 'VIR_ERR_INVALID_ARG',
      'no disk named': 'VIR_ERR_OPERATION_UNSUPPORTED',
      'net grows': 'true',
      'no such interface': 'VIR_ERR_INVALID_ARG',
      memory: '13',
      'block info': '1099506450432',
      'block info of no disk': 'VIR_ERR_INVALID_ARG',
      'CPU time of an inactive one': differs('cpu-time-of-inactive'),
    });
  },

  'the guest itself': async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    await t.step('freeze', () => domain.fsFreeze(['/']));
    await t.step('freeze the rest', () => domain.fsFreeze());
    await t.step('thaw', () => domain.fsThaw());
    await t.step('freeze nothing', () => domain.fsFreeze(['/nope']));
    await t.step('trim', () => domain.fsTrim('/boot'));
    await t.step('file systems', async () =>
      (await domain.getFSInfo()).map(({ mountpoint, name }) => `${mountpoint} ${name}`),
    );
    await t.step('set time', () => domain.setTime(12_345n));
    await t.step('time', async () => (await domain.getTime()).seconds);
    await t.step('control', async () => (await domain.getControlInfo()).state);
    await t.step('host name', () => domain.getHostname());
    await t.step('addresses', async () =>
      (await domain.interfaceAddresses()).map(({ name, addrs }) => `${name} ${addrs[0]?.addr}/${addrs[0]?.prefix}`),
    );
    await t.step('unknown source of addresses', () => domain.interfaceAddresses(9));
    await t.step('key', () => domain.sendKey(0, 0, [30]));
    await t.step('no key', () => domain.sendKey(0, 0, [99_999]));
    await t.step('signal to another process', () => domain.sendProcessSignal(2n, 1));
    await t.step('password', () => domain.setUserPassword('root', 'x'));
    await t.step('disk errors', async () =>
      (await domain.getDiskErrors()).map(({ disk, error }) => `${disk} ${error}`),
    );
    await t.step('info', () => domain.getGuestInfo());
    t.matches({
      freeze: '1',
      'freeze the rest': '1',
      thaw: '2',
      'freeze nothing': 'VIR_ERR_OPERATION_INVALID',
      trim: 'ok',
      'file systems': '/ vda1, /boot vda2',
      'set time': 'ok',
      time: '12345',
      control: '2',
      'host name': 'onhost',
      addresses: 'testnet0 192.168.122.3/24',
      'unknown source of addresses': 'VIR_ERR_ARGUMENT_UNSUPPORTED',
      key: 'ok',
      'no key': 'VIR_ERR_INTERNAL_ERROR',
      'signal to another process': 'VIR_ERR_INVALID_ARG',
      password: 'ok',
      'disk errors': 'vda 1',
      info: differs('guest-info'),
    });
  },

  'devices and consoles': async (connection, t) => {
    const domain = await connection.domainLookupByName('on');
    const disk = "<disk type='file' device='disk'><source file='/b.img'/><target dev='vdb' bus='virtio'/></disk>";
    await t.step('attach', () => domain.attachDevice(disk));
    await t.step('update', () => domain.updateDevice(disk.replace('b.img', 'c.img'), live));
    await t.step('detach', () => domain.detachDevice(disk));
    await t.step('console', async () => {
      const stream = connection.newStream();
      await domain.openConsole(null, stream);
      await stream.abort();
    });
    await t.step('resize a disk', () => domain.blockResize('vda', 1_048_576n));
    t.matches({
      attach: differs('device-attach'),
      update: differs('device-update'),
      detach: differs('device-detach'),
      console: differs('open-console'),
      'resize a disk': differs('block-resize'),
    });
  },
};
