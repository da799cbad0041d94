import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HostError } from '../error.ts';
import { TransferTickets } from '../storage/transfer-tickets.ts';
import { WebServer } from './web-server.ts';

let folder: string;
let tickets: TransferTickets;
let web: WebServer;
let cookie: string;
const never = new AbortController().signal;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hostler-web-'));
  await writeFile(join(folder, 'index.html'), '<title>Hostler</title>');
  tickets = new TransferTickets();
  const host = { serve: () => {}, hasConsole: () => false, attachConsole: () => {}, transfers: tickets };
  web = await WebServer.start({ host, rendererDir: folder, port: 0 });
  const { headers } = await answerOf(start('GET', new URL(web.newLink()).search.replace(/^/, '/'), {}).end());
  cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
});
afterEach(async () => {
  await web.stop();
  await rm(folder, { recursive: true });
});

function start(method: string, path: string, headers: Record<string, string | number>): ClientRequest {
  return httpRequest({ host: '127.0.0.1', port: web.port, path, method, headers, agent: false });
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.on('response', resolve).on('error', reject));
}

async function textOf(message: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of message) pieces.push(piece as Buffer);
  return Buffer.concat(pieces).toString();
}

function own(extra: Record<string, string | number> = {}): Record<string, string | number> {
  return { Cookie: cookie, Origin: `http://127.0.0.1:${web.port}`, ...extra };
}

/** A page that sends a file of so many bytes; `opened` is the host's end of it. */
function upload(sizeBytes: number, headers = own({ 'Content-Length': sizeBytes })) {
  const { ticket, opened } = tickets.expectSource(sizeBytes);
  const source = opened(never);
  source.catch(() => {});
  return { ticket, source, request: start('PUT', `/transfer/${ticket}`, headers) };
}

describe('an upload', () => {
  it('hands the body over piece by piece, and answers when the job has ended', async () => {
    const { source, request } = upload(11);
    const answer = answerOf(request);
    request.write('hello ');
    const file = await source;
    const pieces = file.pieces(never)[Symbol.asyncIterator]();
    expect(Buffer.from((await pieces.next()).value as Uint8Array).toString()).toBe('hello ');
    request.end('world');
    expect(Buffer.from((await pieces.next()).value as Uint8Array).toString()).toBe('world');
    expect((await pieces.next()).done).toBe(true);
    file.end(null);
    expect((await answer).statusCode).toBe(204);
  });

  it('holds the browser back while nothing is taken', async () => {
    const size = 64 * 1024 * 1024;
    const { source, request } = upload(size);
    request.on('error', () => {});
    const isAllTaken = request.write(Buffer.alloc(size));
    const file = await source;
    const first = await file.pieces(never)[Symbol.asyncIterator]().next();
    expect([isAllTaken, (first.value as Uint8Array).length < size]).toEqual([false, true]);
    // What was written and not taken stays with its sender.
    expect(request.writableLength + (request.socket?.writableLength ?? 0)).toBeGreaterThan(size / 2);
    request.destroy();
  });

  it('fails when the browser goes away in the middle', async () => {
    const { source, request } = upload(100);
    request.on('error', () => {});
    request.write('some');
    const file = await source;
    const pieces = file.pieces(never)[Symbol.asyncIterator]();
    await pieces.next();
    request.destroy();
    await expect(pieces.next()).rejects.toMatchObject({
      code: 'connection-lost',
      message: expect.stringContaining('browser'),
    });
  });

  it('is not waited for any more once its job is cancelled, and is told so', async () => {
    const { source, request } = upload(100);
    const answer = answerOf(request);
    request.write('some');
    const file = await source;
    const controller = new AbortController();
    const pieces = file.pieces(controller.signal)[Symbol.asyncIterator]();
    await pieces.next();
    const next = pieces.next();
    controller.abort();
    await expect(next).rejects.toMatchObject({ name: 'AbortError' });
    file.end(new HostError('cancelled', 'It was cancelled.'));
    const response = await answer;
    expect([response.statusCode, await textOf(response)]).toEqual([409, 'It was cancelled.\n']);
    request.destroy();
  });

  it('is refused without the cookie, the origin, the ticket, the length, and the second time', async () => {
    const status = async (path: string, headers: Record<string, string | number>, method = 'PUT') =>
      (await answerOf(start(method, path, headers).end())).statusCode;
    const { ticket, opened } = tickets.expectSource(0);
    void opened(never).catch(() => {});
    const path = `/transfer/${ticket}`;
    const length = { 'Content-Length': 0 };
    expect(await status(path, { Origin: `http://127.0.0.1:${web.port}`, ...length })).toBe(401);
    expect(await status(path, { Cookie: cookie, ...length })).toBe(403);
    expect(await status(path, { Cookie: cookie, Origin: 'http://evil.example', ...length })).toBe(403);
    expect(await status(path, { ...own(length), Host: 'evil.example' })).toBe(403);
    expect(await status('/transfer/AAAAAAAAAAAAAAAAAAAAAA', own(length))).toBe(404);
    expect(await status(path, own({ 'Content-Length': 1 }))).toBe(404);
    expect(await status(path, own({ 'Transfer-Encoding': 'chunked' }))).toBe(404);
    expect(await status(path, own(), 'GET')).toBe(404);
    expect(await status(path, own(), 'POST')).toBe(404);
    expect(tickets.find(ticket)).not.toBeNull();
    void answerOf(start('PUT', path, own(length)).end()).catch(() => {});
    await expect.poll(() => tickets.find(ticket)).toBeNull();
    expect(await status(path, own(length))).toBe(404);
  });
});

