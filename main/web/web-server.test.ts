import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { WebSocket } from 'ws';
import type { BinaryChannel, MessageLink } from '../ipc/link.ts';
import { TransferTickets } from '../storage/transfer-tickets.ts';
import { parseOptions } from './options.ts';
import { Sessions, tokenMs } from './session.ts';
import { WebServer } from './web-server.ts';

const ticket = 'abcdefghijklmnopqrstuv';

/** A host that keeps what it is given. */
class TestHost {
  readonly links: MessageLink[] = [];
  readonly channels: BinaryChannel[] = [];
  readonly transfers = new TransferTickets();
  serve(link: MessageLink): void {
    this.links.push(link);
  }
  hasConsole(wanted: string): boolean {
    return wanted === ticket;
  }
  attachConsole(_ticket: string, channel: BinaryChannel): void {
    this.channels.push(channel);
  }
}

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

let folder: string;
let host: TestHost;
let web: WebServer;
let sockets: WebSocket[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-web-'));
  await mkdir(join(folder, 'renderer', 'assets'), { recursive: true });
  await writeFile(join(folder, 'renderer', 'index.html'), '<title>Hostler</title>');
  await writeFile(join(folder, 'renderer', 'assets', 'main-a1B2c3D4.js'), 'export {};');
  await writeFile(join(folder, 'renderer', 'secret.key'), 'hidden');
  await writeFile(join(folder, 'outside.html'), 'outside');
  host = new TestHost();
  web = await WebServer.start({ host, rendererDir: join(folder, 'renderer'), port: 0 });
  sockets = [];
});
afterEach(async () => {
  for (const socket of sockets) socket.terminate();
  await web.stop();
  await rm(folder, { recursive: true });
});

/** A request whose path and headers are sent as they are, as no browser would. */
function ask(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { host: '127.0.0.1', port: web.port, path, headers, method, agent: false },
      (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (piece: string) => (body += piece));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      },
    );
    request.on('error', reject).end();
  });
}

function tokenPath(): string {
  return web.newLink().replace(/^http:\/\/127\.0\.0\.1:\d+/, '');
}

async function logIn(): Promise<string> {
  const { headers } = await ask(tokenPath());
  return headers['set-cookie']?.[0]?.split(';')[0] ?? '';
}

function own(extra: Record<string, string> = {}): Record<string, string> {
  return { Origin: `http://127.0.0.1:${web.port}`, ...extra };
}

/** An open socket, or the status it was refused with. */
function open(path: string, headers: Record<string, string>): Promise<WebSocket | number> {
  const socket = new WebSocket(`ws://127.0.0.1:${web.port}${path}`, { headers });
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.on('open', () => resolve(socket));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => resolve(-1));
  });
}

async function opened(path: string): Promise<WebSocket> {
  const socket = await open(path, own({ Cookie: await logIn() }));
  if (typeof socket === 'number') throw new Error(`refused with ${socket}`);
  return socket;
}

