import { describe, expect, it } from 'vitest';
import { Connection } from './connection.ts';
import { slotProcedures } from './driver-slots.gen.ts';
import type { DomainRef } from './driver.ts';
import { Domain } from './domain.ts';
import { virError } from './error.ts';
import { failOnLeaks } from './fail-on-leaks.ts';
import { FakeSession, fakeDomain } from './fake-session.ts';
import { isLooking } from './read-only.ts';
import { openSession } from './remote/open.ts';
import { fakeDaemon } from './remote/testing/fake-daemon.ts';
import { procedures } from './rpc/generated/procedures.gen.ts';
import { type FakePeer, MemoryTransport } from './rpc/testing/fake-peer.ts';
import { shareReads } from './shared-reads.ts';
import { parseUri } from './uri.ts';

failOnLeaks();

const otherDomain: DomainRef = { ...fakeDomain, name: 'vm2', uuid: '6695eb01-f6a4-8304-79aa-97f2502e193e' };
const rounds = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A connection with shared reads to a daemon that holds back its answers until `release`. */
async function setUp(): Promise<
  { peer: FakePeer; domain: Domain; other: Domain; connection: Connection; calls(): string[] } & AsyncDisposable
> {
  const peer = fakeDaemon()
    .on(procedures.domainGetXmlDesc, ({ dom, flags }) => ({ xml: `<domain name='${dom.name}' flags='${flags}'/>` }))
    .on(procedures.domainGetInfo, () => ({ state: 1, maxMem: 64n, memory: 32n, nrVirtCpu: 2, cpuTime: 5n }))
    .on(procedures.domainSuspend, () => undefined)
    .on(procedures.connectDomainEventCallbackRegisterAny, () => ({ callbackID: 7 }))
    .on(procedures.connectDomainEventCallbackDeregisterAny, () => undefined);
  const session = await openSession(new MemoryTransport(peer), parseUri('qemu:///system'), {});
  const connection = new Connection(shareReads(session), false);
  const before = peer.calls.length;
  return {
    peer,
    connection,
    domain: new Domain(connection.core, fakeDomain),
    other: new Domain(connection.core, otherDomain),
    calls: () => peer.calls.slice(before),
    [Symbol.asyncDispose]: () => connection.close(),
  };
}

