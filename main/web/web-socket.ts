/** The two links over a WebSocket: control plane as JSON text, console bytes as binary. */
import type { WebSocket } from 'ws';
import type { BinaryChannel, ChannelEnd, MessageLink } from '../ipc/link.ts';

/** A window that does not read this much is dead or hostile; it is cut off and may connect again. */
const maximumBacklogBytes = 64 * 1024 * 1024;

export function messageLinkOf(socket: WebSocket): MessageLink {
  return {
    send: (message) => {
      if (socket.readyState !== socket.OPEN) return;
      if (socket.bufferedAmount > maximumBacklogBytes) return socket.terminate();
      socket.send(JSON.stringify(message));
    },
    onMessage: (receive) => {
      socket.on('message', (data, isBinary) => {
        if (isBinary) return socket.close(1003, 'The control plane is JSON text.');
        let message: unknown;
        try {
          message = JSON.parse(textOf(data));
        } catch {
          return socket.close(1007, 'A message was no JSON.');
        }
        receive(message);
      });
    },
    onClose: (closed) => socket.once('close', closed),
  };
}

/**
 * Console bytes. Until the page sends its first credit, what the socket holds back counts as buffered; from then on, what
 * the page has not acknowledged.
 */
export function binaryChannelOf(socket: WebSocket): BinaryChannel {
  let unacknowledged: number | null = null;
  let sent = 0;
  let isOpen = true;
  const told = { data: ignore as (data: Uint8Array) => void, drain: ignore as () => void, close: ignore as () => void };
  socket.on('message', (data, isBinary) => {
    if (isBinary) return told.data(bytesOf(data));
    const credit = creditOf(textOf(data));
    unacknowledged ??= sent;
    if (credit === null || credit > unacknowledged) return socket.close(1008, 'The page broke the console’s protocol.');
    unacknowledged -= credit;
    told.drain();
  });
  socket.once('close', () => {
    if (isOpen) told.close();
    isOpen = false;
  });
  return {
    send: (data) => {
      if (socket.readyState !== socket.OPEN) return;
      sent += data.length;
      if (unacknowledged !== null) unacknowledged += data.length;
      socket.send(data, { binary: true }, () => told.drain());
    },
    onData: (receive) => (told.data = receive),
    onDrain: (drained) => (told.drain = drained),
    onClose: (closed) => {
      told.close = closed;
      if (socket.readyState > socket.OPEN && isOpen) queueMicrotask(closed);
    },
    close: (end) => {
      isOpen = false;
      closeWith(socket, end);
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    get bufferedAmount() {
      return Math.max(unacknowledged ?? 0, socket.bufferedAmount);
    },
  };
}

/** Closes with the reason, cut to the 123 bytes that a close frame holds. */
export function closeWith(socket: WebSocket, end: ChannelEnd): void {
  let reason = end.message;
  while (Buffer.byteLength(reason) > 123) reason = reason.slice(0, -1);
  // A paused socket would never read the answer to its close.
  socket.resume();
  socket.close(end.ok ? 1000 : 1011, reason);
}

function ignore(): void {}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  return Buffer.from(bytesOf(data)).toString('utf8');
}

function creditOf(text: string): number | null {
  try {
    const message = JSON.parse(text) as { credit?: unknown } | null;
    const credit = message?.credit;
    return Number.isSafeInteger(credit) && (credit as number) > 0 ? (credit as number) : null;
  } catch {
    return null;
  }
}
