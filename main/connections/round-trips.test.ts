/** How often the host waits for a daemon until the guest table is complete: a number that knows no number of guests. */
import { describe, expect, it } from 'vitest';
import { Connection } from '../../drivers/connection.ts';
import type { DomainRef, TypedParam } from '../../drivers/driver.ts';
import { type VirError, virError } from '../../drivers/error.ts';
import { failOnLeaks } from '../../drivers/fail-on-leaks.ts';
import { openSession } from '../../drivers/remote/open.ts';
import { fakeDaemon } from '../../drivers/remote/testing/fake-daemon.ts';
import { procedures } from '../../drivers/rpc/generated/procedures.gen.ts';
import { type FakePeer, MemoryTransport } from '../../drivers/rpc/testing/fake-peer.ts';
import { parseUri } from '../../drivers/uri.ts';
import { uuidOf } from '../testing/fake-hypervisor.ts';
import { subscribe } from './core-events.ts';
import { CoreGuests } from './core-guests.ts';

failOnLeaks();

const domains = (count: number): DomainRef[] =>
  Array.from({ length: count }, (_, n) => ({ name: `guest-${n}`, uuid: uuidOf(n), id: n }));

const unknown = (): VirError => virError('VIR_ERR_RPC', 'VIR_FROM_RPC', 'unknown procedure: 1');

function daemon(refs: DomainRef[], features?: number[]): FakePeer {
  return fakeDaemon(features ? { features } : {})
    .on(procedures.connectListAllDomains, () => ({ domains: refs, ret: refs.length }))
    .on(procedures.domainGetInfo, () => ({ state: 1, maxMem: 64n, memory: 32n, nrVirtCpu: 2, cpuTime: 5n }))
    .on(procedures.domainGetState, () => ({ state: 1, reason: 1 }));
}

/** libvirt of today. */
function newDaemon(refs: DomainRef[]): FakePeer {
  const params: TypedParam[] = [
    { field: 'state.state', type: 'int', value: 1 },
    { field: 'cpu.time', type: 'ullong', value: 5n },
    { field: 'vcpu.current', type: 'uint', value: 2 },
    { field: 'balloon.current', type: 'ullong', value: 32n },
    { field: 'balloon.maximum', type: 'ullong', value: 64n },
  ];
  const registered = (): { callbackID: number } => ({ callbackID: 1 });
  return daemon(refs)
    .on(procedures.connectGetAllDomainStats, () => ({ retStats: refs.map((dom) => ({ dom, params })) }))
    .on(procedures.connectDomainEventCallbackRegisterAny, registered)
    .on(procedures.connectNetworkEventRegisterAny, registered)
    .on(procedures.connectStoragePoolEventRegisterAny, registered);
}

/** libvirt 1.2.0: no bulk statistics, no events but domains', and these without callback ids. */
function oldDaemon(refs: DomainRef[]): FakePeer {
  return daemon(refs, [])
    .on(procedures.connectGetAllDomainStats, unknown)
    .on(procedures.connectDomainEventRegisterAny, () => undefined)
    .on(procedures.connectNetworkEventRegisterAny, unknown)
    .on(procedures.connectStoragePoolEventRegisterAny, unknown);
}

/** Lets `work` run against a daemon that answers only when nothing more can be asked; how many calls came each time. */
async function callsPerRound(peer: FakePeer, work: Promise<unknown>): Promise<number[]> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  const rounds: number[] = [];
  for (let seen = peer.calls.length; ; seen = peer.calls.length) {
    peer.hold();
    for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
    if (peer.calls.length > seen) rounds.push(peer.calls.length - seen);
    else if (isOver) break;
    peer.release();
  }
  peer.release();
  await over;
  return rounds;
}

async function tableRounds(peer: FakePeer, count: number): Promise<number[]> {
  const session = await openSession(new MemoryTransport(peer), parseUri('qemu:///system'), {});
  await using connection = new Connection(session, false);
  const guests = new CoreGuests(connection);
  let shown = 0;
  const load = async (): Promise<void> => {
    await subscribe(connection, () => undefined, {});
    const [facts, samples] = await Promise.all([guests.list({}), guests.sample({ throughput: true }, {})]);
    const sampled = new Set(samples?.filter(({ counters }) => counters.cpuTimeNs === 5n).map(({ uuid }) => uuid));
    shown = facts.filter(({ uuid, vcpus, memoryKiB }) => vcpus === 2 && memoryKiB === 32 && sampled.has(uuid)).length;
  };
  const rounds = await callsPerRound(peer, load());
  expect(shown).toBe(count);
  return rounds;
}

describe('a complete guest table', () => {
  it('takes two round trips, and as many calls for 20 guests as for 200', async () => {
    for (const count of [20, 200]) {
      // Events; then five lists, of which one are statistics, and the first sample.
      expect(await tableRounds(newDaemon(domains(count)), count)).toEqual([11, 6]);
    }
  });

  it('takes a fixed number from an old daemon, too, and what is asked guest by guest is asked at once', async () => {
    for (const count of [20, 200]) {
      // The refusal of the bulk call; info and state of all for the list beside the list for the sample; the sample.
      expect(await tableRounds(oldDaemon(domains(count)), count)).toEqual([11, 6, 2 * count + 1, count]);
    }
  });
});
