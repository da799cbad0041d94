import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { FakeHypervisor, uuidOf } from '../testing/fake-hypervisor.ts';
import type { ConsoleStream } from '../connections/hypervisor.ts';
import { type ConsoleEnd, consoleWindowBytes, type GuestRow } from '../contract/index.ts';
import type { VncAddress } from '../domains/console-list.ts';
import { HostError } from '../error.ts';
import type { BinaryChannel, ChannelEnd } from '../ipc/link.ts';
import { Consoles, ticketMs } from './consoles.ts';

const key = `c1/${uuidOf(1)}`;

/** A window that takes bytes only when told to. */
class TestChannel implements BinaryChannel {
  readonly received: Uint8Array[] = [];
  end: ChannelEnd | null = null;
  bufferedAmount = 0;
  isTaking = true;
  isPaused = false;
  input: (data: Uint8Array) => void = () => {};
  goAway: () => void = () => {};
  #drained: () => void = () => {};

  send(data: Uint8Array): void {
    this.received.push(data);
    if (!this.isTaking) this.bufferedAmount += data.length;
  }
  take(bytes: number): void {
    this.bufferedAmount -= bytes;
    this.#drained();
  }
  onData(receive: (data: Uint8Array) => void): void {
    this.input = receive;
  }
  onDrain(drained: () => void): void {
    this.#drained = drained;
  }
  onClose(closed: () => void): void {
    this.goAway = closed;
  }
  close(end: ChannelEnd): void {
    this.end = end;
  }
  pause(): void {
    this.isPaused = true;
  }
  resume(): void {
    this.isPaused = false;
  }
  get text(): string {
    return Buffer.concat(this.received).toString();
  }
}

/** A serial stream played by the test. */
class TestStream implements ConsoleStream {
  readonly written: Uint8Array[] = [];
  reads = 0;
  isAborted = false;
  canWrite: Promise<void> = Promise.resolve();
  #pieces: (Uint8Array | null | Error)[] = [];
  #wake: () => void = () => {};

  give(...pieces: (Uint8Array | null | Error)[]): void {
    this.#pieces.push(...pieces);
    this.#wake();
  }
  async read(): Promise<Uint8Array | null> {
    this.reads += 1;
    while (this.#pieces.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    const piece = this.#pieces.shift()!;
    if (piece instanceof Error) throw piece;
    return piece;
  }
  async write(data: Uint8Array): Promise<void> {
    await this.canWrite;
    this.written.push(data);
  }
  async abort(): Promise<void> {
    this.isAborted = true;
    this.give(null);
  }
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closers.splice(0)) await close();
});

async function vncServer(accept: (socket: Socket) => void): Promise<{ server: Server; address: VncAddress }> {
  const folder = await mkdtemp(join(tmpdir(), 'hostler-vnc-'));
  const path = join(folder, 'vnc.sock');
  const server = createServer(accept);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  closers.push(async () => {
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true });
  });
  return { server, address: { path } };
}

function setUp(way: { kind: 'vnc'; address: VncAddress } | { kind: 'serial'; device: string | null }) {
  const hypervisor = new FakeHypervisor();
  const stream = new TestStream();
  hypervisor.console = () => stream;
  const guest: { id: number | null } = { id: 1 };
  const row = (): GuestRow => ({ uuid: uuidOf(1), id: guest.id }) as GuestRow;
  let lost: HostError | null = null;
  const consoles = new Consoles({
    console: async () => ({
      guest: row(),
      hypervisor,
      way: way.kind === 'vnc' ? { ...way, needsPassword: true } : way,
    }),
    find: () => {
      if (lost) throw lost;
      return { guest: row(), hypervisor };
    },
  });
  closers.push(() => consoles.dispose());
  const ends: ConsoleEnd[] = [];
  consoles.onDidEnd((end) => ends.push(end));
  return { consoles, hypervisor, stream, guest, ends, lose: (error: HostError) => (lost = error) };
}

const open = (consoles: Consoles) => consoles.open(key, 'serial:0', { force: false });

