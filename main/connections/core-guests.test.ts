import { describe, expect, it, vi } from 'vitest';
import type { Connection } from '../../drivers/connection.ts';
import type { Domain } from '../../drivers/domain.ts';
import {
  VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT,
  VIR_CONNECT_LIST_DOMAINS_AUTOSTART,
  VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE,
  VIR_CONNECT_LIST_DOMAINS_PERSISTENT,
  VIR_DOMAIN_RUNNING,
  VIR_DOMAIN_RUNNING_BOOTED,
  VIR_DOMAIN_STATS_BLOCK,
  VIR_DOMAIN_STATS_INTERFACE,
  VIR_DOMAIN_STATS_VCPU,
  VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA,
  VIR_DOMAIN_UNDEFINE_NVRAM,
} from '../../drivers/enums.gen.ts';
import { virError } from '../../drivers/error.ts';
import type { TypedParams } from '../../drivers/typed-params.ts';
import { uuidOf } from '../testing/fake-hypervisor.ts';
import { CoreGuests } from './core-guests.ts';
import { perform } from './core-operations.ts';
import { lifeCycleOf, reasonWord, stateWord } from './domain-words.ts';

const unsupported = virError('VIR_ERR_NO_SUPPORT', 'VIR_FROM_DOMAIN', 'not supported');

function domain(n: number, id: number, more: Partial<Domain> = {}): Domain {
  return { getUUIDString: () => uuidOf(n), getName: () => `guest-${n}`, getID: () => id, ...more } as Domain;
}

/** A connection with two guests, of which the filters let through those named. */
function connection(members: Partial<Connection>, filtered: Record<number, number[]> = {}) {
  const all = [domain(1, 7), domain(2, -1)];
  return {
    listAllDomains: async (flags = 0) => all.filter((_, n) => flags === 0 || filtered[flags]?.includes(n + 1)),
    ...members,
  } as Connection;
}

