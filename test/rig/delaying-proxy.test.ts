import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { startDelayingProxy, type DelayingProxy, type DelayingProxyOptions } from './delaying-proxy.ts';
import { waitUntil } from './process.ts';

let stack = new AsyncDisposableStack();
afterEach(async () => {
  await stack.disposeAsync();
  stack = new AsyncDisposableStack();
});

/** A server that does with each client what it is told, and the clients it has. */
async function startServer(
  onClient: (client: Socket) => void,
  path?: string,
): Promise<{ server: Server; port: number }> {
  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.on('error', () => undefined);
    onClient(client);
  });
  server.listen(path === undefined ? { port: 0, host: '127.0.0.1' } : { path });
  await once(server, 'listening');
  stack.defer(async () => {
    for (const client of clients) client.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return { server, port: typeof address === 'object' && address !== null ? address.port : 0 };
}

const echo = (client: Socket): void => void client.pipe(client);

async function startProxy(options: DelayingProxyOptions): Promise<DelayingProxy> {
  return stack.use(await startDelayingProxy(options));
}

/** A client that keeps what it gets. */
function dial(proxy: DelayingProxy): { socket: Socket; text(): string } {
  const socket = connect(proxy.path === '' ? { port: proxy.port, host: '127.0.0.1' } : { path: proxy.path });
  stack.defer(() => void socket.destroy());
  socket.on('error', () => undefined);
  let text = '';
  socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
  return { socket, text: () => text };
}

const arrives = (client: { text(): string }, text: string): Promise<void> =>
  waitUntil(`${text} has come back`, () => client.text() === text, 5000);

describe('delaying proxy', () => {
  it('delays each way and the handshake, and keeps the order', async () => {
    const { port } = await startServer(echo);
    const proxy = await startProxy({ target: { port }, delayMs: 60, jitterMs: 30 });
    const client = dial(proxy);
    const beganMs = performance.now();
    client.socket.write('first ');
    await arrives(client, 'first ');
    // Handshake and one answer: four times one way.
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(239);
    const againMs = performance.now();
    for (const word of ['one ', 'two ', 'three ', 'four ']) {
      client.socket.write(word);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await arrives(client, 'first one two three four ');
    expect(performance.now() - againMs).toBeGreaterThanOrEqual(119);
  });

  it('delays what is sent together once, and counts it as one round trip', async () => {
    const { port } = await startServer(echo);
    const proxy = await startProxy({ target: { port }, delayMs: 50 });
    const client = dial(proxy);
    client.socket.write('x');
    await arrives(client, 'x');
    expect(proxy.counts).toEqual({ connections: 1, bytesToServer: 1, bytesToClient: 1, roundTrips: 2 });
    proxy.resetCounts();
    const beganMs = performance.now();
    for (let piece = 0; piece < 40; piece++) {
      client.socket.write('y');
      await new Promise((resolve) => setImmediate(resolve));
    }
    await arrives(client, `x${'y'.repeat(40)}`);
    expect(proxy.counts).toEqual({ connections: 0, bytesToServer: 40, bytesToClient: 40, roundTrips: 1 });
    // One after another they would have taken four seconds.
    expect(performance.now() - beganMs).toBeLessThan(2000);
  });

  it('counts each answer that was waited for', async () => {
    const { port } = await startServer(echo);
    const proxy = await startProxy({ target: { port }, delayMs: 10 });
    const client = dial(proxy);
    for (let call = 1; call <= 5; call++) {
      client.socket.write('z');
      await arrives(client, 'z'.repeat(call));
    }
    // Five, and the handshake.
    expect(proxy.counts.roundTrips).toBe(6);
  });

  it('makes a lost packet cost a retransmission time, and a thin link the time its bytes take', async () => {
    const { port } = await startServer(echo);
    const proxy = await startProxy({ target: { port } });
    const client = dial(proxy);
    client.socket.write('a');
    await arrives(client, 'a');
    proxy.set({ loss: 1 });
    const lossMs = performance.now();
    client.socket.write('b');
    await arrives(client, 'ab');
    expect(performance.now() - lossMs).toBeGreaterThanOrEqual(399);
    proxy.set({ loss: 0, bytesPerSecond: 20_000 });
    const thinMs = performance.now();
    client.socket.write('c'.repeat(2000));
    await arrives(client, `ab${'c'.repeat(2000)}`);
    expect(performance.now() - thinMs).toBeGreaterThanOrEqual(199);
  });

  it('passes nothing while it is cut, and all of it afterwards', async () => {
    const ended: string[] = [];
    const { port } = await startServer((client) => {
      client.on('end', () => ended.push('end'));
      echo(client);
    });
    const proxy = await startProxy({ target: { port }, delayMs: 5 });
    const client = dial(proxy);
    client.socket.write('a');
    await arrives(client, 'a');
    proxy.cut();
    client.socket.write('b');
    const late = dial(proxy);
    late.socket.end('c');
    // A while in which all of it would have passed.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect([client.text(), late.text(), ended, proxy.counts.bytesToServer]).toEqual(['a', '', [], 1]);
    await proxy.restore();
    await Promise.all([arrives(client, 'ab'), arrives(late, 'c')]);
    expect(ended).toEqual(['end']);
  });

  it('ends all with RST, and refuses until it is restored', async () => {
    const reset: string[] = [];
    const { port } = await startServer((client) => {
      client.on('error', (error: NodeJS.ErrnoException) => reset.push(error.code ?? ''));
      echo(client);
    });
    const proxy = await startProxy({ target: { port } });
    const codeOf = async ({ socket }: { socket: Socket }): Promise<string | undefined> =>
      ((await once(socket, 'error').catch((error: unknown) => [error])) as NodeJS.ErrnoException[])[0]?.code;
    const client = dial(proxy);
    client.socket.write('a');
    await arrives(client, 'a');
    const seen = codeOf(client);
    proxy.reset({ forever: true });
    expect(await seen).toBe('ECONNRESET');
    await waitUntil('the server was told', () => reset.length > 0, 5000);
    expect(reset).toEqual(['ECONNRESET']);
    expect(await codeOf(dial(proxy))).toBe('ECONNREFUSED');
    await proxy.restore();
    const again = dial(proxy);
    again.socket.write('b');
    await arrives(again, 'b');
  });

  it('tells a client of a target that is not there', async () => {
    const { port, server } = await startServer(echo);
    const proxy = await startProxy({ target: { port }, delayMs: 5 });
    server.close();
    const client = dial(proxy);
    const [error] = (await once(client.socket, 'error').catch((reason: unknown) => [
      reason,
    ])) as NodeJS.ErrnoException[];
    expect(error?.code).toBe('ECONNRESET');
  });

  it('holds a bounded amount for a server that does not read', async () => {
    const { port } = await startServer((client) => client.pause());
    const proxy = await startProxy({ target: { port }, bufferBytes: 100_000 });
    const client = dial(proxy);
    const piece = Buffer.alloc(1 << 20);
    let written = 0;
    const total = 64;
    const pour = (): void => {
      while (written < total && client.socket.write(piece)) written++;
    };
    client.socket.on('drain', () => {
      written++;
      pour();
    });
    await once(client.socket, 'connect');
    pour();
    let before = -1;
    await waitUntil(
      'the flow stops',
      async () => {
        const stopped = before === written;
        before = written;
        await new Promise((resolve) => setTimeout(resolve, 200));
        return stopped;
      },
      10_000,
    );
    // What is left: the system's own socket buffers.
    expect(written).toBeLessThan(total / 2);
    expect(proxy.counts.bytesToServer).toBeLessThan((total / 2) * piece.length);
  });

  it('goes between unix sockets, half closed too', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'hostler-proxy-'));
    stack.defer(() => rm(dir, { recursive: true, force: true }));
    const target = join(dir, 'target');
    const path = join(dir, 'proxy');
    await startServer((client) => {
      let text = '';
      client.on('data', (data: Buffer) => (text += data.toString()));
      client.on('end', () => client.end(`${text}, all of it`));
    }, target);
    const proxy = await startProxy({ target: { path: target }, listen: { path }, delayMs: 5 });
    expect([proxy.path, proxy.port]).toEqual([path, 0]);
    const client = dial(proxy);
    client.socket.end('this');
    await once(client.socket, 'end');
    expect(client.text()).toBe('this, all of it');
    proxy.reset({ forever: true });
    await proxy.restore();
    const again = dial(proxy);
    again.socket.end('that');
    await once(again.socket, 'end');
    expect(again.text()).toBe('that, all of it');
  });
});