describe('the one-time token', () => {
  it('becomes a cookie, and the address loses it', async () => {
    const entered = await ask(tokenPath());
    expect([entered.status, entered.headers.location]).toEqual([303, '/']);
    const cookie = entered.headers['set-cookie']?.[0] ?? '';
    expect(cookie).toMatch(/^hostler-\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    for (let reload = 0; reload < 2; reload++) {
      const page = await ask('/', { Cookie: cookie.split(';')[0]! });
      expect([page.status, page.body]).toEqual([200, '<title>Hostler</title>']);
    }
  });

  it('works once, then explains how to get another', async () => {
    const path = tokenPath();
    await ask(path, {}, 'HEAD');
    expect((await ask(path)).status).toBe(303);
    const again = await ask(path);
    expect([again.status, again.headers['set-cookie']]).toEqual([403, undefined]);
    expect(again.body).toContain('press Enter in the terminal');
  });

  it('is refused when wrong, replaced or too old', async () => {
    const old = tokenPath();
    const fresh = tokenPath();
    for (const path of ['/?token=', '/?token=guess', old]) expect((await ask(path)).status).toBe(403);
    expect((await ask(fresh)).status).toBe(303);
    vi.useFakeTimers();
    const sessions = new Sessions();
    const token = sessions.issueToken();
    vi.advanceTimersByTime(tokenMs + 1);
    expect(sessions.redeem(token)).toBe(null);
    vi.useRealTimers();
  });

  it('goes on by itself when the link was on another site, so that the cookie is sent', async () => {
    const page = await ask(tokenPath(), { 'Sec-Fetch-Site': 'cross-site' });
    expect([page.status, page.headers['set-cookie']?.length]).toEqual([200, 1]);
    expect(page.body).toContain('url=/"');
  });

  it('is wanted: without a cookie there is nothing to see', async () => {
    for (const path of ['/', '/assets/main-a1B2c3D4.js', '/nothing']) {
      for (const headers of [{}, { Cookie: `hostler-${web.port}=wrong` }]) {
        const page = await ask(path, headers as Record<string, string>);
        expect([page.status, page.body]).toEqual([401, expect.stringContaining('Hostler prints a link')]);
      }
    }
  });
});

describe('Host and Origin', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', '10.0.0.1', 'localhost@evil'])(
    'refuses the host %j, token or not',
    async (name) => {
      const path = tokenPath();
      expect((await ask(path, { Host: name })).status).toBe(403);
      expect((await ask(path)).status).toBe(303);
    },
  );

  it('takes loopback names on any port, for tunnels', async () => {
    for (const name of [`localhost:${web.port}`, '127.0.0.1:9999', '[::1]:1']) {
      expect((await ask(tokenPath(), { Host: name })).status).toBe(303);
    }
  });

  it('refuses other origins, other methods, and shows no CORS', async () => {
    const Cookie = await logIn();
    const foreign = await ask('/', { Cookie, Origin: 'http://evil.example' });
    expect([foreign.status, foreign.headers['access-control-allow-origin']]).toEqual([403, undefined]);
    expect((await ask('/', { Cookie, Origin: 'null' })).status).toBe(403);
    expect((await ask('/', { Cookie }, 'POST')).status).toBe(405);
    expect((await ask('/', own({ Cookie }))).status).toBe(200);
  });

  it('opens sockets only for a page of its own with a session', async () => {
    const Cookie = await logIn();
    expect(await open('/ws', { Cookie })).toBe(403);
    expect(await open('/ws', { Cookie, Origin: 'http://evil.example' })).toBe(403);
    expect(await open('/ws', { Cookie, Origin: `http://localhost:${web.port}` })).toBe(403);
    expect(await open('/ws', own())).toBe(401);
    expect(await open('/ws', own({ Cookie, Host: 'evil.example' }))).toBe(403);
    expect(await open('/elsewhere', own({ Cookie }))).toBe(404);
    expect(await open('/ws', own({ Cookie }))).toBeInstanceOf(WebSocket);
    expect(host.links).toHaveLength(1);
  });
});

describe('files', () => {
  it('come with their type, a strict policy and the right caching', async () => {
    const Cookie = await logIn();
    const page = await ask('/', { Cookie });
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
    });
    expect(page.headers['content-security-policy']).toContain("default-src 'none'; script-src 'self';");
    const script = await ask('/assets/main-a1B2c3D4.js', { Cookie });
    expect(script.headers).toMatchObject({
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=31536000, immutable',
    });
    expect((await ask('/', { Cookie }, 'HEAD')).headers['content-length']).toBe('22');
  });

  it.each([
    '/../outside.html',
    '/..%2foutside.html',
    '/%2e%2e/outside.html',
    '/assets/../../outside.html',
    '//outside.html',
    '/secret.key',
    '/assets/',
    '/index.html%00.js',
    '/constructor',
  ])('do not include %s', async (path) => {
    const answer = await ask(path, { Cookie: await logIn() });
    expect([answer.status, answer.body.includes('outside')]).toEqual([404, false]);
  });
});

describe('the control plane', () => {
  it('carries JSON both ways and tells when the page goes', async () => {
    const socket = await opened('/ws');
    const [link] = host.links;
    const received: unknown[] = [];
    let isClosed = false;
    link!.onMessage((message) => received.push(message));
    link!.onClose(() => (isClosed = true));
    socket.send('{"type":"call","id":1}');
    await vi.waitFor(() => expect(received).toEqual([{ type: 'call', id: 1 }]));
    const answers: string[] = [];
    socket.on('message', (data) => answers.push((data as Buffer).toString()));
    link!.send({ type: 'result', id: 1, value: '<img onerror>' });
    await vi.waitFor(() => expect(answers).toEqual(['{"type":"result","id":1,"value":"<img onerror>"}']));
    socket.close();
    await vi.waitFor(() => expect(isClosed).toBe(true));
    link!.send({ type: 'event' });
  });

  it.each([
    ['no JSON', '{', 1007],
    ['binary', Buffer.from('{}'), 1003],
    ['too long', 'x'.repeat(1024 * 1024 + 1), 1009],
  ])('cuts a page off that sends what is %s', async (_what, data, code) => {
    const socket = await opened('/ws');
    host.links[0]!.onMessage(() => {});
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    socket.send(data);
    expect(await closed).toBe(code);
  });
});

