/** Servers that lack what newer ones have: asked once, then remembered, and what stands in for it is used. */
import { describe, expect, it } from 'vitest';
import { Connection } from '../connection.ts';
import type { TypedParam } from '../driver.ts';
import { type VirError, virError } from '../error.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { type FakePeer, MemoryTransport } from '../rpc/testing/fake-peer.ts';
import { parseUri } from '../uri.ts';
import { openSession } from './open.ts';
import { fakeDaemon } from './testing/fake-daemon.ts';

failOnLeaks();

const guest = { name: 'g', uuid: '00000000-0000-4000-8000-000000000001', id: 1 };
const limit: TypedParam = { field: 'hard_limit', type: 'ullong', value: 1n };
const unknown = (): VirError => virError('VIR_ERR_RPC', 'VIR_FROM_RPC', 'unknown procedure: 258');
const lacking = (): VirError =>
  virError(
    'VIR_ERR_NO_SUPPORT',
    'VIR_FROM_NONE',
    'this function is not supported by the connection driver: virConnectGetAllDomainStats',
  );

/** Of the time before functions with flags, features and bulk statistics. */
function oldDaemon(): FakePeer {
  return fakeDaemon({ features: [] })
    .on(procedures.domainLookupByName, () => ({ dom: guest }))
    .on(procedures.domainShutdownFlags, unknown)
    .on(procedures.domainShutdown, () => undefined)
    .on(procedures.domainGetMemoryParameters, ({ nparams }) => ({ params: nparams === 0 ? [] : [limit], nparams: 1 }))
    .on(procedures.connectGetAllDomainStats, unknown);
}

async function connectTo(peer: FakePeer): Promise<Connection> {
  return new Connection(await openSession(new MemoryTransport(peer), parseUri('qemu:///system'), {}), false);
}

/** What is asked of the server by `work`. */
async function callsOf(peer: FakePeer, work: () => Promise<unknown>): Promise<string[]> {
  const before = peer.calls.length;
  await work();
  return peer.calls.slice(before);
}

describe('an old server', () => {
  it('is asked once for the function with flags, and the plain one stands in for it', async () => {
    const peer = oldDaemon();
    await using connection = await connectTo(peer);
    const domain = await connection.domainLookupByName('g');
    expect(await callsOf(peer, () => domain.shutdown(0))).toEqual(['domain_shutdown_flags', 'domain_shutdown']);
    expect(await callsOf(peer, () => domain.shutdown(0))).toEqual(['domain_shutdown']);
    expect(connection.supports('virDomainShutdownFlags')).toBe(false);
    // What the plain function does not do is refused, and no longer asked for.
    const refused = await callsOf(peer, () =>
      expect(domain.shutdown(2)).rejects.toThrow('The server is too old for domain_shutdown_flags'),
    );
    expect(refused).toEqual([]);
  });

  it.each([
    ['does not know the procedure', unknown, 'The server is too old for connect_get_all_domain_stats'],
    ['has a driver without it', lacking, 'not supported by the connection driver: virConnectGetAllDomainStats'],
  ])('that %s is not asked again', async (_, answer, message) => {
    const peer = oldDaemon().on(procedures.connectGetAllDomainStats, answer);
    await using connection = await connectTo(peer);
    const stats = (): Promise<unknown> =>
      expect(connection.getAllDomainStats()).rejects.toMatchObject({
        codeName: 'VIR_ERR_NO_SUPPORT',
        message: expect.stringContaining(message) as string,
      });
    expect(await callsOf(peer, stats)).toEqual(['connect_get_all_domain_stats']);
    expect(await callsOf(peer, stats)).toEqual([]);
    expect(connection.refusal('virConnectGetAllDomainStats')?.message).toContain(message);
  });

  it('gets no flag that its features do not name, and is asked for them once', async () => {
    const peer = oldDaemon();
    await using connection = await connectTo(peer);
    const domain = await connection.domainLookupByName('g');
    await domain.getMemoryParameters();
    const calls = await callsOf(peer, () => domain.getMemoryParameters());
    expect(calls).toEqual(['domain_get_memory_parameters', 'domain_get_memory_parameters']);
    const asked = peer.received.filter(({ name }) => name === 'domain_get_memory_parameters');
    expect(asked.map(({ args }) => (args as { flags: number }).flags)).toEqual([0, 0, 0, 0]);
  });

  it('without the third migration protocol is not migrated from', async () => {
    const [from, to] = [oldDaemon(), oldDaemon()];
    await using source = await connectTo(from);
    await using destination = await connectTo(to);
    const domain = await source.domainLookupByName('g');
    await expect(domain.migrate(destination)).rejects.toMatchObject({ codeName: 'VIR_ERR_NO_SUPPORT' });
    expect(to.calls).not.toContain('domain_migrate_prepare3_params');
  });
});
