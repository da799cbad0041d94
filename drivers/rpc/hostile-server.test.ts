/** A server that breaks the protocol on purpose: every answer is bounded, reported, and disturbs nothing else. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { VirError } from '../error.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { RpcClient } from './client.ts';
import { PacketStatus, PacketType } from './frame.ts';
import { writeNetMessageError } from './generated/message.gen.ts';
import { procedures } from './generated/procedures.gen.ts';
import { FakePeer, MemoryTransport, silent } from './testing/fake-peer.ts';
import type { XdrWriter } from './xdr/writer.ts';

failOnLeaks();

const dom = { name: 'fedora', uuid: '04d008b5-99ee-483c-9eab-9d2065cc990d', id: 1 };
const { connectGetHostname, connectNumOfDomains, connectListAllDomains, domainOpenConsole, storageVolDownload } =
  procedures;
const listAll = { needResults: 1, flags: 0 };
const wholeVolume = { vol: { pool: 'p', name: 'v', key: '/v' }, offset: 0n, length: 0n, flags: 0 };

let open: RpcClient | null = null;

interface Connected {
  peer: FakePeer;
  client: RpcClient;
  transport: MemoryTransport;
}

/** A connection that has had a good answer, so that it is known to be libvirt's. */
async function connected(): Promise<Connected> {
  const peer = new FakePeer().on(connectNumOfDomains, () => ({ num: 3 }));
  const transport = new MemoryTransport(peer);
  const client = new RpcClient(transport);
  open = client;
  await client.call(connectNumOfDomains, undefined);
  return { peer, client, transport };
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

const isWell = async ({ client }: Connected): Promise<boolean> =>
  (await client.call(connectNumOfDomains, undefined)).num === 3;

afterEach(() => {
  vi.useRealTimers();
  open?.close();
  open = null;
});

describe('an answer that is not what was asked for', () => {
  const text = (w: XdrWriter, value: string): void => w.string(value);
  const cases: [string, typeof connectGetHostname | typeof connectListAllDomains, number, (w: XdrWriter) => void][] = [
    ['with bytes behind its end', connectGetHostname, 0, (w) => (text(w, 'kvm1'), w.uint(0))],
    ['that ends in the middle of a text', connectGetHostname, 0, (w) => (w.uint(100), w.raw(Buffer.from('kvm1')))],
    ['with a text of 4 GiB', connectGetHostname, 0, (w) => w.uint(0xffff_ffff)],
    ['with nothing in it', connectGetHostname, 0, () => undefined],
    ['with an unknown status', connectGetHostname, 77, (w) => text(w, 'kvm1')],
    ['with a stream’s status', connectGetHostname, PacketStatus.continue, (w) => text(w, 'kvm1')],
    ['with a list of 2^32 - 1 items', connectListAllDomains, 0, (w) => w.uint(0xffff_ffff)],
    ['with more items than the protocol has', connectListAllDomains, 0, (w) => w.uint(16_385)],
    ['with more items than bytes', connectListAllDomains, 0, (w) => (w.uint(16_384), w.raw(Buffer.alloc(1000)))],
    ['with an error cut short', connectGetHostname, PacketStatus.error, (w) => w.int(42)],
    [
      'with an error whose flags are no flags',
      connectGetHostname,
      PacketStatus.error,
      (w) => (w.int(42), w.uint(5), w.uint(9)),
    ],
  ];

  it.each(cases)('%s fails its call alone', async (_, procedure, status, write) => {
    const connection = await connected();
    const { peer, client } = connection;
    peer.on(procedure as typeof connectGetHostname, (_args, { serial }) => {
      peer.packet(procedure, PacketType.reply, serial, status, write);
      return silent;
    });
    const args = procedure === connectListAllDomains ? listAll : undefined;
    const error = await failureOf(client.call(procedure as typeof connectListAllDomains, args as typeof listAll));
    expect(error).toMatchObject({ codeName: 'VIR_ERR_RPC', maybeDone: true, linkLost: false });
    expect(error.message).toMatch(/^The answer of \w+ cannot be read\. Malformed message: /);
    expect(await isWell(connection)).toBe(true);
  });

  it('is taken where only its padding or its UTF-8 is wrong', async () => {
    const { peer, client } = await connected();
    peer.on(connectGetHostname, (_, { serial }) => {
      const bytes = Buffer.from([0, 0, 0, 5, 0x6b, 0xff, 0xfe, 0x6d, 0x31, 0xde, 0xad, 0xbe]);
      peer.packet(connectGetHostname, PacketType.reply, serial, PacketStatus.ok, (w) => w.raw(bytes));
      return silent;
    });
    expect(await client.call(connectGetHostname, undefined)).toEqual({ hostname: 'k\ufffd\ufffdm1' });
  });

  it('keeps an error’s absurd fields, whatever they are', async () => {
    const connection = await connected();
    const { peer, client } = connection;
    const absurd = {
      code: -2_147_483_648,
      domain: 2_147_483_647,
      message: 'x'.repeat(4_000_000),
      level: -1,
      dom: { ...dom, id: -77 },
      str1: '\0',
      str2: null,
      str3: '%s%n',
      int1: -2_147_483_648,
      int2: 2_147_483_647,
      net: { name: '', uuid: dom.uuid },
    };
    peer.on(connectGetHostname, (_, { serial }) => {
      peer.packet(connectGetHostname, PacketType.reply, serial, PacketStatus.error, (w) =>
        writeNetMessageError(w, absurd),
      );
      return silent;
    });
    const { code, domain, message, level, str3, codeName, maybeDone } = await failureOf(
      client.call(connectGetHostname, undefined),
    );
    expect({ code, domain, level, str3, codeName, maybeDone }).toEqual({
      code: absurd.code,
      domain: absurd.domain,
      level: -1,
      str3: '%s%n',
      codeName: 'VIR_ERR_-2147483648',
      maybeDone: false,
    });
    expect(message).toHaveLength(4_000_000);
    expect(await isWell(connection)).toBe(true);
  });
});

describe('packets that nobody asked for', () => {
  it('are counted: answers twice, to unknown serials, of other versions, calls, unknown types and programs', async () => {
    const connection = await connected();
    const { peer, client } = connection;
    peer.on(connectGetHostname, (_, { serial }) => {
      const other = { ...connectGetHostname, version: 9 };
      peer.packet(other, PacketType.reply, serial, PacketStatus.ok, (w) => w.string('other'));
      for (const hostname of ['first', 'second']) peer.reply(connectGetHostname, serial, { hostname });
      return silent;
    });
    peer.reply(connectGetHostname, 0xffff_ffff, { hostname: 'stray' });
    peer.packet(connectGetHostname, PacketType.call, 5, PacketStatus.ok);
    peer.packet(connectGetHostname, 99, 5, PacketStatus.ok);
    peer.packet({ program: 0xdead_beef, version: 1, number: 1 }, PacketType.reply, 5, PacketStatus.ok);
    peer.packet({ program: 0xdead_beef, version: 1, number: 1 }, PacketType.message, 5, PacketStatus.ok);
    expect(await client.call(connectGetHostname, undefined)).toEqual({ hostname: 'first' });
    await settle();
    expect(client.counters).toEqual({ unknownEvents: 1, malformedEvents: 0, strayPackets: 6 });
    expect(await isWell(connection)).toBe(true);
  });

  it('may be any number of events, of unknown kinds too', async () => {
    const connection = await connected();
    const { peer, client } = connection;
    for (let i = 0; i < 20_000; i++) {
      peer.packet({ ...connectGetHostname, number: 5000 + i }, PacketType.message, 1, PacketStatus.ok);
    }
    expect(await isWell(connection)).toBe(true);
    expect(client.counters.unknownEvents).toBe(20_000);
  });

  it('may be data of streams: never opened, after the end, after an abort', async () => {
    const connection = await connected();
    const { peer, client } = connection;
    peer.on(storageVolDownload, () => undefined);
    const data = (serial: number, bytes: string): void =>
      peer.packet(storageVolDownload, PacketType.stream, serial, PacketStatus.continue, (w) =>
        w.raw(Buffer.from(bytes)),
      );
    data(77, 'never opened');
    const aborted = await client.openStream(storageVolDownload, wholeVolume);
    await aborted.stream.abort();
    data(1, 'after the abort');
    const ended = await client.openStream(storageVolDownload, wholeVolume);
    data(2, 'all');
    peer.packet(storageVolDownload, PacketType.stream, 2, PacketStatus.ok);
    data(2, 'after the end');
    expect(Buffer.from((await ended.stream.read()) as Uint8Array).toString()).toBe('all');
    expect(await ended.stream.read()).toBeNull();
    await settle();
    expect(client.counters.strayPackets).toBe(3);
    expect(await isWell(connection)).toBe(true);
  });
});

describe('a stream without an end', () => {
  it('is held back while it is not read, and over when its reader aborts it', async () => {
    const { peer, client, transport } = await connected();
    peer.on(storageVolDownload, () => undefined);
    const { stream } = await client.openStream(storageVolDownload, wholeVolume);
    const piece = Buffer.alloc(262_120);
    let isOver = false;
    // As much as the client takes: never more than its socket's share.
    const pour = (): void => {
      if (isOver) return;
      if (!transport.isPaused) {
        peer.packet(storageVolDownload, PacketType.stream, 1, PacketStatus.continue, (w) => w.raw(piece));
      }
      setImmediate(pour);
    };
    pour();
    let taken = 0;
    const limit = 40_000_000;
    while (taken < limit) taken += ((await stream.read()) as Uint8Array).length;
    await vi.waitFor(() => expect(transport.isPaused).toBe(true));
    await stream.abort();
    await settle();
    isOver = true;
    expect(peer.received.at(-1)).toMatchObject({ type: PacketType.stream, status: PacketStatus.error, serial: 1 });
    expect(await failureOf(stream.read())).toMatchObject({ codeName: 'VIR_ERR_OPERATION_INVALID' });
    expect(client.counters.strayPackets).toBeGreaterThan(0);
    expect(client.isAlive).toBe(true);
  });

  it('is stopped where its reader gives up waiting', async () => {
    const { peer, client } = await connected();
    peer.on(domainOpenConsole, () => undefined);
    const { stream } = await client.openStream(domainOpenConsole, { dom, devName: null, flags: 0 });
    expect(await failureOf(stream.read({ timeoutMs: 20 }))).toMatchObject({ codeName: 'VIR_ERR_OPERATION_TIMEOUT' });
    await stream.abort();
  });
});

describe('keepalive', () => {
  it('is not kept waiting for ever by a few bytes now and then', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { peer, client } = await connected();
    const ends: string[] = [];
    client.onDidEnd(({ reason }) => ends.push(reason));
    client.setKeepalive(5000, 5);
    const waiting = failureOf(client.call(connectGetHostname, undefined));
    // The length of a packet of 1 MiB, and then a byte each second.
    peer.raw(Buffer.from('00100000', 'hex'));
    for (let second = 0; second < 29; second++) {
      peer.raw(Buffer.from([0]));
      await settle();
      vi.advanceTimersByTime(1000);
    }
    expect(ends).toEqual([]);
    peer.raw(Buffer.from([0]));
    await settle();
    vi.advanceTimersByTime(1000);
    expect(ends).toEqual(['keepalive']);
    expect(await waiting).toMatchObject({ maybeDone: true, linkLost: true });
  });

  it('waits for a large packet that comes slowly', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { peer, client } = await connected();
    client.setKeepalive(5000, 2);
    peer.raw(Buffer.from('00100000', 'hex'));
    for (let second = 0; second < 100; second++) {
      peer.raw(Buffer.alloc(1024));
      await settle();
      vi.advanceTimersByTime(1000);
    }
    expect(client.isAlive).toBe(true);
  });

  it('counts the peer’s taking of what is sent as a sign of life', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const { client, transport } = await connected();
    client.setKeepalive(5000, 1);
    for (let i = 0; i < 5; i++) {
      vi.advanceTimersByTime(8000);
      transport.drain();
    }
    expect(client.isAlive).toBe(true);
    vi.advanceTimersByTime(10_000);
    expect(client.isAlive).toBe(false);
  });

  it('owes at most one PONG to a peer that does not read', async () => {
    const connection = await connected();
    const { peer, transport } = connection;
    const pongs = (): number => peer.received.filter(({ name }) => name === 'pong').length;
    for (let i = 0; i < 1000; i++) peer.ping();
    await settle();
    expect(pongs()).toBe(1000);
    transport.isWritable = false;
    for (let i = 0; i < 100_000; i++) peer.ping();
    await settle();
    // The one whose sending showed that the transport is full.
    expect(pongs()).toBe(1001);
    transport.drain();
    await settle();
    expect(pongs()).toBe(1002);
    expect(await isWell(connection)).toBe(true);
  });
});
