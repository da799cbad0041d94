import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DriverStream } from '../driver.ts';
import { VirError, virError } from '../error.ts';
import { failOnLeaks } from '../fail-on-leaks.ts';
import { RpcClient } from './client.ts';
import { FakePeer, MemoryTransport } from './testing/fake-peer.ts';
import { PacketStatus, PacketType } from './frame.ts';
import { writeNetStreamHole } from './generated/message.gen.ts';
import { procedures } from './generated/procedures.gen.ts';
import { STREAM_MAX } from './inbound-limiter.ts';

failOnLeaks();

const vol = { pool: 'default', name: 'disk.img', key: '/disk.img' };
const args = { vol, offset: 0n, length: 0n, flags: 0 };
const { storageVolUpload: upload, storageVolDownload: download, connectNumOfDomains } = procedures;
const serial = 0;

let open: RpcClient | null = null;

interface Opened {
  peer: FakePeer;
  client: RpcClient;
  transport: MemoryTransport;
  stream: DriverStream;
  /** Sends data of the server. */
  data(bytes: Uint8Array): void;
  /** The packets of the stream that the client sent. */
  sent(): [type: number, status: number, bytes: number][];
}

async function openStream(procedure: typeof upload): Promise<Opened> {
  const peer = new FakePeer();
  const transport = new MemoryTransport(peer);
  const client = new RpcClient(transport);
  open = client;
  peer.on(procedure, () => undefined);
  peer.on(connectNumOfDomains, () => ({ num: 1 }));
  const { stream } = await client.openStream(procedure, args);
  return {
    peer,
    client,
    transport,
    stream,
    data: (bytes) => peer.packet(procedure, PacketType.stream, serial, PacketStatus.continue, (w) => w.raw(bytes)),
    sent: () =>
      peer.received
        .filter(({ type }) => type === PacketType.stream || type === PacketType.streamHole)
        .map(({ type, status, payload }) => [type, status, payload.length]),
  };
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

afterEach(() => {
  vi.useRealTimers();
  open?.close();
  open = null;
});

describe('a download', () => {
  it('delivers pieces in order, then null, and is finished', async () => {
    const { peer, stream, data, sent } = await openStream(download);
    data(Uint8Array.of(1, 2));
    data(Uint8Array.of(3));
    data(new Uint8Array());
    expect([await stream.read(), await stream.read(), await stream.read(), await stream.read()]).toEqual([
      Uint8Array.of(1, 2),
      Uint8Array.of(3),
      null,
      null,
    ]);
    const finished = stream.finish();
    await settle();
    expect(sent()).toEqual([[PacketType.stream, PacketStatus.ok, 0]]);
    peer.packet(download, PacketType.stream, serial, PacketStatus.ok);
    await finished;
    await stream.finish();
  });

  it('delivers data that comes in the same piece as the reply that opens it', async () => {
    const peer = new FakePeer();
    const client = new RpcClient(new MemoryTransport(peer));
    open = client;
    peer.on(download, () => undefined);
    const opening = client.openStream(download, args);
    peer.hold();
    await settle();
    peer.packet(download, PacketType.stream, serial, PacketStatus.continue, (w) => w.raw(Uint8Array.of(9)));
    peer.release((packets) => [Buffer.concat(packets)]);
    const { stream } = await opening;
    expect(await stream.read()).toEqual(Uint8Array.of(9));
    await stream.abort();
  });

  it('delivers data that overtakes the reply that opens it, whole or in parts', async () => {
    for (const pieceSize of [Infinity, 10_000, 7]) {
      const peer = new FakePeer();
      const client = new RpcClient(new MemoryTransport(peer));
      open = client;
      peer.pieceSize = pieceSize;
      const first = Buffer.alloc(20_000, 1);
      const second = Buffer.alloc(24, 2);
      peer.on(download, () => {
        for (const bytes of [first, second, Buffer.alloc(0)]) {
          peer.packet(download, PacketType.stream, serial, PacketStatus.continue, (w) => w.raw(bytes));
        }
        return undefined;
      });
      const { stream } = await client.openStream(download, args);
      const pieces: Uint8Array[] = [];
      for (let piece = await stream.read(); piece !== null; piece = await stream.read())
        pieces.push(piece as Uint8Array);
      expect(Buffer.concat(pieces).equals(Buffer.concat([first, second]))).toBe(true);
      expect(client.counters.strayPackets).toBe(0);
      await stream.abort();
      client.close();
    }
  });

  it('is over where the call that should open it is refused', async () => {
    const peer = new FakePeer();
    const client = new RpcClient(new MemoryTransport(peer));
    open = client;
    peer.on(download, () => virError('VIR_ERR_NO_STORAGE_VOL', 'VIR_FROM_STORAGE', 'no such volume'));
    expect((await failureOf(client.openStream(download, args))).message).toBe('no such volume');
    peer.packet(download, PacketType.stream, serial, PacketStatus.continue, (w) => w.raw(Buffer.alloc(10)));
    await settle();
    expect(client.counters.strayPackets).toBe(1);
  });

  it('delivers holes in their place', async () => {
    const { peer, stream, data } = await openStream(download);
    data(Uint8Array.of(1));
    const hole = { length: 2n ** 40n, flags: 0 };
    peer.packet(download, PacketType.streamHole, serial, PacketStatus.continue, (w) => writeNetStreamHole(w, hole));
    data(Uint8Array.of(2));
    expect([await stream.read(), await stream.read(), await stream.read()]).toEqual([
      Uint8Array.of(1),
      { hole: 2n ** 40n },
      Uint8Array.of(2),
    ]);
    await stream.abort();
  });

  it('fails with the server’s error after what arrived before it', async () => {
    const { peer, stream, data } = await openStream(download);
    data(Uint8Array.of(1));
    peer.fail(
      download,
      serial,
      virError('VIR_ERR_OPERATION_FAILED', 'VIR_FROM_STORAGE', 'disk error'),
      PacketType.stream,
    );
    await settle();
    expect(await stream.read()).toEqual(Uint8Array.of(1));
    expect(await failureOf(stream.read())).toMatchObject({
      codeName: 'VIR_ERR_OPERATION_FAILED',
      message: 'disk error',
    });
    expect((await failureOf(stream.finish())).message).toBe('disk error');
  });

  it('comes in batches, however small its packets are cut, and soon where there is no batch', async () => {
    const { peer, stream, data } = await openStream(download);
    peer.pieceSize = 10_000;
    const reading = stream.read();
    const lengths: number[] = [];
    void reading.then((piece) => lengths.push((piece as Uint8Array).length));
    data(new Uint8Array(262_120));
    await settle();
    expect(lengths).toEqual([]);
    data(new Uint8Array(24));
    await settle();
    expect(lengths).toEqual([262_144]);
    for (const size of [262_120, 24, 100]) data(new Uint8Array(size));
    await settle();
    expect(await stream.read()).toHaveLength(262_144 + 100);
    const alone = stream.read();
    data(new Uint8Array(30_000));
    expect(await alone).toHaveLength(30_000);
    await stream.abort();
  });

  it('gives less than a batch at its end, before a hole and before its failure', async () => {
    const { peer, stream, data } = await openStream(download);
    data(new Uint8Array(50_000));
    const hole = { length: 10n, flags: 0 };
    peer.packet(download, PacketType.streamHole, serial, PacketStatus.continue, (w) => writeNetStreamHole(w, hole));
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    await settle();
    expect([await stream.read(), await stream.read()]).toEqual([new Uint8Array(50_000), { hole: 10n }]);
    data(new Uint8Array(40_000));
    data(new Uint8Array());
    await settle();
    expect([await stream.read(), await stream.read()]).toEqual([new Uint8Array(40_000), null]);
    await stream.abort();
  });

  it('is read once at a time', async () => {
    const { stream, data } = await openStream(download);
    const first = stream.read();
    expect((await failureOf(stream.read())).message).toContain('it is being read already');
    data(Uint8Array.of(5));
    expect(await first).toEqual(Uint8Array.of(5));
    await stream.abort();
  });

  it('stops waiting on a signal, and loses nothing', async () => {
    const { stream, data } = await openStream(download);
    const controller = new AbortController();
    const waiting = failureOf(stream.read({ signal: controller.signal }));
    controller.abort();
    expect((await waiting).codeName).toBe('VIR_ERR_OPERATION_ABORTED');
    data(Uint8Array.of(5));
    expect(await stream.read()).toEqual(Uint8Array.of(5));
    await stream.abort();
  });
});

describe('an upload', () => {
  it('sends pieces that every server takes, and finishes when the server has', async () => {
    const { peer, stream, sent } = await openStream(upload);
    await stream.write(new Uint8Array(1_250_000));
    await stream.writeHole(4096n);
    let isFinished = false;
    const finished = stream.finish().then(() => (isFinished = true));
    await settle();
    const { stream: type, streamHole } = PacketType;
    const { ok, continue: goesOn } = PacketStatus;
    expect(sent()).toEqual([
      ...Array.from({ length: 4 }, () => [type, goesOn, 262_120]),
      [type, goesOn, 201_520],
      [streamHole, goesOn, 12],
      [type, ok, 0],
    ]);
    expect(isFinished).toBe(false);
    peer.packet(upload, PacketType.stream, serial, PacketStatus.ok);
    await finished;
  });

  it('waits while the transport takes no more', async () => {
    const { stream, transport } = await openStream(upload);
    transport.isWritable = false;
    let isWritten = false;
    const written = stream.write(Uint8Array.of(1)).then(() => (isWritten = true));
    await settle();
    expect(isWritten).toBe(false);
    transport.drain();
    await written;
    await stream.abort();
  });

  it('fails at finish with the error that the server sends as a reply', async () => {
    const { peer, stream } = await openStream(upload);
    const finished = failureOf(stream.finish());
    await settle();
    peer.fail(upload, serial, virError('VIR_ERR_OPERATION_FAILED', 'VIR_FROM_STORAGE', 'no space left'));
    expect((await finished).message).toBe('no space left');
    expect((await failureOf(stream.write(Uint8Array.of(1)))).message).toBe('no space left');
  });

  it('is aborted without waiting, and late packets are ignored', async () => {
    const { peer, client, stream, sent, data } = await openStream(upload);
    await stream.abort();
    await stream.abort();
    await settle();
    expect(sent()).toEqual([[PacketType.stream, PacketStatus.error, 0]]);
    data(Uint8Array.of(1));
    peer.packet(upload, PacketType.stream, serial, PacketStatus.ok);
    peer.fail(upload, serial, virError('VIR_ERR_OPERATION_FAILED', 'VIR_FROM_STORAGE', 'late'), PacketType.stream);
    await settle();
    expect(client.counters.strayPackets).toBe(3);
    expect((await failureOf(stream.write(Uint8Array.of(1)))).message).toContain('finished or aborted');
    expect((await failureOf(stream.read())).message).toContain('finished or aborted');
  });
});

describe('a hole of negative length', () => {
  it('is refused in either direction', async () => {
    const { peer, client, stream } = await openStream(download);
    await expect(stream.writeHole(-1n)).rejects.toThrow('a hole of -1 bytes cannot be written');
    const hole = { length: -5n, flags: 0 };
    peer.packet(download, PacketType.streamHole, serial, PacketStatus.continue, (w) => writeNetStreamHole(w, hole));
    expect((await failureOf(stream.read())).message).toContain('a hole of -5 bytes');
    expect(client.isAlive).toBe(false);
  });
});

describe('a stream and its connection', () => {
  it('fails when the connection ends', async () => {
    const { peer, stream } = await openStream(download);
    const reading = failureOf(stream.read());
    peer.hangUp();
    expect((await reading).message).toContain('ended by the other side');
  });

  it('leaves calls and other streams their answers', async () => {
    const { peer, client, stream, data } = await openStream(download);
    peer.on(upload, () => undefined);
    const other = await client.openStream(upload, args);
    data(new Uint8Array(1000));
    expect(await client.call(connectNumOfDomains, undefined)).toEqual({ num: 1 });
    const finished = other.stream.finish();
    peer.packet(upload, PacketType.stream, 1, PacketStatus.ok);
    await finished;
    expect(await stream.read()).toEqual(new Uint8Array(1000));
    await stream.abort();
  });

  it('stops the socket while too much is unread, and reads on when it was read', async () => {
    const { stream, data, transport } = await openStream(download);
    const piece = new Uint8Array(262_120);
    for (let i = 0; i < 40; i++) data(piece);
    await settle();
    expect(transport.isPaused).toBe(true);
    for (let i = 0; i < 40; i++) expect(await stream.read()).toHaveLength(piece.length);
    await settle();
    expect(transport.isPaused).toBe(false);
    await stream.abort();
  });

  it('answers calls while a stream is not read', async () => {
    const { client, stream, data } = await openStream(download);
    for (let i = 0; i < 40; i++) data(new Uint8Array(262_120));
    await settle();
    expect(await client.call(connectNumOfDomains, undefined)).toEqual({ num: 1 });
    await stream.abort();
  });

  it('gives a stream up that goes unread for good', async () => {
    const { client, stream, data, sent } = await openStream(download);
    const piece = new Uint8Array(4_194_304);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    for (let i = 0; i <= STREAM_MAX / piece.length; i++) {
      data(piece);
      await settle();
      vi.advanceTimersByTime(1000);
      await settle();
    }
    expect(sent()).toEqual([[PacketType.stream, PacketStatus.error, 0]]);
    expect(client.isAlive).toBe(true);
    let last: unknown = null;
    while (last === null)
      last = await stream.read().then(
        () => null,
        (error: unknown) => error,
      );
    expect((last as VirError).message).toContain('had arrived and were not read');
  });
});
