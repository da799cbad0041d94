import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { DriverEvent } from '../driver.ts';
import { ManualClock } from './clock.ts';
import { cpusOf, formatCpus, lastCpu, mapOf, parseCpus } from './cpu-map.ts';
import { EventBus } from './event-bus.ts';
import { either, passes } from './filters.ts';
import { GuestAgent } from './guest-agent.ts';
import { formatIp, netmaskLength, parseIp } from './ip-address.ts';
import { assertKeycodes } from './keycodes.ts';
import { ObjectList } from './object-list.ts';

describe('ManualClock', () => {
  it('wakes sleepers in the order of their alarms, and only then', async () => {
    const clock = new ManualClock();
    const woken: number[] = [];
    const all = Promise.all([30, 10, 20].map((time) => clock.sleep(time).then(() => woken.push(time))));
    clock.advance(25);
    await Promise.resolve();
    clock.advance(5);
    await all;
    expect(woken).toEqual([10, 20, 30]);
  });

  it('gives up on the signal', async () => {
    const controller = new AbortController();
    const asleep = new ManualClock().sleep(1000, controller.signal);
    controller.abort(new Error('enough'));
    await expect(asleep).rejects.toThrow('enough');
  });
});

describe('CPU sets', () => {
  it('survive text and map', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.nat(200), { minLength: 1 }), (cpus) => {
        const sorted = cpus.toSorted((a, b) => a - b);
        expect(parseCpus(formatCpus(sorted))).toEqual(sorted);
        expect(cpusOf(mapOf(sorted))).toEqual(sorted);
      }),
    );
  });

  it('knows exclusions and refuses nonsense', () => {
    expect(parseCpus('0-3,^1')).toEqual([0, 2, 3]);
    expect(lastCpu(mapOf([1, 9]))).toBe(9);
    for (const text of ['', 'a', '3-1', '0-99999', '-1'])
      expect(() => parseCpus(text)).toThrow(/Failed to parse bitmap/);
  });
});

describe('EventBus', () => {
  const event = (name: string): DriverEvent => ({
    family: 'domain',
    eventId: 0,
    payload: { dom: { name, uuid: name, id: 1 }, event: 2, detail: 0 },
  });

  it('delivers in order, after the caller, to those who still listen', async () => {
    const bus = new EventBus();
    const heard: string[] = [];
    const name = ({ payload }: DriverEvent): string => (payload['dom'] as { name: string }).name;
    bus.register({ family: 'domain', eventId: 0, ref: null }, (event) => heard.push(`all ${name(event)}`));
    bus.register({ family: 'domain', eventId: 0, ref: { name: 'x', uuid: 'b', id: 1 } }, (event) =>
      heard.push(`b ${name(event)}`),
    );
    const leave = bus.register({ family: 'domain', eventId: 0, ref: null }, () => heard.push('gone'));
    bus.register({ family: 'network', eventId: 0, ref: null }, () => heard.push('network'));
    bus.emit(event('a'));
    bus.emit(event('b'));
    leave();
    expect(heard).toEqual([]);
    await vi.waitFor(() => expect(heard).toEqual(['all a', 'all b', 'b b']));
    expect(bus.size).toBe(3);
  });
});

describe('filters', () => {
  it('ask for every group that has a flag set', () => {
    const groups = [either<number>(1, 2, (value) => value > 10), either<number>(4, 8, (value) => value % 2 === 0)];
    const passing = (flags: number): number[] => [3, 4, 11, 12].filter((value) => passes(value, flags, groups));
    expect(passing(0)).toEqual([3, 4, 11, 12]);
    expect(passing(1)).toEqual([11, 12]);
    expect(passing(1 | 2)).toEqual([3, 4, 11, 12]);
    expect(passing(2 | 4)).toEqual([4]);
  });
});

describe('ObjectList', () => {
  it('claims by UUID and name together', () => {
    const list = new ObjectList<{ name: string; uuid: string }>('domain');
    list.add({ name: 'a', uuid: '1' });
    expect(list.claim('a', '1')).toBe(list.byName('a'));
    expect(list.claim('b', '2')).toBeUndefined();
    expect(() => list.claim('b', '1')).toThrow("operation failed: domain 'a' is already defined with uuid 1");
    expect(() => list.claim('a', '2')).toThrow("operation failed: domain 'a' already exists with uuid 1");
    list.rename(list.byName('a')!, 'c');
    expect([list.byName('a'), list.byUuid('1')?.name]).toEqual([undefined, 'c']);
  });
});

describe('GuestAgent', () => {
  it('freezes each file system once, all or nothing', () => {
    const agent = new GuestAgent();
    expect(agent.freeze(['/boot'])).toBe(1);
    expect(() => agent.freeze(['/', '/nope'])).toThrow('mount point not found: /nope');
    expect(agent.freeze([])).toBe(1);
    expect(agent.thaw([])).toBe(2);
  });
});

describe('IP addresses', () => {
  it('go to numbers and back', () => {
    for (const text of ['192.168.122.2', '0.0.0.0', '::', '::1', 'fe80::1', '2001:db8:0:1::', '2001:db8:1:2:3:4:5:6']) {
      expect(formatIp(parseIp(text)!)).toBe(text);
    }
    expect(formatIp(parseIp('::ffff:1.2.3.4')!)).toBe('::ffff:102:304');
    expect(parseIp('nope')).toBeNull();
    expect(netmaskLength('255.255.255.0')).toBe(24);
  });
});

describe('assertKeycodes', () => {
  it('refuses codes that the set does not have', () => {
    assertKeycodes(0, [30, 42]);
    expect(() => assertKeycodes(0, [30, 0])).toThrow('invalid keycode 0 of linux codeset');
    expect(() => assertKeycodes(99, [1])).toThrow('unknown code set 99');
  });
});
