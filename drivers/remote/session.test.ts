import { describe, expect, it, vi } from 'vitest';
import { slotProcedures } from '../driver-slots.gen.ts';
import type { DriverEvent, EventFilter, OpenOptions } from '../driver.ts';
import { VirError, virError } from '../error.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { MemoryTransport, silent, type FakePeer } from '../rpc/testing/fake-peer.ts';
import { procedures } from '../rpc/generated/procedures.gen.ts';
import { parseUri } from '../uri.ts';
import { fakeDaemon, type FakeDaemonOptions } from './testing/fake-daemon.ts';
import { feature } from './features.ts';
import { openSession, serverName } from './open.ts';
import type { RemoteSession } from './session.ts';

failOnLeaks();

const dom = { name: 'fedora', uuid: '04d008b5-99ee-483c-9eab-9d2065cc990d', id: 1 };
const otherDom = { ...dom, name: 'debian', uuid: '04d008b5-99ee-483c-9eab-9d2065cc990e' };
const onLifecycle: EventFilter = { family: 'domain', eventId: 0, ref: null };

async function opened(
  options: FakeDaemonOptions & { uri?: string | null; open?: OpenOptions; prepare?: (peer: FakePeer) => void } = {},
): Promise<{ peer: FakePeer; transport: MemoryTransport; session: RemoteSession } & AsyncDisposable> {
  const peer = fakeDaemon(options);
  options.prepare?.(peer);
  const transport = new MemoryTransport(peer);
  const uri = options.uri === undefined ? 'qemu:///system' : options.uri;
  const session = await openSession(transport, uri === null ? null : parseUri(uri), options.open ?? {});
  return { peer, transport, session, [Symbol.asyncDispose]: () => session.close() };
}