describe('Consoles', () => {
  it('relays a VNC server’s bytes both ways over its socket', async () => {
    const { address } = await vncServer((socket) => {
      socket.write('RFB 003.008\n');
      socket.on('data', (data) => socket.write(`you said ${data.toString()}`));
    });
    const { consoles, ends } = setUp({ kind: 'vnc', address });
    const { ticket, protocol, needsPassword } = await open(consoles);
    expect([protocol, needsPassword]).toEqual(['rfb', true]);
    expect(ticket).toMatch(/^[\w-]{22}$/);
    const channel = new TestChannel();
    consoles.attach(ticket, channel);
    await vi.waitFor(() => expect(channel.text).toBe('RFB 003.008\n'));
    channel.input(Buffer.from('hello'));
    await vi.waitFor(() => expect(channel.text).toBe('RFB 003.008\nyou said hello'));
    channel.goAway();
    await vi.waitFor(() => expect(ends).toEqual([{ ticket, reason: 'closed', message: 'The console was closed.' }]));
  });

  it('reaches a screen of a host elsewhere through the log-in there', async () => {
    const { address } = await vncServer((socket) => socket.end('RFB 003.008\n'));
    const far = { host: '127.0.0.1', port: 5900 };
    const { consoles, hypervisor } = setUp({ kind: 'vnc', address: far });
    hypervisor.hasTunnel = true;
    const asked: unknown[] = [];
    hypervisor.tunnel = async (wanted) => {
      asked.push(wanted);
      return connect('path' in address ? address.path : '');
    };
    const { ticket } = await open(consoles);
    const channel = new TestChannel();
    consoles.attach(ticket, channel);
    await vi.waitFor(() => expect(channel.text).toBe('RFB 003.008\n'));
    expect(asked).toEqual([far]);
    hypervisor.tunnel = () => Promise.reject(new Error('administratively prohibited'));
    await expect(open(consoles)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('127.0.0.1, port 5900 cannot be reached: administratively prohibited'),
    });
  });

  it('says that the guest stopped, when its screen went away', async () => {
    const sockets: Socket[] = [];
    const { address } = await vncServer((socket) => sockets.push(socket));
    const { consoles, ends, guest } = setUp({ kind: 'vnc', address });
    const { ticket } = await open(consoles);
    const channel = new TestChannel();
    consoles.attach(ticket, channel);
    await vi.waitFor(() => expect(sockets).toHaveLength(1));
    guest.id = null;
    sockets[0]!.end();
    await vi.waitFor(() => expect(ends).toMatchObject([{ reason: 'guest-stopped' }]));
    expect(channel.end).toEqual({ ok: true, message: 'The guest has stopped.' });
  });

  it('fails to open a screen that nobody serves, saying where', async () => {
    const { consoles } = setUp({ kind: 'vnc', address: { path: join(tmpdir(), 'no-such-vnc.sock') } });
    await expect(open(consoles)).rejects.toMatchObject({
      code: 'io',
      message: expect.stringContaining('no-such-vnc.sock'),
      hint: expect.stringContaining('runs'),
    });
  });

  it('serves a ticket once, and no other ticket', async () => {
    const { consoles } = setUp({ kind: 'serial', device: null });
    const { ticket } = await open(consoles);
    const [first, second, stranger] = [new TestChannel(), new TestChannel(), new TestChannel()];
    consoles.attach(ticket, first);
    consoles.attach(ticket, second);
    consoles.attach('AAAAAAAAAAAAAAAAAAAAAA', stranger);
    expect([first.end, second.end?.ok, stranger.end?.ok]).toEqual([null, false, false]);
  });

  it('drops a ticket that is not used within 30 seconds', async () => {
    vi.useFakeTimers();
    const { consoles, stream, ends } = setUp({ kind: 'serial', device: null });
    const { ticket } = await open(consoles);
    await vi.advanceTimersByTimeAsync(ticketMs - 1);
    expect(consoles.isWaiting(ticket)).toBe(true);
    await vi.advanceTimersByTimeAsync(1);
    expect(consoles.isWaiting(ticket)).toBe(false);
    expect([stream.isAborted, ends[0]?.reason]).toEqual([true, 'error']);
  });

  it('reads nothing more while the window has not taken what it got', async () => {
    const { consoles, stream } = setUp({ kind: 'serial', device: null });
    const { ticket } = await open(consoles);
    const channel = new TestChannel();
    channel.isTaking = false;
    const piece = new Uint8Array(consoleWindowBytes / 4);
    stream.give(...Array.from({ length: 40 }, () => piece));
    consoles.attach(ticket, channel);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([stream.reads, channel.bufferedAmount]).toEqual([4, consoleWindowBytes]);
    channel.take(piece.length * 2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect([stream.reads, channel.bufferedAmount]).toEqual([6, consoleWindowBytes]);
  });

  it('holds a window back that writes faster than the guest reads, and drops one that does not stop', async () => {
    const { consoles, stream, ends } = setUp({ kind: 'serial', device: null });
    const gate = Promise.withResolvers<void>();
    stream.canWrite = gate.promise;
    const { ticket } = await open(consoles);
    const channel = new TestChannel();
    consoles.attach(ticket, channel);
    channel.input(new Uint8Array(100_000));
    expect(channel.isPaused).toBe(true);
    gate.resolve();
    await vi.waitFor(() => expect(channel.isPaused).toBe(false));
    expect(stream.written.map((data) => data.length)).toEqual([100_000]);
    stream.canWrite = new Promise(() => {});
    for (let n = 0; n < 5; n++) channel.input(new Uint8Array(1 << 20));
    await vi.waitFor(() => expect(ends).toMatchObject([{ reason: 'error' }]));
    expect(stream.isAborted).toBe(true);
  });

  it('tells a lost connection from a broken stream', async () => {
    const first = setUp({ kind: 'serial', device: null });
    const { ticket } = await open(first.consoles);
    first.consoles.attach(ticket, new TestChannel());
    first.lose(new HostError('connection-lost', 'The connection to lab1 was lost.'));
    first.stream.give(new Error('closed'));
    await vi.waitFor(() => expect(first.ends).toMatchObject([{ reason: 'connection-lost' }]));

    const second = setUp({ kind: 'serial', device: null });
    const other = await open(second.consoles);
    second.consoles.attach(other.ticket, new TestChannel());
    second.stream.give(new HostError('io', 'Input/output error.'));
    await vi.waitFor(() =>
      expect(second.ends).toEqual([
        { ticket: other.ticket, reason: 'error', message: 'The console broke off: Input/output error.' },
      ]),
    );
  });

  it('explains a console that somebody else has open', async () => {
    const { consoles, hypervisor } = setUp({ kind: 'serial', device: null });
    hypervisor.console = () => {
      throw new HostError('operation-refused', 'operation failed: Active console session exists for this domain');
    };
    await expect(open(consoles)).rejects.toMatchObject({
      code: 'operation-refused',
      hint: expect.stringContaining('force'),
    });
  });
});
