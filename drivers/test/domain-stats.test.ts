import { describe, expect, it } from 'vitest';
import type { TypedParam } from '../driver.ts';
import { ManualClock } from './clock.ts';
import { codeOf, domainXml, openHost, type TestHost } from './testing.ts';

const valuesOf = (params: TypedParam[]): Record<string, TypedParam['value']> =>
  Object.fromEntries(params.map(({ field, value }) => [field, value]));

async function statsOf({ slots }: TestHost, stats = 0): Promise<Record<string, TypedParam['value']>> {
  const [record] = await slots.connectGetAllDomainStats({ doms: [], stats, flags: 0 });
  return valuesOf(record!.params);
}

describe('statistics', () => {
  it('are the same for the same clock, and move with it', async () => {
    const [one, other] = [await openHost(), await openHost()];
    expect(await statsOf(one)).toEqual(await statsOf(other));
    const before = await statsOf(one);
    one.clock.advance(10_000);
    const after = await statsOf(one);
    for (const field of [
      'cpu.time',
      'vcpu.0.time',
      'net.0.rx.bytes',
      'net.0.tx.bytes',
      'block.0.rd.bytes',
      'block.0.wr.bytes',
    ]) {
      expect(`${field} ${after[field]! > before[field]!}`).toBe(`${field} true`);
    }
    const used = Number((after['cpu.time'] as bigint) - (before['cpu.time'] as bigint)) / 1e9;
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(20);
  });

  it('stand still while the guest is paused, and begin anew when it starts', async () => {
    const host = await openHost();
    const { slots, clock } = host;
    const dom = await slots.domainLookupByName({ name: 'test' });
    await slots.domainSuspend({ dom });
    const paused = await slots.domainGetInfo({ dom });
    clock.advance(60_000);
    expect(await slots.domainGetInfo({ dom })).toEqual(paused);
    await slots.domainResume({ dom });
    clock.advance(1000);
    expect((await slots.domainGetInfo({ dom })).cpuTime).toBeGreaterThan(paused.cpuTime);
    await slots.domainDestroy({ dom });
    expect((await slots.domainGetInfo({ dom })).cpuTime).toBe(0n);
    await slots.domainCreate({ dom });
    clock.advance(1000);
    expect((await slots.domainGetInfo({ dom })).cpuTime).toBeLessThan(2_000_000_000n);
  });

  it('agree between the bulk call and the calls for one guest', async () => {
    const host = await openHost();
    const { slots } = host;
    const dom = await slots.domainLookupByName({ name: 'test' });
    const bulk = await statsOf(host);
    const block = await slots.domainBlockStats({ dom, path: 'vda' });
    const net = await slots.domainInterfaceStats({ dom, device: 'testnet0' });
    expect([block.rdBytes, block.wrReq, net.rxBytes, net.txPackets]).toEqual([
      bulk['block.0.rd.bytes'],
      bulk['block.0.wr.reqs'],
      bulk['net.0.rx.bytes'],
      bulk['net.0.tx.pkts'],
    ]);
    expect((await slots.domainGetInfo({ dom })).cpuTime).toBe(bulk['cpu.time']);
    const memory = await slots.domainMemoryStats({ dom, maxStats: 20, flags: 0 });
    expect(memory.find(({ tag }) => tag === 8)?.val).toBe(bulk['balloon.usable']);
    expect(memory).toHaveLength(13);
    const { params } = await slots.domainGetCpuStats({ dom, nparams: 3, startCpu: -1, ncpus: 1, flags: 0 });
    expect(params[0]!.value).toBe(bulk['cpu.time']);
    expect((await slots.domainGetCpuStats({ dom, nparams: 0, startCpu: -1, ncpus: 1, flags: 0 })).nparams).toBe(3);
  });

  it('give what an inactive guest has, and only the groups that were asked for', async () => {
    const host = await openHost();
    await host.slots.domainDefineXml({ xml: domainXml('web') });
    const records = await host.slots.connectGetAllDomainStats({ doms: [], stats: 4 | 8, flags: 2 });
    expect(records.map(({ dom }) => dom.name)).toEqual(['web']);
    expect(valuesOf(records[0]!.params)).toEqual({
      'balloon.current': 1_048_576n,
      'balloon.maximum': 1_048_576n,
      'vcpu.current': 4,
      'vcpu.maximum': 4,
    });
    expect(await codeOf(host.slots.connectGetAllDomainStats({ doms: [], stats: 1 << 20, flags: 0x8000_0000 }))).toBe(
      'VIR_ERR_ARGUMENT_UNSUPPORTED',
    );
  });

  it('measure a dirty rate in its time', async () => {
    const host = await openHost();
    const dom = await host.slots.domainLookupByName({ name: 'test' });
    await host.slots.domainStartDirtyRateCalc({ dom, seconds: 5, flags: 0 });
    expect(await statsOf(host, 512)).toMatchObject({ 'dirtyrate.calc_status': 1 });
    host.clock.advance(5000);
    expect(await statsOf(host, 512)).toMatchObject({ 'dirtyrate.calc_status': 2, 'dirtyrate.calc_period': 5 });
  });

  it('refuse disks and interfaces that are not there, and guests that do not run', async () => {
    const { slots } = await openHost('test:///default', new ManualClock());
    const dom = await slots.domainLookupByName({ name: 'test' });
    expect(await codeOf(slots.domainBlockStats({ dom, path: 'vdz' }))).toBe('VIR_ERR_INVALID_ARG');
    expect(await codeOf(slots.domainBlockStats({ dom, path: '' }))).toBe('VIR_ERR_OPERATION_UNSUPPORTED');
    expect(await codeOf(slots.domainInterfaceStats({ dom, device: 'eth9' }))).toBe('VIR_ERR_INVALID_ARG');
    await slots.domainDestroy({ dom });
    expect(await codeOf(slots.domainBlockStats({ dom, path: 'vda' }))).toBe('VIR_ERR_OPERATION_INVALID');
    expect(await codeOf(slots.domainGetVcpus({ dom, maxinfo: 1, maplen: 1 }))).toBe('VIR_ERR_OPERATION_INVALID');
  });
});