async function settle(): Promise<void> {
  for (let i = 0; i < 6; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function failureOf(promise: Promise<unknown>): Promise<VirError> {
  const error: unknown = await promise.then(
    () => new Error('it did not fail'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof VirError)) throw error;
  return error;
}

describe('the handshake', () => {
  it('asks in libvirt’s order, in three round trips', async () => {
    const rounds: string[][] = [];
    const peer = fakeDaemon();
    const opening = openSession(new MemoryTransport(peer), parseUri('qemu:///system'), { readonly: true });
    const seen = (): number => rounds.flat().length;
    while (seen() < 8) {
      peer.hold();
      // All that can be asked without an answer.
      await vi.waitFor(() => expect(peer.calls.length).toBeGreaterThan(seen()));
      await settle();
      rounds.push(peer.calls.slice(seen()));
      peer.release();
    }
    await (await opening).close();
    expect(rounds).toEqual([
      ['auth_list'],
      ['connect_supports_feature', 'connect_open'],
      [
        'connect_register_close_callback',
        'connect_supports_feature',
        'connect_supports_feature',
        'connect_get_type',
        'connect_supports_feature',
      ],
    ]);
  });

  it('opens by name, as read-only as it was asked to', async () => {
    await using connection = await opened({ open: { readonly: true } });
    const open = connection.peer.received.find(({ name }) => name === 'connect_open')!;
    expect(open.args).toEqual({ name: 'qemu:///system', flags: 1 });
    expect([connection.session.type, connection.session.uri]).toEqual(['QEMU', 'qemu:///system']);
  });

  it('knows a read-only socket by its name, whatever was asked for', async () => {
    await using connection = await opened({ uri: 'qemu+unix:///system?socket=/run/libvirt/virtqemud-sock-ro' });
    expect(connection.session.isReadOnly).toBe(true);
    expect(connection.peer.received.find(({ name }) => name === 'connect_open')!.args).toMatchObject({ flags: 1 });
    await using other = await opened({ uri: 'qemu+unix:///system?socket=/run/libvirt/libvirt-sock' });
    expect(other.session.isReadOnly).toBe(false);
  });

  it('lets the server choose where no driver is named', async () => {
    await using connection = await opened({ uri: null });
    expect(connection.peer.received.find(({ name }) => name === 'connect_open')!.args).toEqual({ name: '', flags: 0 });
    expect(connection.session.uri).toBe('qemu:///system');
  });

  it('authenticates by polkit where the server asks for it', async () => {
    const prepare = (peer: FakePeer): void => void peer.on(procedures.authPolkit, () => ({ complete: 1 }));
    await using connection = await opened({ authTypes: [2], prepare });
    expect(connection.peer.calls.slice(0, 2)).toEqual(['auth_list', 'auth_polkit']);
  });

  it('says what to do when polkit refuses', async () => {
    const prepare = (peer: FakePeer): void =>
      void peer.on(procedures.authPolkit, () =>
        virError('VIR_ERR_AUTH_UNAVAILABLE', 'VIR_FROM_POLKIT', 'no polkit agent available'),
      );
    const error = await failureOf(opened({ authTypes: [2], prepare }));
    expect(error.codeName).toBe('VIR_ERR_AUTH_UNAVAILABLE');
    expect(error.message).toContain('no polkit agent available. Join the group libvirt');
  });

  it('refuses what the server does not offer with a clear error', async () => {
    const asked = await failureOf(opened({ uri: 'qemu:///system?auth=sasl' }));
    expect([asked.codeName, asked.message]).toEqual([
      'VIR_ERR_AUTH_UNAVAILABLE',
      'The URI asks for auth=sasl, which the server does not offer.',
    ]);
    expect((await failureOf(opened({ uri: 'qemu:///system?auth=magic' }))).codeName).toBe('VIR_ERR_INVALID_ARG');
  });

  it('closes the transport when the server refuses', async () => {
    const peer = fakeDaemon().on(procedures.connectOpen, () =>
      virError('VIR_ERR_NO_CONNECT', 'VIR_FROM_NONE', 'no driver'),
    );
    const transport = new MemoryTransport(peer);
    expect((await failureOf(openSession(transport, parseUri('xen:///system'), {}))).message).toBe('no driver');
    expect(transport.isClosed).toBe(true);
  });

  it('gives up a silent server after its time', async () => {
    const peer = fakeDaemon().on(procedures.authList, () => silent);
    const error = await failureOf(
      openSession(new MemoryTransport(peer), parseUri('qemu:///system'), { timeoutMs: 20 }),
    );
    expect(error.codeName).toBe('VIR_ERR_OPERATION_TIMEOUT');
  });

  it('goes without features where the server does not know the question', async () => {
    const prepare = (peer: FakePeer): void => {
      const unknown = virError('VIR_ERR_RPC', 'VIR_FROM_RPC', 'unknown procedure');
      peer.on(procedures.connectSupportsFeature, () => unknown);
      peer.on(procedures.connectRegisterCloseCallback, () => unknown);
    };
    await using connection = await opened({ prepare });
    expect(connection.session.isAlive()).toBe(true);
  });

  it('fails where the server has the close callback and refuses it', async () => {
    const prepare = (peer: FakePeer): void =>
      void peer.on(procedures.connectRegisterCloseCallback, () =>
        virError('VIR_ERR_OPERATION_FAILED', 'VIR_FROM_REMOTE', 'no more callbacks'),
      );
    expect((await failureOf(opened({ prepare }))).message).toBe('no more callbacks');
  });
});

describe('serverName', () => {
  it.each([
    ['qemu+unix:///system?socket=/tmp/s&mode=legacy', 'qemu:///system'],
    ['test+unix:///default', 'test:///default'],
    ['qemu:///embed?root=/tmp/r&no_tty=1', 'qemu:///embed?root=/tmp/r'],
    ['remote+unix:///', ''],
    ['qemu:///system?name=xen:///system', 'xen:///system'],
  ])('%s -> "%s"', (uri, name) => {
    expect(serverName(parseUri(uri))).toBe(name);
  });
});

describe('slots', () => {
  it('are there for every procedure but those that pass file descriptors', async () => {
    await using connection = await opened();
    const { slots } = connection.session;
    const wanted = Object.entries(slotProcedures).filter(([, { fds }]) => fds === undefined);
    expect(Object.keys(slots)).toEqual(wanted.map(([name]) => name));
    expect(wanted).toHaveLength(374);
    expect(slots.domainOpenGraphics).toBeUndefined();
    expect(slots.domainCreateXmlWithFiles).toBeUndefined();
    expect(slots.domainOpenConsole).toBeDefined();
  });

  it('return results without the wire’s warts', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    peer.on(procedures.domainGetXmlDesc, () => ({ xml: '<domain/>' }));
    peer.on(procedures.connectListAllDomains, () => ({ domains: [dom], ret: 1 }));
    expect(await session.slots.domainGetXmlDesc!({ dom, flags: 0 })).toBe('<domain/>');
    expect(await session.slots.connectListAllDomains!({ flags: 2 })).toEqual([dom]);
    expect(peer.received.at(-1)!.args).toEqual({ needResults: 1, flags: 2 });
  });

  it('ask for typed parameters twice, with strings where the server can', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    const params = [{ field: 'weight', type: 'uint' as const, value: 50 }];
    peer.on(procedures.domainGetBlkioParameters, ({ nparams }) =>
      nparams === 0 ? { params: [], nparams: 1 } : { params, nparams: 0 },
    );
    expect(await session.slots.domainGetBlkioParameters!({ dom, flags: 1 })).toEqual(params);
    expect(peer.received.slice(-2).map(({ args }) => args)).toEqual([
      { dom, nparams: 0, flags: 5 },
      { dom, nparams: 1, flags: 5 },
    ]);
    const before = peer.received.length;
    await session.slots.domainGetBlkioParameters!({ dom, flags: 0 });
    expect(peer.received.length - before).toBe(2);
  });

  it('do not ask for strings where the server cannot', async () => {
    await using connection = await opened({ features: [feature.remoteEventCallback] });
    const { peer, session } = connection;
    peer.on(procedures.domainGetNumaParameters, () => ({ params: [], nparams: 0 }));
    expect(await session.slots.domainGetNumaParameters!({ dom, flags: 1 })).toEqual([]);
    expect(peer.received.at(-1)!.args).toEqual({ dom, nparams: 0, flags: 1 });
  });

  it('name the most parameters where the answer has no count', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    peer.on(procedures.domainGetSchedulerParameters, () => ({ params: [] }));
    await session.slots.domainGetSchedulerParameters!({ dom });
    expect(peer.received.at(-1)!.args).toEqual({ dom, nparams: 16 });
  });

  it('open streams, with what the reply says beside them', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    peer.on(procedures.domainScreenshot, () => ({ mime: 'image/png' }));
    peer.on(procedures.domainOpenConsole, () => undefined);
    const { mime, stream } = await session.slots.domainScreenshot!({ dom, screen: 0, flags: 0 });
    expect(mime).toBe('image/png');
    await stream.abort();
    const console = await session.slots.domainOpenConsole!({ dom, devName: null, flags: 0 });
    await console.abort();
  });
});

