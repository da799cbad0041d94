import * as fc from 'fast-check';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VirError, VirErrorNumber, virError } from '../error.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { RpcClient } from './client.ts';
import { FakePeer, MemoryTransport, silent } from './testing/fake-peer.ts';
import { PacketStatus, PacketType } from './frame.ts';
import { procedures } from './generated/procedures.gen.ts';
import type { Procedure } from './procedure.ts';
import { slowProcedures } from './slow-calls.ts';

failOnLeaks();

const dom = { name: 'fedora', uuid: '04d008b5-99ee-483c-9eab-9d2065cc990d', id: 1 };
const { connectGetHostname, connectNumOfDomains, domainGetXmlDesc, domainSuspend } = procedures;

let open: RpcClient | null = null;

function connected(): { peer: FakePeer; client: RpcClient; transport: MemoryTransport } {
  const peer = new FakePeer();
  const transport = new MemoryTransport(peer);
  const client = new RpcClient(transport);
  open = client;
  return { peer, client, transport };
}

/** A few turns of the event loop: what is under way has arrived. */
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

afterEach(() => {
  vi.useRealTimers();
  open?.close();
  open = null;
});

describe('RpcClient.call', () => {
  it('numbers calls from 0 and matches replies in any order', async () => {
    const { peer, client } = connected();
    peer.on(domainGetXmlDesc, ({ flags }) => ({ xml: `<domain n='${flags}'/>` }));
    peer.hold();
    const calls = Promise.all([0, 1, 2, 3].map((flags) => client.call(domainGetXmlDesc, { dom, flags })));
    await settle();
    expect(peer.received.map(({ serial }) => serial)).toEqual([0, 1, 2, 3]);
    peer.release((packets) => packets.toReversed());
    expect((await calls).map(({ xml }) => xml)).toEqual([0, 1, 2, 3].map((n) => `<domain n='${n}'/>`));
  });

  it('reads replies that arrive byte by byte', async () => {
    const { peer, client } = connected();
    peer.pieceSize = 1;
    peer.on(connectGetHostname, () => ({ hostname: 'kvm1' }));
    expect(await client.call(connectGetHostname, undefined)).toEqual({ hostname: 'kvm1' });
  });

  it('writes one packet for a call, and a burst of calls together', async () => {
    const { peer, client, transport } = connected();
    peer.on(connectNumOfDomains, () => ({ num: 1 }));
    const write = vi.spyOn(transport, 'write');
    await client.call(connectNumOfDomains, undefined);
    expect(write).toHaveBeenCalledTimes(1);
    await Promise.all(Array.from({ length: 100 }, () => client.call(connectNumOfDomains, undefined)));
    expect(write).toHaveBeenCalledTimes(3);
  });

  it('rejects with every field of the server’s error', async () => {
    const { peer, client } = connected();
    const fields = {
      code: 42,
      domain: 12,
      message: 'Domain not found',
      level: 2,
      str1: 'a',
      str2: 'b',
      str3: 'c',
      int1: 7,
      int2: -9,
    };
    peer.on(domainSuspend, () => new VirError(fields));
    expect(await failureOf(client.call(domainSuspend, { dom }))).toMatchObject({ ...fields, maybeDone: false });
  });

  it('says "not supported" where the server does not know the procedure', async () => {
    const { peer, client } = connected();
    peer.on(domainSuspend, () => virError('VIR_ERR_RPC', 'VIR_FROM_RPC', 'unknown procedure: 34'));
    expect((await failureOf(client.call(domainSuspend, { dom }))).codeName).toBe('VIR_ERR_NO_SUPPORT');
  });

  it('rejects an argument that cannot be sent, and sends nothing', async () => {
    const { peer, client } = connected();
    const bad = client.call(domainSuspend, { dom: { ...dom, uuid: 'nonsense' } });
    expect((await failureOf(bad)).codeName).toBe('VIR_ERR_INVALID_ARG');
    await settle();
    expect(peer.received).toEqual([]);
    expect(client.waitingCalls).toBe(0);
  });

  it('rejects the one call whose answer cannot be read, and goes on', async () => {
    const { peer, client } = connected();
    peer.on(connectGetHostname, (_, { serial }) => {
      peer.packet(connectGetHostname, PacketType.reply, serial, PacketStatus.ok, (w) => w.uint(0xffff_ffff));
      return silent;
    });
    peer.on(connectNumOfDomains, () => ({ num: 3 }));
    const error = await failureOf(client.call(connectGetHostname, undefined));
    expect(error).toMatchObject({ code: VirErrorNumber.VIR_ERR_RPC, maybeDone: true });
    expect(error.message).toContain('connect_get_hostname cannot be read');
    expect(await client.call(connectNumOfDomains, undefined)).toEqual({ num: 3 });
  });

  it('counts a reply that nobody asked for', async () => {
    const { peer, client } = connected();
    peer.reply(connectNumOfDomains, 77, { num: 1 });
    await settle();
    expect(client.counters.strayPackets).toBe(1);
    expect(client.isAlive).toBe(true);
  });
});

