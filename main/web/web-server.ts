/**
 * Browser mode's server: the renderer's files and the two kinds of WebSocket, on loopback, behind a one-time token.
 *
 *   GET /?token=...  --> cookie, then /          GET /, /assets/...  --> files (cookie wanted)
 *   WS  /ws          --> control plane            WS  /console/<ticket> --> console bytes
 *   PUT, GET /transfer/<ticket>  --> the bytes of a file, from the browser and to it
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Host } from '../host.ts';
import { hostOf, isFromOtherSite, isOwnOrigin, isOwnPage } from './gate.ts';
import { noSessionPage, onwardPage, usedLinkPage } from './pages.ts';
import { cookieOf, Sessions } from './session.ts';
import { StaticFiles } from './static-files.ts';
import { answerTransfer } from './transfer-route.ts';
import { binaryChannelOf, messageLinkOf } from './web-socket.ts';

const address = '127.0.0.1';
/** Larger messages of a page are no requests. */
const maximumControlBytes = 1024 * 1024;
const maximumConsoleBytes = 1024 * 1024;
const maximumSockets = 256;
const pingMs = 30_000;

export interface WebServerOptions {
  host: Pick<Host, 'serve' | 'attachConsole' | 'hasConsole' | 'transfers'>;
  /** Folder of the built renderer. */
  rendererDir: string;
  /** 0: any free port. */
  port: number;
}

