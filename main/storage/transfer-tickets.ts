/**
 * Tickets for the browser's part of a transfer: each is good for one request, within 30 seconds.
 *
 *   expect --> waiting --redeem--> the browser's end     waiting --30 s, cancelled--> failure
 */
import { randomBytes } from 'node:crypto';
import { HostError } from '../error.ts';
import type { TransferSink, TransferSource } from './transfer-ends.ts';

/** How long the browser has to begin. */
export const ticketMs = 30_000;

/** What a ticket is for; an upload's browser has to send just so many bytes. */
export type TicketFor = { kind: 'upload'; sizeBytes: number } | { kind: 'download'; name: string };

interface Waiting {
  what: TicketFor;
  give(end: TransferSource | TransferSink): void;
}

export class TransferTickets {
  readonly #waiting = new Map<string, Waiting>();

  expectSource(sizeBytes: number): { ticket: string; opened(signal: AbortSignal): Promise<TransferSource> } {
    return this.#expect<TransferSource>({ kind: 'upload', sizeBytes });
  }

  expectSink(name: string): { ticket: string; opened(signal: AbortSignal): Promise<TransferSink> } {
    return this.#expect<TransferSink>({ kind: 'download', name });
  }

  /** What the ticket waits for; null for one that is unknown, used or too old. */
  find(ticket: string): TicketFor | null {
    return this.#waiting.get(ticket)?.what ?? null;
  }

  /** Uses the ticket up. `end` fits what `find` told. */
  redeem(ticket: string, end: TransferSource | TransferSink): void {
    const waiting = this.#waiting.get(ticket);
    this.#waiting.delete(ticket);
    if (!waiting) throw new HostError('not-found', 'This transfer’s ticket is unknown or was used. Start it again.');
    waiting.give(end);
  }

  #expect<End extends TransferSource | TransferSink>(
    what: TicketFor,
  ): { ticket: string; opened(signal: AbortSignal): Promise<End> } {
    const ticket = randomBytes(16).toString('base64url');
    const { promise, resolve, reject } = Promise.withResolvers<End>();
    this.#waiting.set(ticket, { what, give: (end) => resolve(end as End) });
    const opened = async (signal: AbortSignal): Promise<End> => {
      const giveUp = (): void => reject(signal.reason as Error);
      const timer = setTimeout(() => reject(late(what)), ticketMs);
      if (signal.aborted) giveUp();
      signal.addEventListener('abort', giveUp, { once: true });
      try {
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', giveUp);
        this.#waiting.delete(ticket);
      }
    };
    return { ticket, opened };
  }
}

function late({ kind }: TicketFor): HostError {
  const what = kind === 'upload' ? 'send the file' : 'fetch the file';
  return new HostError(
    'timeout',
    `The browser did not begin to ${what} within ${ticketMs / 1000} seconds. Start again.`,
  );
}
