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

export type ConsoleEnd = {
  ticket: string;
  reason: 'closed' | 'guest-stopped' | 'connection-lost' | 'error';
  message: string;
};

export interface ConsolesService {
  /** `consoleId` is one of `DomainDetails.consoles`. With `force`, another user's serial session is ended first. */
  open(key: string, consoleId: string, options: { force: boolean }): Promise<ConsoleTicket>;
  close(ticket: string): Promise<void>;
  onDidEnd: (listener: (end: ConsoleEnd) => void) => Unlisten;
}

/**
 * Data plane of a ticket, binary both ways, with back-pressure by credit: the host has at most this many bytes under
 * way that the renderer has not taken. In browser mode it is the WebSocket `/console/<ticket>`; on the desktop a MessagePort.
 */
export const consoleWindowBytes = 1 << 20;

/**
 * Renderer to host, beside the bytes: "I have taken so many more bytes". A plain message on a MessagePort, a JSON text
 * message on a WebSocket. Required on a MessagePort; on a WebSocket its own flow control serves a renderer that never sends one.
 */
export interface ConsoleCredit {
  credit: number;
}

/** Host to renderer, last message of a MessagePort (on a WebSocket: the close reason). */
export interface ConsoleClose {
  close: { ok: boolean; message: string };
}