describe('a call that is given up', () => {
  it('rejects at once when its signal is aborted, and drops the late result', async () => {
    const { peer, client } = connected();
    peer.on(connectGetHostname, () => ({ hostname: 'late' }));
    peer.hold();
    const controller = new AbortController();
    const onReply = vi.fn<(ret: { hostname: string }) => void>();
    const call = client.call(connectGetHostname, undefined, { signal: controller.signal, onReply });
    await settle();
    const reason = new Error('the user left');
    controller.abort(reason);
    expect(await failureOf(call)).toMatchObject({
      codeName: 'VIR_ERR_OPERATION_ABORTED',
      cause: reason,
      maybeDone: true,
    });
    expect(client.waitingCalls).toBe(1);
    peer.release();
    await settle();
    expect(onReply).not.toHaveBeenCalled();
    expect(client.waitingCalls).toBe(0);
  });

  it('is not sent where the signal is aborted already', async () => {
    const { peer, client } = connected();
    const error = await failureOf(client.call(connectGetHostname, undefined, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ codeName: 'VIR_ERR_OPERATION_ABORTED', maybeDone: false });
    await settle();
    expect(peer.received).toEqual([]);
  });

  it('rejects after its time with VIR_ERR_OPERATION_TIMEOUT', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { client } = connected();
    const failure = failureOf(client.call(connectGetHostname, undefined, { timeoutMs: 3000 }));
    vi.advanceTimersByTime(3000);
    const error = await failure;
    expect(error).toMatchObject({ codeName: 'VIR_ERR_OPERATION_TIMEOUT', maybeDone: true });
    expect(error.message).toContain('No answer within 3 s: connect_get_hostname');
  });

  it('leaves no timer and no listener behind when it is answered', async () => {
    const { peer, client } = connected();
    peer.on(connectNumOfDomains, () => ({ num: 1 }));
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, 'removeEventListener');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await client.call(connectNumOfDomains, undefined, { signal, timeoutMs: 60_000 });
    expect(remove).toHaveBeenCalledTimes(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('aborts the stream that a late reply opens', async () => {
    const { peer, client } = connected();
    peer.on(procedures.domainOpenConsole, () => undefined);
    peer.hold();
    const controller = new AbortController();
    const call = client.openStream(
      procedures.domainOpenConsole,
      { dom, devName: null, flags: 0 },
      { signal: controller.signal },
    );
    await settle();
    controller.abort();
    await failureOf(call);
    peer.release();
    await settle();
    const last = peer.received.at(-1)!;
    expect([last.type, last.status, last.serial]).toEqual([PacketType.stream, PacketStatus.error, 0]);
  });
});

describe('the end of a connection', () => {
  it('rejects waiting calls with maybeDone, later ones as not sent', async () => {
    const { peer, client } = connected();
    peer.on(connectNumOfDomains, () => ({ num: 1 }));
    await client.call(connectNumOfDomains, undefined);
    const ends: string[] = [];
    client.onDidEnd(({ reason, error }) => ends.push(`${reason}: ${error.message}`));
    const waiting = failureOf(client.call(domainSuspend, { dom }));
    peer.hangUp();
    expect(await waiting).toMatchObject({ codeName: 'VIR_ERR_RPC', maybeDone: true, linkLost: true });
    expect((await waiting).message).toContain('It was not answered whether domain_suspend was done.');
    const later = await failureOf(client.call(domainSuspend, { dom }));
    expect(later).toMatchObject({ codeName: 'VIR_ERR_INVALID_CONN', maybeDone: false, linkLost: true });
    expect(client.isAlive).toBe(false);
    expect(ends).toEqual([
      'eof: The connection to the fake peer was ended by the other side. The daemon may have been stopped or restarted.',
    ]);
  });

  it('says when the end came in the middle of a packet', async () => {
    const { peer, client } = connected();
    peer.on(connectNumOfDomains, () => ({ num: 1 }));
    await client.call(connectNumOfDomains, undefined);
    const waiting = failureOf(client.call(connectGetHostname, undefined));
    await settle();
    peer.raw(Buffer.from('0000004020008086', 'hex'));
    await settle();
    peer.hangUp();
    expect((await waiting).message).toContain('ended by the other side in the middle of a packet');
  });

  it('keeps the system’s error as the cause', async () => {
    const { peer, client } = connected();
    const cause = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    const waiting = failureOf(client.call(connectGetHostname, undefined));
    peer.hangUp(cause);
    const error = await waiting;
    expect(error.message).toContain('broke: read ECONNRESET');
    expect((error.cause as VirError).cause).toBe(cause);
  });

  it('closing tells listeners once', async () => {
    const { client, transport } = connected();
    const ends: string[] = [];
    client.onDidEnd(({ reason }) => ends.push(reason));
    client.close();
    client.close();
    expect(ends).toEqual(['client']);
    expect(transport.isClosed).toBe(true);
  });
});

describe('a peer that is not libvirt', () => {
  it.each([
    ['an SSH banner', Buffer.from('SSH-2.0-OpenSSH_9.2p1\r\n')],
    ['an HTTP answer', Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
    ['a 4 GiB frame', Buffer.from('ffffffff', 'hex')],
    ['a frame shorter than a header', Buffer.from('00000008deadbeef', 'hex')],
    ['a well-formed packet of another program', Buffer.concat([Buffer.from('0000001c', 'hex'), Buffer.alloc(24, 1)])],
  ])('%s', async (_, bytes) => {
    const { peer, client } = connected();
    const waiting = failureOf(client.call(connectGetHostname, undefined));
    peer.raw(bytes);
    const error = await waiting;
    expect(error.codeName).toBe('VIR_ERR_RPC');
    expect(error.message).toContain('What answers at the fake peer is not a libvirt daemon.');
    expect(client.isAlive).toBe(false);
  });

  it('is not claimed of a server that was good before', async () => {
    const { peer, client } = connected();
    peer.on(connectNumOfDomains, () => ({ num: 1 }));
    await client.call(connectNumOfDomains, undefined);
    const waiting = failureOf(client.call(connectGetHostname, undefined));
    await settle();
    peer.raw(Buffer.from('ffffffff', 'hex'));
    expect((await waiting).message).toContain('was given up because of what arrived on it');
  });
});

describe('any bytes at all', () => {
  /** Well-formed headers of known procedures with an arbitrary type, serial, status and payload. */
  const packet = fc
    .record({
      procedure: fc.constantFrom(...(Object.values(procedures) as Procedure[])),
      type: fc.integer({ min: -1, max: 8 }),
      serial: fc.integer({ min: 0, max: 3 }),
      status: fc.integer({ min: -1, max: 4 }),
      payload: fc.uint8Array({ maxLength: 64 }),
    })
    .map(({ procedure, payload, type, serial, status }) => {
      const bytes = Buffer.alloc(28 + payload.length);
      const { program, version, number } = procedure;
      [bytes.length, program, version, number, type, serial, status].forEach((word, i) =>
        bytes.writeUInt32BE(word >>> 0, 4 * i),
      );
      bytes.set(payload, 28);
      return bytes;
    });
  const noise = fc.uint8Array({ maxLength: 64 }).map((bytes) => Buffer.from(bytes));

  it('end the connection or are ignored; every call is settled in the end', async () => {
    const law = fc.asyncProperty(
      fc.array(fc.oneof({ weight: 9, arbitrary: packet }, noise), { maxLength: 12 }),
      async (pieces) => {
        const { peer, client } = connected();
        const stream = client.openStream(procedures.domainOpenConsole, { dom, devName: null, flags: 0 });
        const calls = Promise.allSettled([
          stream,
          client.call(connectGetHostname, undefined),
          client.call(domainSuspend, { dom }),
        ]);
        for (const piece of pieces) peer.raw(piece);
        await settle();
        client.close();
        expect((await calls).map(({ status }) => status)).toHaveLength(3);
        expect(client.waitingCalls).toBe(0);
      },
    );
    await fc.assert(law, { numRuns: 150 });
  });
});

describe('events', () => {
  it('are dispatched by type, whatever their serial', async () => {
    const { peer, client } = connected();
    peer.on(connectNumOfDomains, () => silent);
    const events: unknown[] = [];
    client.onDidReceiveEvent(({ procedure, message }) => events.push([procedure.name, message]));
    const calls = [client.call(connectNumOfDomains, undefined), client.call(connectNumOfDomains, undefined)];
    await settle();
    // Serial 1 is the second call's, and also what a daemon puts on its events.
    peer.event(procedures.domainEventCallbackReboot, { callbackID: 4, msg: { dom } });
    await settle();
    expect(events).toEqual([['domain_event_callback_reboot', { callbackID: 4, msg: { dom } }]]);
    expect(client.waitingCalls).toBe(2);
    client.close();
    await Promise.allSettled(calls);
  });

  it('of a later libvirt do not disturb an open connection', async () => {
    const { peer, client } = connected();
    peer.on(connectNumOfDomains, () => ({ num: 1 }));
    await client.call(connectNumOfDomains, undefined);
    peer.packet({ ...procedures.connectOpen, number: 9999 }, PacketType.message, 1, PacketStatus.ok);
    peer.packet(procedures.domainEventReboot, PacketType.message, 1, PacketStatus.ok, (w) => w.uint(5));
    await settle();
    expect(client.counters).toEqual({ unknownEvents: 1, malformedEvents: 1, strayPackets: 0 });
    expect(await client.call(connectNumOfDomains, undefined)).toEqual({ num: 1 });
  });
});

describe('keepalive', () => {
  it('answers a PING at once, also before anything else', async () => {
    const { peer } = connected();
    peer.ping();
    await settle();
    expect(peer.received).toMatchObject([
      { name: 'pong', type: PacketType.message, serial: 0, status: PacketStatus.ok },
    ]);
  });

  it('pings after silence and ends the connection when nothing comes back', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { peer, client } = connected();
    const ends: string[] = [];
    client.onDidEnd(({ reason }) => ends.push(reason));
    client.setKeepalive(5000, 2);
    vi.advanceTimersByTime(4999);
    await settle();
    expect(peer.received).toEqual([]);
    vi.advanceTimersByTime(1);
    await settle();
    expect(peer.received.map(({ name }) => name)).toEqual(['ping']);
    vi.advanceTimersByTime(5000);
    await settle();
    expect(peer.received).toHaveLength(2);
    expect(ends).toEqual([]);
    vi.advanceTimersByTime(5000);
    expect(ends).toEqual(['keepalive']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('takes whatever arrives as a sign of life', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { peer, client } = connected();
    peer.on(connectNumOfDomains, () => ({ num: 1 }));
    client.setKeepalive(5000, 1);
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(4000);
      await client.call(connectNumOfDomains, undefined);
    }
    expect(peer.calls).toHaveLength(5);
    expect(peer.received.filter(({ name }) => name === 'ping')).toEqual([]);
    vi.advanceTimersByTime(5000);
    await settle();
    peer.ping();
    await settle();
    vi.advanceTimersByTime(5000);
    expect(client.isAlive).toBe(true);
  });

  it('is switched off with 0', () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { client } = connected();
    client.setKeepalive(5000, 1);
    client.setKeepalive(0, 1);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('calls that may take minutes', () => {
  const { domainManagedSave, domainAbortJob } = procedures;
  const saves = (client: RpcClient, count: number): Promise<unknown>[] =>
    Array.from({ length: count }, () => client.call(domainManagedSave, { dom, flags: 0 }));

  it('leave the server room for others, and are sent in their order', async () => {
    const { peer, client } = connected();
    const held: (() => void)[] = [];
    peer.on(domainManagedSave, (_, { serial }) => {
      held.push(() => peer.reply(domainManagedSave, serial, undefined));
      return silent;
    });
    peer.on(connectNumOfDomains, () => ({ num: 3 })).on(domainAbortJob, () => undefined);
    const calls = saves(client, 6);
    expect(await client.call(connectNumOfDomains, undefined)).toEqual({ num: 3 });
    await client.call(domainAbortJob, { dom });
    expect(peer.calls.filter((name) => name === 'domain_managed_save')).toHaveLength(4);
    held.shift()!();
    await calls[0];
    await settle();
    expect(held).toHaveLength(4);
    while (held.length > 0) {
      held.shift()!();
      await settle();
    }
    await Promise.all(calls);
    expect(peer.calls.filter((name) => name === 'domain_managed_save')).toHaveLength(6);
  });

  it('can be given up before their turn, with nothing done, and after it until the server is done', async () => {
    const { peer, client } = connected();
    const held: number[] = [];
    peer.on(domainManagedSave, (_, { serial }) => {
      held.push(serial);
      return silent;
    });
    const first = new AbortController();
    const given = failureOf(client.call(domainManagedSave, { dom, flags: 0 }, { signal: first.signal }));
    const others = saves(client, 3);
    const second = new AbortController();
    const waiting = failureOf(client.call(domainManagedSave, { dom, flags: 0 }, { signal: second.signal }));
    const late = failureOf(client.call(domainManagedSave, { dom, flags: 0 }, { timeoutMs: 5 }));
    const last = client.call(domainManagedSave, { dom, flags: 0 });
    second.abort();
    first.abort();
    expect([await waiting, await given].map(({ codeName, maybeDone }) => [codeName, maybeDone])).toEqual([
      ['VIR_ERR_OPERATION_ABORTED', false],
      ['VIR_ERR_OPERATION_ABORTED', true],
    ]);
    expect(await late).toMatchObject({ codeName: 'VIR_ERR_OPERATION_TIMEOUT', maybeDone: false });
    await settle();
    expect(held).toHaveLength(4);
    peer.reply(domainManagedSave, held.shift()!, undefined);
    await settle();
    for (const serial of held) peer.reply(domainManagedSave, serial, undefined);
    await Promise.all([...others, last]);
    expect(peer.calls).toHaveLength(5);
  });

  it('fail with the connection: those that were sent may be done, those that waited are not', async () => {
    const { peer, client } = connected();
    peer.on(domainManagedSave, () => silent);
    const failures = saves(client, 6).map(failureOf);
    await settle();
    peer.hangUp();
    const maybeDone = (await Promise.all(failures)).map((error) => error.maybeDone);
    expect(maybeDone).toEqual([true, true, true, true, false, false]);
  });

  it('give their place back where their arguments cannot be sent', async () => {
    const { peer, client } = connected();
    peer.on(domainManagedSave, () => undefined);
    const bad = { dom: { ...dom, name: 'x'.repeat(5_000_000) }, flags: 0 };
    for (let n = 0; n < 6; n++) await failureOf(client.call(domainManagedSave, bad));
    await Promise.all(saves(client, 6));
    expect(peer.calls).toHaveLength(6);
  });

  it('are known by names that there are', () => {
    const names = new Set(Object.values(procedures).map(({ name }) => name));
    expect([...slowProcedures].filter((name) => !names.has(name))).toEqual([]);
  });
});
