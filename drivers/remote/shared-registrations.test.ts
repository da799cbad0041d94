import { describe, expect, it } from 'vitest';
import type { DriverEvent, EventFilter } from '../driver.ts';
import { type VirError, virError } from '../error.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { type FakePeer, MemoryTransport } from '../rpc/testing/fake-peer.ts';
import { parseUri } from '../uri.ts';
import { openSession } from './open.ts';
import type { RemoteSession } from './session.ts';
import { fakeDaemon } from './testing/fake-daemon.ts';

failOnLeaks();

const dom = { name: 'fedora', uuid: '04d008b5-99ee-483c-9eab-9d2065cc990d', id: 1 };
const onLifecycle: EventFilter = { family: 'domain', eventId: 0, ref: null };
const { connectDomainEventCallbackRegisterAny, connectDomainEventCallbackDeregisterAny } = procedures;

async function opened(): Promise<{ peer: FakePeer; session: RemoteSession } & AsyncDisposable> {
  let next = 0;
  const peer = fakeDaemon()
    .on(connectDomainEventCallbackRegisterAny, () => ({ callbackID: next++ }))
    .on(connectDomainEventCallbackDeregisterAny, () => undefined);
  const session = await openSession(new MemoryTransport(peer), parseUri('qemu:///system'), {});
  return { peer, session, [Symbol.asyncDispose]: () => session.close() };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}

const registrations = (peer: FakePeer): string[] => peer.calls.filter((name) => name.includes('register_any'));

function lifecycle(peer: FakePeer, callbackID: number): void {
  peer.event(procedures.domainEventCallbackLifecycle, { callbackID, msg: { dom, event: 4, detail: 1 } });
}

describe('registrations with the server', () => {
  it('are one for all listeners of a kind, and end with the last', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    const heard: string[] = [];
    const all = await Promise.all(
      ['a', 'b', 'c'].map((name) => session.registerEvent(onLifecycle, () => heard.push(name))),
    );
    expect(registrations(peer)).toEqual(['connect_domain_event_callback_register_any']);
    lifecycle(peer, 0);
    await settle();
    expect(heard).toEqual(['a', 'b', 'c']);
    await all[0]!.unregister();
    await all[0]!.unregister();
    await all[1]!.unregister();
    lifecycle(peer, 0);
    await settle();
    expect(heard).toEqual(['a', 'b', 'c', 'c']);
    expect(registrations(peer)).toHaveLength(1);
    await all[2]!.unregister();
    expect(registrations(peer).at(-1)).toBe('connect_domain_event_callback_deregister_any');
  });

  it('are others for another kind or another object', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    const heard: number[] = [];
    const filters = [onLifecycle, { ...onLifecycle, ref: dom }, { ...onLifecycle, eventId: 1 }];
    for (const [at, filter] of filters.entries()) await session.registerEvent(filter, () => heard.push(at));
    expect(registrations(peer)).toHaveLength(3);
    lifecycle(peer, 1);
    await settle();
    expect(heard).toEqual([1]);
  });

  it('are made anew after the last was taken back, in this order', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    const events: DriverEvent[] = [];
    const first = await session.registerEvent(onLifecycle, () => undefined);
    const ending = first.unregister();
    const second = session.registerEvent(onLifecycle, (event) => events.push(event));
    await Promise.all([ending, second]);
    expect(peer.calls.slice(-3)).toEqual([
      'connect_domain_event_callback_register_any',
      'connect_domain_event_callback_deregister_any',
      'connect_domain_event_callback_register_any',
    ]);
    lifecycle(peer, 1);
    await settle();
    expect(events).toHaveLength(1);
  });

  it('go on for the others when one listener gives up before the answer', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    peer.hold();
    const controller = new AbortController();
    const events: DriverEvent[] = [];
    const impatient = session.registerEvent(onLifecycle, () => undefined, { signal: controller.signal });
    const patient = session.registerEvent(onLifecycle, (event) => events.push(event));
    controller.abort();
    await expect(impatient).rejects.toMatchObject({ codeName: 'VIR_ERR_OPERATION_ABORTED' });
    peer.release();
    await patient;
    lifecycle(peer, 0);
    await settle();
    expect(events).toHaveLength(1);
    expect(registrations(peer)).toHaveLength(1);
  });

  it('that were refused are asked for again', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    let answer: VirError | { callbackID: number } = virError('VIR_ERR_ACCESS_DENIED', 'VIR_FROM_ACCESS', 'no');
    peer.on(connectDomainEventCallbackRegisterAny, () => answer);
    const refused = await Promise.allSettled([1, 2].map(() => session.registerEvent(onLifecycle, () => undefined)));
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    answer = { callbackID: 5 };
    await session.registerEvent(onLifecycle, () => undefined);
    expect(registrations(peer)).toHaveLength(2);
  });

  it('need no goodbye on a connection that has ended', async () => {
    const { peer, session } = await opened();
    const registration = await session.registerEvent(onLifecycle, () => undefined);
    peer.hangUp();
    await settle();
    await registration.unregister();
    expect(session.isAlive()).toBe(false);
  });
});
