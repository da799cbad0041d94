/** A daemon that shakes hands in order and then sends events that nobody asked for. */
import { describe, expect, it } from 'vitest';
import { Connection } from '../connection.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { type FakePeer, MemoryTransport, silent } from '../rpc/testing/fake-peer.ts';
import { parseUri } from '../uri.ts';
import { feature } from './features.ts';
import { openSession } from './open.ts';
import { fakeDaemon } from './testing/fake-daemon.ts';

failOnLeaks();

const dom = { name: 'fedora', uuid: '04d008b5-99ee-483c-9eab-9d2065cc990d', id: 1 };
const unknownDom = { name: '', uuid: 'ffffffff-ffff-ffff-ffff-ffffffffffff', id: -2_147_483_648 };
const { connectDomainEventCallbackRegisterAny, domainEventCallbackLifecycle, domainEventLifecycle } = procedures;

async function connected(features = Object.values(feature) as number[]): Promise<{
  peer: FakePeer;
  connection: Connection;
}> {
  const peer = fakeDaemon({ features });
  const session = await openSession(new MemoryTransport(peer), parseUri('qemu:///system'), {});
  return { peer, connection: new Connection(session, false) };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe('events', () => {
  it('of unknown guests, callbackIDs and of the other generation change nothing', async () => {
    const { peer, connection } = await connected();
    peer.on(connectDomainEventCallbackRegisterAny, () => ({ callbackID: 4 }));
    const heard: string[] = [];
    await connection.onDidChangeDomainLifecycle(({ domain }) => heard.push(domain.getUUIDString()));
    for (let i = 0; i < 10_000; i++) {
      peer.event(domainEventCallbackLifecycle, { callbackID: 5, msg: { dom, event: i, detail: -1 } });
      peer.event(domainEventLifecycle, { dom, event: i, detail: -1 });
    }
    peer.event(domainEventCallbackLifecycle, { callbackID: 4, msg: { dom: unknownDom, event: 999, detail: -999 } });
    await settle();
    // An unknown guest is its listener's to judge; nothing else is heard.
    expect(heard).toEqual([unknownDom.uuid]);
    expect(connection.undeliveredEvents).toBe(0);
    expect(connection.isAlive()).toBe(true);
    await connection.close();
  });

  it('that come while a registration is under way are kept up to a bound', async () => {
    const { peer, connection } = await connected();
    peer.on(connectDomainEventCallbackRegisterAny, () => silent);
    const heard: number[] = [];
    const registering = connection.onDidChangeDomainLifecycle(({ domain, detail }) => {
      heard.push(detail);
      expect(domain.getUUIDString()).toBe(dom.uuid);
    });
    await settle();
    const call = peer.received.at(-1)!;
    const large = { ...dom, name: 'n'.repeat(300_000) };
    for (let detail = 0; detail < 8; detail++) {
      peer.event(domainEventCallbackLifecycle, { callbackID: 4, msg: { dom: large, event: 0, detail } });
    }
    for (let detail = 100; detail < 1000; detail++) {
      peer.event(domainEventCallbackLifecycle, { callbackID: 4, msg: { dom, event: 0, detail } });
    }
    await settle();
    peer.reply(connectDomainEventCallbackRegisterAny, call.serial, { callbackID: 4 });
    await registering;
    // Three large ones are most of the megabyte; small ones up to their number.
    expect(heard.slice(0, 4)).toEqual([0, 1, 2, 100]);
    expect(heard).toHaveLength(256);
    await connection.close();
  });
});