describe('a console', () => {
  it('opens by its ticket only', async () => {
    const Cookie = await logIn();
    expect(await open('/console/AAAAAAAAAAAAAAAAAAAAAA', own({ Cookie }))).toBe(404);
    expect(await open(`/console/${ticket}`, { Cookie })).toBe(403);
    expect(await open(`/console/${ticket}`, own())).toBe(401);
    expect(host.channels).toEqual([]);
    expect(await open(`/console/${ticket}`, own({ Cookie }))).toBeInstanceOf(WebSocket);
    expect(host.channels).toHaveLength(1);
  });

  it('carries bytes both ways and closes with its reason, cut to what fits', async () => {
    const socket = await opened(`/console/${ticket}`);
    const channel = host.channels[0]!;
    const received: Uint8Array[] = [];
    channel.onData((data) => received.push(data));
    socket.send(Buffer.from([1, 2, 3]));
    await vi.waitFor(() => expect(received.map((data) => [...data])).toEqual([[1, 2, 3]]));
    const shown: number[][] = [];
    socket.on('message', (data) => shown.push([...(data as Buffer)]));
    channel.send(Uint8Array.of(4, 5));
    await vi.waitFor(() => expect(shown).toEqual([[4, 5]]));
    const closed = new Promise<[number, string]>((resolve) =>
      socket.on('close', (code, why) => resolve([code, why.toString()])),
    );
    channel.close({ ok: true, message: 'ü'.repeat(100) });
    expect(await closed).toEqual([1000, 'ü'.repeat(61)]);
  });

  it('counts what the page has not acknowledged, from its first credit on', async () => {
    const socket = await opened(`/console/${ticket}`);
    const channel = host.channels[0]!;
    let drains = 0;
    channel.onDrain(() => (drains += 1));
    channel.send(new Uint8Array(1000));
    await vi.waitFor(() => expect(channel.bufferedAmount).toBe(0));
    socket.send('{"credit":400}');
    await vi.waitFor(() => expect(channel.bufferedAmount).toBe(600));
    channel.send(new Uint8Array(50));
    expect(channel.bufferedAmount).toBeGreaterThanOrEqual(650);
    const before = drains;
    socket.send('{"credit":650}');
    await vi.waitFor(() => expect(channel.bufferedAmount).toBe(0));
    expect(drains).toBeGreaterThan(before);
  });

  it.each(['{"credit":1}', '{"credit":-5}', '{"credit":1e99}', 'nonsense', 'null'])(
    'closes on a page that sends %s for bytes it never got',
    async (text) => {
      const socket = await opened(`/console/${ticket}`);
      const gone = new Promise<void>((resolve) => host.channels[0]!.onClose(resolve));
      const closed = new Promise<number>((resolve) => socket.on('close', resolve));
      socket.send(text);
      expect(await closed).toBe(1008);
      await gone;
    },
  );

  it('holds the page back while paused', async () => {
    const socket = await opened(`/console/${ticket}`);
    const channel = host.channels[0]!;
    let bytes = 0;
    channel.onData((data) => (bytes += data.length));
    channel.pause?.();
    for (let n = 0; n < 100; n++) socket.send(new Uint8Array(500_000));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(bytes).toBe(0);
    expect(socket.bufferedAmount).toBeGreaterThan(1_000_000);
    channel.resume?.();
    await vi.waitFor(() => expect(bytes).toBe(50_000_000), { timeout: 5000 });
  });
});

describe('WebServer', () => {
  it('says what to do when the port is taken or the interface is not built', async () => {
    const options = { host, rendererDir: join(folder, 'renderer') };
    await expect(WebServer.start({ ...options, port: web.port })).rejects.toThrow(
      `port ${web.port} of 127.0.0.1 is used by another program; choose another with --port`,
    );
    await expect(WebServer.start({ ...options, rendererDir: folder, port: 0 })).rejects.toThrow('npm run build');
  });

  it('cuts off a page that does not answer pings, and only that', async () => {
    const [alive, dead] = [await opened('/ws'), await opened('/ws')];
    dead.pause();
    let isCut = false;
    web.ping();
    await new Promise((resolve) => alive.once('ping', resolve));
    await new Promise((resolve) => setTimeout(resolve, 50));
    dead.on('close', () => (isCut = true));
    web.ping();
    dead.resume();
    await vi.waitFor(() => expect(isCut).toBe(true));
    expect(alive.readyState).toBe(alive.OPEN);
  });

  it('stops with pages connected', async () => {
    const socket = await opened('/ws');
    const closed = new Promise<number>((resolve) => socket.on('close', resolve));
    await web.stop();
    expect(await closed).toBe(1001);
  });
});

describe('parseOptions', () => {
  it('reads the command line and names what is wrong', () => {
    expect(parseOptions(['--port', '8080', '--no-open', '--config-dir', '/c'])).toEqual({
      port: 8080,
      open: false,
      configDir: '/c',
      help: false,
    });
    expect(parseOptions([])).toEqual({ port: 0, open: true, configDir: null, help: false });
    for (const args of [['--port', '70000'], ['--port', 'x'], ['--port=-1'], ['--nonsense']]) {
      expect(() => parseOptions(args)).toThrow(args[0]!.split('=')[0]);
    }
  });
});