describe('events of a server with callbackIDs', () => {
  const lifecycle = (callbackID: number, ref = dom) => ({ callbackID, msg: { dom: ref, event: 4, detail: 1 } });

  it('go to the registration they belong to, until it is taken back', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    let next = 0;
    peer.on(procedures.connectDomainEventCallbackRegisterAny, () => ({ callbackID: next++ }));
    peer.on(procedures.connectDomainEventCallbackDeregisterAny, () => undefined);
    const events: [string, DriverEvent][] = [];
    const first = await session.registerEvent(onLifecycle, (event) => events.push(['first', event]));
    await session.registerEvent({ ...onLifecycle, ref: dom }, (event) => events.push(['second', event]));
    expect(peer.received.at(-1)!.args).toEqual({ eventID: 0, dom });
    peer.event(procedures.domainEventCallbackLifecycle, lifecycle(0));
    await settle();
    const payload = { dom, event: 4, detail: 1 };
    expect(events).toEqual([['first', { family: 'domain', eventId: 0, payload }]]);
    await first.unregister();
    await first.unregister();
    peer.event(procedures.domainEventCallbackLifecycle, lifecycle(0));
    peer.event(procedures.domainEventCallbackLifecycle, lifecycle(1));
    await settle();
    expect(events.map(([name]) => name)).toEqual(['first', 'second']);
    expect(peer.calls.filter((name) => name.includes('deregister'))).toHaveLength(1);
  });

  it('are not lost when they overtake the reply of their registration', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    peer.on(procedures.connectDomainEventCallbackRegisterAny, () => ({ callbackID: 7 }));
    peer.hold();
    const events: DriverEvent[] = [];
    const registering = session.registerEvent(onLifecycle, (event) => events.push(event));
    await settle();
    peer.event(procedures.domainEventCallbackLifecycle, lifecycle(7));
    peer.release((packets) => packets.toReversed());
    await registering;
    expect(events).toHaveLength(1);
  });

  it('taken in one piece with that reply are not lost either', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    peer.on(procedures.connectDomainEventCallbackRegisterAny, () => ({ callbackID: 7 }));
    peer.hold();
    const events: DriverEvent[] = [];
    const registering = session.registerEvent(onLifecycle, (event) => events.push(event));
    await settle();
    peer.event(procedures.domainEventCallbackLifecycle, lifecycle(7));
    peer.release((packets) => [Buffer.concat(packets)]);
    await registering;
    expect(events).toHaveLength(1);
  });

  it('of flat messages have their fields without the callbackID', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    peer.on(procedures.connectStoragePoolEventRegisterAny, () => ({ callbackID: 3 }));
    const events: DriverEvent[] = [];
    await session.registerEvent({ family: 'storagePool', eventId: 1, ref: null }, (event) => events.push(event));
    const pool = { name: 'default', uuid: dom.uuid };
    peer.event(procedures.storagePoolEventRefresh, { callbackID: 3, pool });
    peer.event(procedures.domainEventCallbackPmwakeup, { callbackID: 3, reason: 0, msg: { dom } });
    await settle();
    expect(events).toEqual([{ family: 'storagePool', eventId: 1, payload: { pool } }]);
  });

  it('are taken back when the registration was given up before its answer', async () => {
    await using connection = await opened();
    const { peer, session } = connection;
    peer.on(procedures.connectDomainEventCallbackRegisterAny, () => ({ callbackID: 5 }));
    peer.on(procedures.connectDomainEventCallbackDeregisterAny, () => undefined);
    peer.hold();
    const controller = new AbortController();
    const registering = session.registerEvent(onLifecycle, () => undefined, { signal: controller.signal });
    await settle();
    controller.abort();
    await failureOf(registering);
    peer.release();
    await settle();
    expect(peer.received.at(-1)).toMatchObject({
      name: 'connect_domain_event_callback_deregister_any',
      args: { callbackID: 5 },
    });
  });
});