export class WebServer {
  readonly #options: WebServerOptions;
  readonly #files: StaticFiles;
  readonly #sessions = new Sessions();
  readonly #server: Server;
  readonly #control = new WebSocketServer({
    noServer: true,
    maxPayload: maximumControlBytes,
    perMessageDeflate: false,
  });
  readonly #consoles = new WebSocketServer({
    noServer: true,
    maxPayload: maximumConsoleBytes,
    perMessageDeflate: false,
  });
  /** Sockets that have not answered the last ping. */
  readonly #silent = new Set<WebSocket>();
  #pinger: ReturnType<typeof setInterval> | undefined;
  port = 0;

  private constructor(options: WebServerOptions, files: StaticFiles) {
    this.#options = options;
    this.#files = files;
    // A body may take hours (an upload); whoever reads one looks at the silence in it. No other request has a body.
    const limits = { maxHeaderSize: 32_768, headersTimeout: 30_000, requestTimeout: 0 };
    this.#server = createServer(limits, (request, response) => {
      void this.#answer(request, response).catch(() => response.destroy());
    });
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Listens; rejects with a message that says what to do when the port is taken or the renderer is not built. */
  static async start(options: WebServerOptions): Promise<WebServer> {
    const web = new WebServer(options, await StaticFiles.list(options.rendererDir));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    web.#server.once('error', reject);
    web.#server.listen(options.port, address, resolve);
    await promise.catch((error: unknown) => {
      throw explain(error, options.port);
    });
    web.#server.off('error', reject);
    web.port = (web.#server.address() as AddressInfo).port;
    web.#pinger = setInterval(() => web.ping(), pingMs);
    return web;
  }

  /** A link with a fresh one-time token; links printed before are void. */
  newLink(): string {
    return `http://${address}:${this.port}/?token=${this.#sessions.issueToken()}`;
  }

  /** Ends every connection. */
  async stop(): Promise<void> {
    clearInterval(this.#pinger);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of [...this.#control.clients, ...this.#consoles.clients])
      socket.close(1001, 'Hostler was stopped.');
    this.#server.closeIdleConnections();
    const hurry = setTimeout(() => {
      for (const socket of [...this.#control.clients, ...this.#consoles.clients]) socket.terminate();
      this.#server.closeAllConnections();
    }, 500);
    await closed;
    clearTimeout(hurry);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const host = hostOf(request.headers);
    setSecurityHeaders(response, host ?? '');
    if (host === null) return refuse(response, 403, 'Hostler answers only to 127.0.0.1 and localhost.');
    if (!isOwnOrigin(request.headers, host)) return refuse(response, 403, 'This page may not use Hostler.');
    const url = urlOf(request, host);
    if (!url) return refuse(response, 400, 'The address cannot be read.');
    // What is not answered for its body's sake is not read to its end.
    if (request.method !== 'GET' && request.method !== 'HEAD') response.setHeader('Connection', 'close');
    const ticket = /^\/transfer\/([\w-]{16,64})$/.exec(url.pathname)?.[1];
    if (ticket !== undefined) return this.#transfer(request, response, host, ticket);
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(response, 405, 'Only GET is answered here.');
    const token = url.searchParams.get('token');
    if (url.pathname === '/' && token !== null) return this.#enter(request, response, token);
    if (!this.#hasSession(request)) return showPage(response, 401, noSessionPage);
    const name = url.pathname === '/' ? '/index.html' : url.pathname;
    if (!this.#files.has(name)) return refuse(response, 404, 'There is nothing at this address.');
    await this.#files.send(name, response, { headOnly: request.method === 'HEAD' });
  }

  /** A file's bytes. Only a page of this origin sends any; a download may be a navigation, which names none. */
  #transfer(request: IncomingMessage, response: ServerResponse, host: string, ticket: string): void {
    const isOwn = request.method === 'GET' ? !isFromOtherSite(request.headers) : isOwnPage(request.headers, host);
    if (!isOwn) return refuse(response, 403, 'This page may not use Hostler.');
    if (!this.#hasSession(request)) return showPage(response, 401, noSessionPage);
    if (answerTransfer(this.#options.host.transfers, ticket, request, response)) return;
    refuse(response, 404, 'This transfer is not waited for any more. Start it again.');
  }

  /** The one-time token becomes a cookie; the address bar keeps no trace of it. */
  #enter(request: IncomingMessage, response: ServerResponse, token: string): void {
    // Programs that look at links before a person does (HEAD) must not use them up.
    if (request.method === 'HEAD') return refuse(response, 405, 'Only GET is answered here.');
    const cookie = this.#sessions.redeem(token);
    if (cookie === null) return showPage(response, 403, usedLinkPage);
    response.setHeader('Set-Cookie', `${this.#cookieName}=${cookie}; Path=/; HttpOnly; SameSite=Strict`);
    if (isFromOtherSite(request.headers)) return showPage(response, 200, onwardPage);
    response.setHeader('Cache-Control', 'no-store');
    response.writeHead(303, { Location: '/' }).end();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const host = hostOf(request.headers);
    if (host === null || !isOwnPage(request.headers, host)) return deny(socket, '403 Forbidden');
    if (!this.#hasSession(request)) return deny(socket, '401 Unauthorized');
    if (this.#control.clients.size + this.#consoles.clients.size >= maximumSockets)
      return deny(socket, '503 Service Unavailable');
    const pathname = urlOf(request, host)?.pathname ?? '';
    if (pathname === '/ws') {
      return this.#control.handleUpgrade(request, socket, head, (ws) => {
        ws.on('error', () => ws.terminate());
        this.#options.host.serve(messageLinkOf(ws));
      });
    }
    const ticket = /^\/console\/([\w-]{16,64})$/.exec(pathname)?.[1];
    if (ticket === undefined || !this.#options.host.hasConsole(ticket)) return deny(socket, '404 Not Found');
    this.#consoles.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => ws.terminate());
      this.#options.host.attachConsole(ticket, binaryChannelOf(ws));
    });
  }

  /** One name for each port: cookies do not tell ports apart. */
  get #cookieName(): string {
    return `hostler-${this.port}`;
  }

  #hasSession(request: IncomingMessage): boolean {
    const cookie = cookieOf(request.headers.cookie, this.#cookieName);
    return cookie !== null && this.#sessions.holds(cookie);
  }

  /** Keeps tunnels open, and cuts off what did not answer the ping before: a page that went away without a word. */
  ping(): void {
    const before = new Set(this.#silent);
    this.#silent.clear();
    for (const socket of [...this.#control.clients, ...this.#consoles.clients]) {
      if (before.has(socket)) {
        socket.terminate();
        continue;
      }
      this.#silent.add(socket);
      socket.once('pong', () => this.#silent.delete(socket));
      socket.ping();
    }
  }
}

/** Put together, not resolved: a target like `//elsewhere/` would else name another host. */
function urlOf(request: IncomingMessage, host: string): URL | null {
  return request.url?.startsWith('/') ? URL.parse(`http://${host}${request.url}`) : null;
}

function setSecurityHeaders(response: ServerResponse, host: string): void {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    // Named as well, for browsers in which 'self' does not cover the WebSocket of the same origin.
    `connect-src 'self' ws://${host}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  response.setHeader('Content-Security-Policy', policy.join('; '));
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response
    .writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
    .end(`${message}\n`);
}

function showPage(response: ServerResponse, status: number, page: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(page);
}

function deny(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function explain(error: unknown, port: number): Error {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') {
    return new Error(
      `port ${port} of ${address} is used by another program; choose another with --port, or --port 0 for any free one`,
    );
  }
  if (code === 'EACCES') {
    return new Error(
      `this user may not listen on port ${port}; choose one above 1023 with --port, or --port 0 for any free one`,
    );
  }
  return error instanceof Error ? error : new Error(String(error));
}