describe('shared reads', () => {
  it('asks once what is asked at the same time, and again what is asked later', async () => {
    await using host = await setUp();
    const xmls = await Promise.all([host.domain.getXMLDesc(0), host.domain.getXMLDesc(0), host.domain.getXMLDesc(0)]);
    expect(new Set(xmls)).toEqual(new Set([`<domain name='vm1' flags='0'/>`]));
    expect(host.calls()).toEqual(['domain_get_xml_desc']);
    await host.domain.getXMLDesc(0);
    expect(host.calls()).toHaveLength(2);
  });

  it('tells apart procedures, objects and arguments', async () => {
    await using host = await setUp();
    const xmls = await Promise.all([
      host.domain.getXMLDesc(0),
      host.domain.getXMLDesc(2),
      host.other.getXMLDesc(0),
      host.domain.getInfo().then(() => 'info'),
    ]);
    expect(xmls).toEqual([
      `<domain name='vm1' flags='0'/>`,
      `<domain name='vm1' flags='2'/>`,
      `<domain name='vm2' flags='0'/>`,
      'info',
    ]);
    expect(host.calls()).toHaveLength(4);
  });

  it('gives every caller an answer of its own', async () => {
    await using host = await setUp();
    const [first, second] = await Promise.all([host.domain.getInfo(), host.domain.getInfo()]);
    expect(host.calls()).toHaveLength(1);
    first.memory = 0n;
    expect(second).toEqual({ state: 1, maxMem: 64n, memory: 32n, nrVirtCpu: 2, cpuTime: 5n });
  });

  it('asks anew after a change began, and after it was done', async () => {
    await using host = await setUp();
    host.peer.hold();
    const before = host.domain.getInfo();
    const change = host.domain.suspend();
    const during = host.domain.getInfo();
    await rounds();
    expect(host.calls()).toEqual(['domain_get_info', 'domain_suspend', 'domain_get_info']);
    // The change is answered while the read that began before its end is not.
    host.peer.release((packets) => [packets[1]!]);
    await change;
    const after = host.domain.getInfo();
    await rounds();
    expect(host.calls()).toHaveLength(4);
    await after;
    void Promise.allSettled([before, during]);
  });

  it('asks anew after an event', async () => {
    await using host = await setUp();
    let heard = 0;
    await using _ = await host.connection.onDidChangeDomainLifecycle(() => (heard += 1));
    host.peer.hold();
    const before = host.domain.getInfo().catch(() => 'unanswered');
    await rounds();
    host.peer.release(() => []);
    host.peer.event(procedures.domainEventCallbackLifecycle, {
      callbackID: 7,
      msg: { dom: fakeDomain, event: 2, detail: 0 },
    });
    await rounds();
    expect(heard).toBe(1);
    await host.domain.getInfo();
    expect(host.calls().filter((name) => name === 'domain_get_info')).toHaveLength(2);
    await host.connection.close();
    expect(await before).toBe('unanswered');
  });

  it('goes on for the others when one leaves, by signal or deadline', async () => {
    await using host = await setUp();
    host.peer.hold();
    const leaver = new AbortController();
    const left = host.domain.getInfo({ signal: leaver.signal });
    const late = host.domain.getInfo({ timeoutMs: 10 });
    const gone = Promise.allSettled([left, late]);
    const stays = host.domain.getInfo();
    await rounds();
    leaver.abort(new Error('the window was closed'));
    expect(await gone).toMatchObject([
      { reason: { codeName: 'VIR_ERR_OPERATION_ABORTED' } },
      { reason: { codeName: 'VIR_ERR_OPERATION_TIMEOUT' } },
    ]);
    host.peer.release();
    expect(await stays).toMatchObject({ nrVirtCpu: 2 });
    expect(host.calls()).toHaveLength(1);
  });

  it('gives the question up when nobody waits any more, and asks the next one anew', async () => {
    const signals: (AbortSignal | undefined)[] = [];
    const session = new FakeSession({
      domainGetInfo: (_args, options) => {
        signals.push(options?.signal);
        return new Promise((_resolve, reject) => {
          options?.signal?.addEventListener('abort', () => reject(new Error('given up')));
        });
      },
    });
    await using connection = new Connection(shareReads(session), false);
    const domain = new Domain(connection.core, fakeDomain);
    const leaver = new AbortController();
    const both = [domain.getInfo({ signal: leaver.signal }), domain.getInfo({ signal: leaver.signal })];
    leaver.abort();
    await Promise.allSettled(both);
    expect(signals.map((signal) => signal?.aborted)).toEqual([true]);
    void domain.getInfo({ timeoutMs: 1 }).catch(() => undefined);
    await rounds();
    expect(signals).toHaveLength(2);
  });

  it('gives the same failure to all, and keeps none', async () => {
    let asked = 0;
    const gone = virError('VIR_ERR_NO_DOMAIN', 'VIR_FROM_QEMU', 'Domain not found');
    const session = new FakeSession({
      domainGetInfo: () => (asked++ === 0 ? Promise.reject(gone) : new Promise(() => undefined)),
    });
    await using connection = new Connection(shareReads(session), false);
    const domain = new Domain(connection.core, fakeDomain);
    const results = await Promise.allSettled([domain.getInfo(), domain.getInfo()]);
    expect(results.map((result) => result.status === 'rejected' && (result.reason as unknown))).toEqual([gone, gone]);
    void domain.getInfo();
    expect(asked).toBe(2);
  });

  it('never shares what changes something or opens a stream', () => {
    const shared = (Object.keys(slotProcedures) as (keyof typeof slotProcedures)[]).filter(isLooking);
    expect(shared.filter((name) => slotProcedures[name].stream !== undefined)).toEqual([]);
    // But "defined" and "updated" are states.
    const changing = /(Create|Define|Destroy|Delete|Attach|Detach|Update|Begin|Abort|Resize|Register|Set[A-Z])(?!d)/;
    expect(shared.filter((name) => changing.test(name))).toEqual([]);
  });
});
