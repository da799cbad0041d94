import { describe, expect, it } from 'vitest';

import { Domain } from '../domain.ts';
import type { DriverSlots } from '../driver.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { fakeConnection, fakeDomain } from '../fake-session.ts';

failOnLeaks();

/** Runs `action` on a domain whose driver has these slots. */
async function withDomain<T>(slots: DriverSlots, action: (domain: Domain) => Promise<T>): Promise<T> {
  await using connection = fakeConnection(slots).connection;
  return await action(new Domain(connection.core, fakeDomain));
}

describe('a domain', () => {
  it('knows its names without asking', async () => {
    await withDomain({}, async (domain) => {
      expect([domain.getName(), domain.getUUIDString(), domain.getUUID()[0], domain.getID()]).toEqual([
        'vm1',
        '6695eb01-f6a4-8304-79aa-97f2502e193f',
        0x66,
        3,
      ]);
    });
  });

  it('has the ID of its start, and none when it was destroyed or saved', async () => {
    const slots: DriverSlots = {
      domainCreateWithFlags: async ({ dom }) => ({ ...dom, id: 7 }),
      domainDestroy: async () => undefined,
      domainSave: async () => undefined,
    };
    await withDomain(slots, async (domain) => {
      const ids: number[] = [];
      await domain.destroy();
      ids.push(domain.getID());
      await domain.create();
      ids.push(domain.getID());
      await domain.save('/f');
      ids.push(domain.getID());
      expect(ids).toEqual([-1, 7, -1]);
    });
  });

  it('has its new name after a rename', async () => {
    await withDomain({ domainRename: async () => 0 }, async (domain) => {
      await domain.rename('vm2');
      expect(domain.getName()).toBe('vm2');
    });
  });

  it('answers questions with booleans', async () => {
    const slots: DriverSlots = {
      domainIsActive: async () => 1,
      domainGetAutostart: async () => 0,
      domainHasManagedSaveImage: async () => 1,
    };
    const answers = await withDomain(slots, (domain) =>
      Promise.all([domain.isActive(), domain.getAutostart(), domain.hasManagedSaveImage()]),
    );
    expect(answers).toEqual([true, false, true]);
  });

  it("has structures with libvirt's field names", async () => {
    const slots: DriverSlots = {
      domainBlockStats: async () => ({ rdReq: 1n, rdBytes: 2n, wrReq: 3n, wrBytes: 4n, errs: -1n }),
      domainGetFsinfo: async () => [{ mountpoint: '/', name: 'vda1', fstype: 'ext4', devAliases: ['vda'] }],
      domainGetBlockJobInfo: async () => ({ found: 0, type: 0, bandwidth: 0n, cur: 0n, end: 0n }),
    };
    const answers = await withDomain(slots, (domain) =>
      Promise.all([domain.blockStats('vda'), domain.getFSInfo(), domain.getBlockJobInfo('vda')]),
    );
    expect(answers).toEqual([
      { rd_req: 1n, rd_bytes: 2n, wr_req: 3n, wr_bytes: 4n, errs: -1n },
      [{ mountpoint: '/', name: 'vda1', fstype: 'ext4', devAlias: ['vda'] }],
      null,
    ]);
  });

  it('asks for CPU maps as long as the host needs them', async () => {
    const slots: DriverSlots = {
      nodeGetCpuMap: async () => ({ cpumap: new Uint8Array(0), online: 0, ret: 9 }),
      domainGetInfo: async () => ({ state: 1, maxMem: 1n, memory: 1n, nrVirtCpu: 2, cpuTime: 0n }),
      domainGetVcpuPinInfo: async ({ ncpumaps, maplen }) => {
        expect([ncpumaps, maplen]).toEqual([2, 2]);
        return { cpumaps: Uint8Array.of(1, 0, 255, 1), num: 2 };
      },
    };
    const [first, second] = await withDomain(slots, (domain) => domain.getVcpuPinInfo());
    expect([first?.indexOf(true), first?.lastIndexOf(true), second?.every(Boolean), second?.length]).toEqual([
      0,
      0,
      true,
      9,
    ]);
  });

  it('collects CPU statistics in as many calls as the protocol needs', async () => {
    const asked: number[][] = [];
    const slots: DriverSlots = {
      domainGetCpuStats: async ({ nparams, startCpu, ncpus }) => {
        asked.push([nparams, startCpu, ncpus]);
        if (nparams === 0) return { params: [], nparams: ncpus === 0 ? 130 : 1 };
        const params = Array.from({ length: ncpus }, (_, cpu) => ({
          field: 'cpu_time',
          type: 'ullong' as const,
          value: BigInt(startCpu + cpu),
        }));
        return { params, nparams };
      },
    };
    const stats = await withDomain(slots, (domain) => domain.getCPUStats(0, 0));
    expect(asked).toEqual([
      [0, 0, 0],
      [0, 0, 1],
      [1, 0, 128],
      [1, 128, 2],
    ]);
    expect([stats.length, stats[129]]).toEqual([130, { cpu_time: 129n }]);
  });

  it('takes amounts as numbers and bigints, and refuses inexact ones before the driver is asked', async () => {
    const memory: bigint[] = [];
    const slots: DriverSlots = { domainSetMemory: async (args) => void memory.push(args.memory) };
    await withDomain(slots, async (domain) => {
      await domain.setMemory(1024);
      await domain.setMemory(2048n);
      await expect(domain.setMemory(2 ** 60)).rejects.toThrow('memory is 1152921504606847000; give a whole number');
    });
    expect(memory).toEqual([1024n, 2048n]);
  });

  it('leads to its snapshots and back', async () => {
    const ref = (name: string) => ({ name, dom: fakeDomain });
    const slots: DriverSlots = {
      domainListAllSnapshots: async () => [ref('a')],
      domainSnapshotGetParent: async () => ref('root'),
      domainRevertToSnapshot: async ({ snap, flags }) => expect([snap.name, flags]).toEqual(['a', 2]),
    };
    await withDomain(slots, async (domain) => {
      const [snapshot] = await domain.listAllSnapshots();
      expect(snapshot?.getDomain()).toBe(domain);
      expect((await snapshot?.getParent())?.getName()).toBe('root');
      await domain.revertToSnapshot(snapshot!, 2);
    });
  });
});