/** A browser that fetches a file; `opened` is the host's end of it. */
async function download(name: string) {
  const { ticket, opened } = tickets.expectSink(name);
  const sink = opened(never);
  const request = start('GET', `/transfer/${ticket}`, { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' }).end();
  const answer = answerOf(request);
  answer.catch(() => {});
  return { sink: await sink, request, answer };
}

describe('a download', () => {
  it('is an attachment that ends when the host says so', async () => {
    const { sink, answer } = await download("a'b\n/ü.img");
    await sink.begin(300_005);
    await sink.write(Buffer.from('begin'));
    await sink.writeHole(300_000);
    const response = await answer;
    expect(response.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': "attachment; filename*=UTF-8''a%27b_%C3%BC.img",
      'x-content-type-options': 'nosniff',
    });
    const text = textOf(response);
    await sink.finish();
    expect((await text) === `begin${'\0'.repeat(300_000)}`).toBe(true);
  });

  it('breaks off where the job does, so that no browser takes it for the whole', async () => {
    const { sink, answer } = await download('disk');
    await sink.begin(null);
    await sink.write(Buffer.from('begin'));
    const text = textOf(await answer);
    text.catch(() => {});
    await sink.abort(new HostError('io', 'It broke.'));
    await expect(text).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('says why there is nothing to fetch', async () => {
    const { sink, answer } = await download('disk');
    await sink.abort(new HostError('not-found', 'There is no such volume.'));
    const response = await answer;
    expect([response.statusCode, await textOf(response)]).toEqual([409, 'There is no such volume.\n']);
  });

  it('holds the host back, and fails when the browser goes away', async () => {
    const { sink, request, answer } = await download('disk');
    await sink.begin(null);
    (await answer).on('error', () => {}).pause();
    let writes = 0;
    const writing = (async () => {
      for (;;) {
        await sink.write(Buffer.alloc(1024 * 1024));
        writes += 1;
      }
    })();
    writing.catch(() => {});
    await new Promise((resolve) => setTimeout(resolve, 200));
    const held = writes;
    expect(held).toBeLessThan(32);
    request.destroy();
    await expect(writing).rejects.toMatchObject({ code: 'connection-lost' });
  });

  it('is refused to other sites', async () => {
    const { ticket } = tickets.expectSink('disk');
    const headers = { Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' };
    expect((await answerOf(start('GET', `/transfer/${ticket}`, headers).end())).statusCode).toBe(403);
  });
});