describe('events of a server without callbackIDs', () => {
  const features = [feature.programKeepalive];

  it('share one registration per event id and are filtered here', async () => {
    await using connection = await opened({ features });
    const { peer, session } = connection;
    peer.on(procedures.connectDomainEventRegisterAny, () => undefined);
    peer.on(procedures.connectDomainEventDeregisterAny, () => undefined);
    const events: [string, DriverEvent][] = [];
    const all = await session.registerEvent(onLifecycle, (event) => events.push(['all', event]));
    const one = await session.registerEvent({ ...onLifecycle, ref: dom }, (event) => events.push(['one', event]));
    expect(peer.calls.filter((name) => name === 'connect_domain_event_register_any')).toHaveLength(1);
    peer.event(procedures.domainEventLifecycle, { dom, event: 2, detail: 0 });
    peer.event(procedures.domainEventLifecycle, { dom: otherDom, event: 5, detail: 0 });
    await settle();
    expect(events.map(([name, { payload }]) => [name, payload['event']])).toEqual([
      ['all', 2],
      ['one', 2],
      ['all', 5],
    ]);
    await all.unregister();
    expect(peer.calls.at(-1)).toBe('connect_domain_event_register_any');
    await one.unregister();
    expect(peer.calls.at(-1)).toBe('connect_domain_event_deregister_any');
  });

  it('fall back to the oldest registration', async () => {
    await using connection = await opened({ features });
    const { peer, session } = connection;
    const unknown = virError('VIR_ERR_RPC', 'VIR_FROM_RPC', 'unknown procedure: 167');
    peer.on(procedures.connectDomainEventRegisterAny, () => unknown);
    peer.on(procedures.connectDomainEventDeregisterAny, () => unknown);
    peer.on(procedures.connectDomainEventRegister, () => ({ cbRegistered: 1 }));
    peer.on(procedures.connectDomainEventDeregister, () => ({ cbRegistered: 0 }));
    const registration = await session.registerEvent(onLifecycle, () => undefined);
    expect(peer.calls.at(-1)).toBe('connect_domain_event_register');
    await registration.unregister();
    expect(peer.calls.at(-1)).toBe('connect_domain_event_deregister');
    const reboot = session.registerEvent({ ...onLifecycle, eventId: 1 }, () => undefined);
    expect((await failureOf(reboot)).codeName).toBe('VIR_ERR_NO_SUPPORT');
  });

  it('have the same payload as newer ones', async () => {
    await using connection = await opened({ features });
    const { peer, session } = connection;
    peer.on(procedures.connectDomainEventRegisterAny, () => undefined);
    const events: DriverEvent[] = [];
    await session.registerEvent({ ...onLifecycle, eventId: 12 }, (event) => events.push(event));
    peer.event(procedures.domainEventPmsuspend, { dom });
    await settle();
    expect(events).toEqual([{ family: 'domain', eventId: 12, payload: { dom, reason: 0 } }]);
  });
});

