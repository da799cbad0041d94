/**
 * The browser's part of transfers: the bytes of one file as the body of one request, in either direction, at the pace of
 * whichever side is the slower. Nothing of a file is kept.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HostError } from '../error.ts';
import { toContractError } from '../ipc/contract-error.ts';
import type { TransferSink, TransferSource } from '../storage/transfer-ends.ts';
import type { TransferTickets } from '../storage/transfer-tickets.ts';

/** A browser that says nothing for so long, while it is waited for, is gone. */
const silenceMs = 60_000;
/** A page breaks off its own upload when it hears that the job has ended; so long it is waited for. */
const pageMs = 1000;
/** Zeroes are written in pieces of this size. */
const zeroes = Buffer.alloc(256 * 1024);

/** Answers `/transfer/<ticket>`: false where there is no such ticket for such a request. */
export function answerTransfer(
  tickets: TransferTickets,
  ticket: string,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const what = tickets.find(ticket);
  if (what?.kind === 'upload' && request.method === 'PUT') {
    // The length is all that tells a whole file from one that broke off.
    if (Number(request.headers['content-length']) !== what.sizeBytes) return false;
    tickets.redeem(ticket, new RequestSource(request, response, what.sizeBytes));
    return true;
  }
  if (what?.kind !== 'download' || request.method !== 'GET') return false;
  tickets.redeem(ticket, new ResponseSink(response, what.name));
  return true;
}

class RequestSource implements TransferSource {
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  readonly sizeBytes: number;

  constructor(request: IncomingMessage, response: ServerResponse, sizeBytes: number) {
    this.#request = request;
    this.#response = response;
    this.sizeBytes = sizeBytes;
  }

  async *pieces(signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    // Not destroyed when the reader stops: the answer goes over the same socket.
    const pieces = this.#request.iterator({ destroyOnReturn: false }) as AsyncIterator<Uint8Array>;
    for (;;) {
      const next = await orSilence(pieces.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  }

  end(error: unknown): void {
    void this.#answer(error);
  }

  async #answer(failure: unknown): Promise<void> {
    if (failure !== null) {
      await once(this.#response, 'close', { signal: AbortSignal.timeout(pageMs) }).catch(() => {});
    }
    if (this.#response.destroyed) return;
    this.#response.setHeader('Cache-Control', 'no-store');
    if (failure === null) this.#response.writeHead(204).end();
    else {
      // With a part of the body unread, the connection is good for nothing more.
      const headers = { 'Content-Type': 'text/plain; charset=utf-8', Connection: 'close' };
      this.#response
        .writeHead(409, headers)
        .end(`${toContractError(failure).message}\n`, () => this.#request.destroy());
    }
  }
}

class ResponseSink implements TransferSink {
  readonly #response: ServerResponse;
  readonly #name: string;

  constructor(response: ServerResponse, name: string) {
    this.#response = response;
    this.#name = name;
  }

  /** In chunks and without a length: the last chunk tells that it is whole, and is not sent before it is. */
  async begin(): Promise<void> {
    this.#response.writeHead(200, {
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename*=UTF-8''${encodeFileName(this.#name)}`,
      'Cache-Control': 'no-store',
    });
    this.#response.flushHeaders();
  }

  async write(data: Uint8Array): Promise<void> {
    if (this.#response.destroyed) throw gone('taking the file');
    await this.#told((written) => this.#response.write(data, written));
  }

  async writeHole(lengthBytes: number): Promise<void> {
    for (let left = lengthBytes; left > 0; left -= zeroes.length) {
      await this.write(left < zeroes.length ? zeroes.subarray(0, left) : zeroes);
    }
  }

  async finish(): Promise<void> {
    await this.#told((ended) => this.#response.end(ended));
  }

  async abort(error: unknown): Promise<void> {
    if (this.#response.headersSent) {
      // A connection that is merely closed passes for the end of the file with some browsers.
      this.#response.socket?.resetAndDestroy();
      this.#response.destroy();
      return;
    }
    this.#response
      .writeHead(409, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' })
      .end(`${toContractError(error).message}\n`);
  }

  /** Settles when what `send` sends is on its way; fails when the browser went away, or takes nothing for a minute. */
  async #told(send: (sent: (error?: Error | null) => void) => void): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const close = (): void => (this.#response.writableFinished ? resolve() : reject(gone('taking the file')));
    const timer = setTimeout(close, silenceMs);
    this.#response.once('close', close);
    try {
      send((error) => (error ? close() : resolve()));
      await promise;
    } finally {
      clearTimeout(timer);
      this.#response.off('close', close);
    }
  }
}

/** What the browser sends next; fails when it breaks off, says nothing for a minute, or is not waited for any more. */
async function orSilence<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(signal.reason as Error);
  const timer = setTimeout(() => reject(gone('sending the file')), silenceMs);
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp, { once: true });
  try {
    const told = work.catch((error: unknown) => {
      throw gone('sending the file', error);
    });
    return await Promise.race([told, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', giveUp);
  }
}

function gone(doing: string, cause?: unknown): HostError {
  if (cause instanceof HostError) return cause;
  return new HostError('connection-lost', `The browser stopped ${doing} before its end.`, {
    hint: 'Keep the window open until the task is done, and start it again.',
    cause,
  });
}

/** A name as RFC 8187 has it in a header; slashes and the like cannot be in a volume's name here, but are not trusted. */
function encodeFileName(name: string): string {
  const safe = name.replaceAll(/[\p{C}<>:"/\\|?*]+/gu, '_').slice(0, 200);
  return encodeURIComponent(safe).replaceAll(/['()*]/g, (mark) => `%${mark.charCodeAt(0).toString(16)}`);
}