describe('CoreGuests', () => {
  it('puts lists and statistics together', async () => {
    const records: [number, TypedParams][] = [
      [
        1,
        {
          'state.state': VIR_DOMAIN_RUNNING,
          'state.reason': VIR_DOMAIN_RUNNING_BOOTED,
          'vcpu.current': 2,
          'balloon.maximum': 2048n,
          'balloon.current': 1024n,
        },
      ],
      [2, { 'state.state': 5, 'state.reason': 99, 'vcpu.maximum': 4, 'balloon.maximum': 512n }],
    ];
    const guests = new CoreGuests(
      connection(
        { getAllDomainStats: async () => records.map(([n, params]) => ({ domain: domain(n, 0), params })) },
        {
          [VIR_CONNECT_LIST_DOMAINS_PERSISTENT]: [1, 2],
          [VIR_CONNECT_LIST_DOMAINS_AUTOSTART]: [1],
          [VIR_CONNECT_LIST_DOMAINS_MANAGEDSAVE]: [2],
        },
      ),
    );
    const common = { isPersistent: true };
    expect(await guests.list({})).toEqual([
      {
        ...common,
        uuid: uuidOf(1),
        name: 'guest-1',
        id: 7,
        state: 'running',
        stateReason: 'booted',
        vcpus: 2,
        maxMemoryKiB: 2048,
        memoryKiB: 1024,
        isAutostart: true,
        hasManagedSave: false,
      },
      {
        ...common,
        uuid: uuidOf(2),
        name: 'guest-2',
        id: null,
        state: 'shutoff',
        stateReason: '',
        vcpus: 4,
        maxMemoryKiB: 512,
        memoryKiB: 512,
        isAutostart: false,
        hasManagedSave: true,
      },
    ]);
  });

  it('asks guest by guest where there are no bulk statistics, and shows those that fail all the same', async () => {
    const info = { state: VIR_DOMAIN_RUNNING, maxMem: 64n, memory: 32n, nrVirtCpu: 3, cpuTime: 0n };
    const asked = [
      domain(1, 7, { getState: () => Promise.reject(unsupported), getInfo: async () => info }),
      domain(2, -1, {
        getState: async () => ({ state: 5, reason: 0 }),
        getInfo: () => Promise.reject(new Error('gone')),
      }),
    ];
    const guests = new CoreGuests({
      listAllDomains: async (flags = 0) => (flags === 0 ? asked : Promise.reject(unsupported)),
      getAllDomainStats: () => Promise.reject(unsupported),
    } as Partial<Connection> as Connection);
    expect(await guests.list({})).toMatchObject([
      { state: 'running', vcpus: 3, memoryKiB: 32, maxMemoryKiB: 64, isPersistent: true },
      { state: 'shutoff', vcpus: 0, isPersistent: true },
    ]);
    expect(await guests.sample({ throughput: true }, {})).toBe(null);
  });

  it('asks for what bulk statistics lack, of all such guests at once', async () => {
    const infos = Promise.withResolvers<void>();
    let asked = 0;
    const info = { state: VIR_DOMAIN_RUNNING, maxMem: 64n, memory: 32n, nrVirtCpu: 3, cpuTime: 7n };
    const getInfo = async (): Promise<typeof info> => {
      asked += 1;
      await infos.promise;
      return info;
    };
    const getState = async (): Promise<{ state: number; reason: number }> => ({ state: 1, reason: 1 });
    const all = Array.from({ length: 200 }, (_, n) => domain(n, n, { getInfo, getState }));
    const whole: TypedParams = { 'cpu.time': 5n, 'vcpu.current': 1, 'balloon.maximum': 8n, 'balloon.current': 8n };
    const guests = new CoreGuests(
      connection({
        listAllDomains: async () => all,
        getAllDomainStats: async () =>
          all.map((one, n) => ({ domain: one, params: n === 0 ? whole : { 'net.0.rx.bytes': 9n } })),
      }),
    );
    const work = Promise.all([guests.list({}), guests.sample({ throughput: true }, {})]);
    // Both wait for nothing but the 199, all of which are under way.
    await vi.waitFor(() => expect(asked).toBe(2 * 199));
    infos.resolve();
    const [facts, samples] = await work;
    expect(facts[0]).toMatchObject({ vcpus: 1, memoryKiB: 8 });
    expect(facts.slice(1).every(({ vcpus, memoryKiB }) => vcpus === 3 && memoryKiB === 32)).toBe(true);
    expect(samples?.map(({ counters }) => counters.cpuTimeNs)).toEqual([5n, ...Array<bigint>(199).fill(7n)]);
    expect(samples?.[1]?.counters).toMatchObject({ netReceiveBytes: 9n, memoryUsedKiB: 32 });
  });

  it('never has more than 512 guests under way at a time', async () => {
    let [underWay, most] = [0, 0];
    const getInfo = async () => {
      most = Math.max(most, ++underWay);
      await Promise.resolve();
      underWay -= 1;
      return { state: 1, maxMem: 64n, memory: 32n, nrVirtCpu: 3, cpuTime: 7n };
    };
    const all = Array.from({ length: 2000 }, (_, n) => domain(n, n, { getInfo }));
    const guests = new CoreGuests(
      connection({ listAllDomains: async () => all, getAllDomainStats: () => Promise.reject(unsupported) }),
    );
    expect(await guests.sample({ throughput: true }, {})).toHaveLength(2000);
    expect(most).toBe(512);
  });

  it('shows a guest that cannot be asked, and asks no second time for statistics the server does not have', async () => {
    let asked = 0;
    const info = { state: 1, maxMem: 64n, memory: 32n, nrVirtCpu: 3, cpuTime: 7n };
    const stuck = domain(1, 1, { getInfo: () => Promise.reject(new Error('stuck')) });
    const guests = new CoreGuests(
      connection({
        listAllDomains: async () => [stuck, domain(2, 2, { getInfo: async () => info })],
        getAllDomainStats: () => {
          asked += 1;
          return Promise.reject(unsupported);
        },
      }),
    );
    const cpuTimes = async (): Promise<unknown> =>
      (await guests.sample({ throughput: true }, {}))?.map(({ counters }) => counters.cpuTimeNs);
    expect([await cpuTimes(), await cpuTimes()]).toEqual([
      [null, 7n],
      [null, 7n],
    ]);
    expect(asked).toBe(1);
  });

  it('reads a guest it has seen in one round trip', async () => {
    const answers = Promise.withResolvers<void>();
    const underWay: string[] = [];
    const slow =
      <Value>(name: string, value: Value) =>
      async (): Promise<Value> => {
        underWay.push(name);
        await answers.promise;
        return value;
      };
    const info = { state: 1, maxMem: 64n, memory: 32n, nrVirtCpu: 3, cpuTime: 7n };
    const seen = domain(1, -1, {
      getInfo: slow('info', info),
      getState: slow('state', { state: 1, reason: 1 }),
      isPersistent: slow('persistent', true),
      getAutostart: slow('autostart', false),
      hasManagedSaveImage: slow('saved', false),
    });
    const guests = new CoreGuests(
      connection({
        listAllDomains: async () => [seen],
        getAllDomainStats: async () => [{ domain: seen, params: { 'vcpu.maximum': 1, 'balloon.maximum': 1n } }],
        domainLookupByUUID: slow('lookup', domain(1, 9)),
      }),
    );
    await guests.list({});
    const reading = guests.read(uuidOf(1), {});
    await vi.waitFor(() => expect(underWay).toHaveLength(6));
    answers.resolve();
    // The id is the one of now.
    expect(await reading).toMatchObject({ id: 9, vcpus: 3, state: 'running' });
    expect((await guests.domain(uuidOf(1), {})).getID()).toBe(9);
    expect(underWay).toHaveLength(6);
  });

  it('sums the totals of all disks and interfaces, and counts memory as the guest tells', async () => {
    const params: TypedParams = {
      'cpu.time': 5n,
      'block.0.rd.bytes': 1n,
      'block.12.rd.bytes': 2n ** 62n,
      'block.0.wr.bytes': 3n,
      'net.0.rx.bytes': 4n,
      'net.1.rx.bytes': 5n,
      'block.0.rd.reqs': 9n,
      'block.x.rd.bytes': 9n,
      'block.count': 2,
      'balloon.current': 1000n,
      'balloon.rss': 5000n,
      'vcpu.current': 1,
    };
    const told = {
      'cpu.time': 6n,
      'vcpu.current': 1,
      'balloon.current': 1000n,
      'balloon.available': 900n,
      'balloon.usable': 300n,
      'balloon.rss': 700n,
    };
    const guests = new CoreGuests(
      connection({
        getAllDomainStats: async () => [params, told].map((p, n) => ({ domain: domain(n, 1), params: p })),
      }),
    );
    const samples = await guests.sample({ throughput: true }, {});
    expect(samples?.map(({ counters }) => counters)).toEqual([
      {
        cpuTimeNs: 5n,
        memoryUsedKiB: 1000,
        diskReadBytes: 2n ** 62n + 1n,
        diskWriteBytes: 3n,
        netReceiveBytes: 9n,
        netTransmitBytes: null,
      },
      expect.objectContaining({ cpuTimeNs: 6n, memoryUsedKiB: 600 }),
    ]);
  });

  it('asks for costly figures only where they are shown, and now and then', async () => {
    const seen: number[] = [];
    const guests = new CoreGuests(
      connection({
        getAllDomainStats: async (stats = 0) => {
          seen.push(stats & (VIR_DOMAIN_STATS_VCPU | VIR_DOMAIN_STATS_BLOCK | VIR_DOMAIN_STATS_INTERFACE));
          return [];
        },
      }),
    );
    for (let n = 1; n <= 60; n++) await guests.sample({ throughput: n === 7 }, {});
    const numbered = seen.map((groups, n) => [n + 1, groups]).filter(([, groups]) => groups !== 0);
    expect(numbered).toEqual([
      [7, VIR_DOMAIN_STATS_BLOCK | VIR_DOMAIN_STATS_INTERFACE],
      [30, VIR_DOMAIN_STATS_VCPU],
      [60, VIR_DOMAIN_STATS_VCPU],
    ]);
  });

  it('does without the flag that an older server does not know', async () => {
    const flagsSeen: number[] = [];
    const guests = new CoreGuests(
      connection({
        getAllDomainStats: async (_stats = 0, flags = 0) => {
          flagsSeen.push(flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
          if ((flags & VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT) === 0) return [];
          throw virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_DOMAIN', 'unsupported flags');
        },
      }),
    );
    expect([await guests.sample({ throughput: true }, {}), await guests.sample({ throughput: true }, {})]).toEqual([
      [],
      [],
    ]);
    expect(flagsSeen).toEqual([VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT, 0, 0]);
  });

  it('knows a guest that is gone from a failure', async () => {
    const gone = virError('VIR_ERR_NO_DOMAIN', 'VIR_FROM_QEMU', 'Domain not found');
    const broken = virError('VIR_ERR_INTERNAL_ERROR', 'VIR_FROM_QEMU', 'broken');
    for (const [error, outcome] of [
      [gone, null],
      [broken, broken],
    ]) {
      const guests = new CoreGuests(connection({ domainLookupByUUID: () => Promise.reject(error as Error) }));
      const result = await guests.read(uuidOf(1), {}).catch((reason: unknown) => reason);
      expect(result).toBe(outcome);
    }
  });
});

describe('perform undefine', () => {
  const flagsOf = async (
    id: number,
    accepts: (flags: number | undefined) => boolean,
  ): Promise<(number | undefined)[]> => {
    const seen: (number | undefined)[] = [];
    const undefine = async (flags?: number): Promise<void> => {
      seen.push(flags);
      if (!accepts(flags)) throw virError('VIR_ERR_INVALID_ARG', 'VIR_FROM_DOMAIN', 'unsupported flags');
    };
    await perform(domain(1, id, { undefine }), 'undefine');
    return seen;
  };

  it('takes with it what only makes sense with the definition', async () => {
    const [flags] = await flagsOf(-1, () => true);
    expect(flags).toBe(1 | 2 | VIR_DOMAIN_UNDEFINE_NVRAM | VIR_DOMAIN_UNDEFINE_CHECKPOINTS_METADATA);
    const [whileRunning] = await flagsOf(3, () => true);
    expect((whileRunning ?? 0) & VIR_DOMAIN_UNDEFINE_NVRAM).toBe(0);
  });

  it('falls back where the driver knows fewer flags or none', async () => {
    expect(await flagsOf(-1, (flags) => flags === 3)).toHaveLength(3);
    expect((await flagsOf(-1, (flags) => flags === undefined)).at(-1)).toBe(undefined);
  });

  it('does not hide another refusal', async () => {
    const undefine = (): Promise<void> =>
      Promise.reject(virError('VIR_ERR_OPERATION_INVALID', 'VIR_FROM_QEMU', 'busy'));
    await expect(perform(domain(1, -1, { undefine }), 'undefine')).rejects.toThrow('busy');
  });
});

describe('libvirt’s numbers as words', () => {
  it('names states and reasons, and survives new ones', () => {
    expect([stateWord(1), stateWord(7), stateWord(42)]).toEqual(['running', 'pmsuspended', 'nostate']);
    expect([reasonWord('running', 1), reasonWord('paused', 5), reasonWord('shutoff', 42)]).toEqual([
      'booted',
      'ioerror',
      '',
    ]);
  });

  it('names the steps of a life', () => {
    expect(lifeCycleOf(2, 0)).toEqual({ step: 'started', state: 'running', stateReason: 'booted' });
    expect(lifeCycleOf(3, 0)).toEqual({ step: 'suspended', state: 'paused', stateReason: 'user' });
    expect(lifeCycleOf(5, 1)).toEqual({ step: 'stopped', state: 'shutoff', stateReason: 'destroyed' });
    expect(lifeCycleOf(0, 1)).toEqual({ step: 'defined', state: null, stateReason: '' });
    expect(lifeCycleOf(99, 0)).toBe(null);
  });
});