describe('the end of a session', () => {
  it('by close says goodbye first and has no error', async () => {
    const { peer, session, transport } = await opened();
    const closed = vi.fn<(reason: string, error?: Error) => void>();
    session.onDidClose(closed);
    await session.close();
    await session.close();
    expect(peer.calls.at(-1)).toBe('connect_close');
    expect(closed.mock.calls).toEqual([['client', undefined]]);
    expect([session.isAlive(), transport.isClosed]).toEqual([false, true]);
  });

  it('by the server tells why', async () => {
    const { peer, session } = await opened();
    const closed = vi.fn<(reason: string, error?: Error) => void>();
    session.onDidClose(closed);
    peer.hangUp();
    await settle();
    expect(closed).toHaveBeenCalledTimes(1);
    expect(closed.mock.calls[0]![0]).toBe('eof');
    expect(closed.mock.calls[0]![1]!.message).toContain('was ended by the other side');
    expect(session.isAlive()).toBe(false);
  });

  it('by the loss of the daemon’s own hypervisor connection has the daemon’s reason', async () => {
    const { peer, session } = await opened();
    const closed = vi.fn<(reason: string, error?: Error) => void>();
    session.onDidClose(closed);
    peer.event(procedures.connectEventConnectionClosed, { reason: 2 });
    await settle();
    expect(closed.mock.calls[0]![0]).toBe('keepalive');
    expect(closed.mock.calls[0]![1]!.message).toContain('lost its own connection to the hypervisor');
  });

  it('by keepalive, or by calls that a server without it leaves unanswered', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    try {
      for (const [features, asks] of [
        [Object.values(feature), 'ping'],
        [[], 'connect_supports_feature'],
      ] as const) {
        const { peer, session } = await opened({ features: [...features] });
        const closed = vi.fn<(reason: string, error?: Error) => void>();
        session.onDidClose(closed);
        session.setKeepAlive(5, 1);
        // The fake peer knows no PING: only the call is answered.
        vi.advanceTimersByTime(5000);
        await settle();
        expect(peer.received.at(-1)!.name).toBe(asks);
        peer.on(procedures.connectSupportsFeature, () => silent);
        vi.advanceTimersByTime(5000);
        await settle();
        vi.advanceTimersByTime(5000);
        expect(closed.mock.calls[0]![0]).toBe('keepalive');
      }
    } finally {
      vi.useRealTimers();
    }
  });
});
