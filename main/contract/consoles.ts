/**
 * Consoles: bytes between a guest and the renderer, on a channel of their own.
 * `open` makes a ticket; the renderer then opens the ticket's data channel (a MessagePort on the desktop, a
 * WebSocket in browser mode) and speaks RFB or raw bytes on it. A ticket is good for one use within 30 seconds.
 */
import type { Unlisten } from './connections.ts';

export interface ConsoleTicket {
  ticket: string;
  protocol: 'rfb' | 'bytes';
  /** The guest's VNC password is asked for by the server. */
  needsPassword: boolean;
}

export type ConsoleEnd = { ticket: string; reason: 'closed' | 'guest-stopped' | 'connection-lost' | 'error'; message: string };

export interface ConsolesService {
  /** `consoleId` is one of `DomainDetails.consoles`. With `force`, another user's serial session is ended first. */
  open(key: string, consoleId: string, options: { force: boolean }): Promise<ConsoleTicket>;
  close(ticket: string): Promise<void>;
  onDidEnd: (listener: (end: ConsoleEnd) => void) => Unlisten;
}

/** Data-plane frames: the renderer's side of a ticket. Binary both ways, with back-pressure by credit. */
export const consoleWindowBytes = 1 << 20;
