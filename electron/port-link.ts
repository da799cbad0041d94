/** The host's ends of the MessagePorts to a page: control plane and console bytes. Knows ports, not windows. */
import { consoleWindowBytes, type ConsoleClose } from '../main/contract/consoles.ts';
import type { BinaryChannel, ChannelEnd, MessageLink } from '../main/ipc/link.ts';

/** What is used of Electron's MessagePortMain. */
export interface HostPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  close(): void;
}

/** The control plane over a port. The port starts with `onMessage`, so nothing is lost before the receiver is there. */
export function messageLinkOf(port: HostPort): MessageLink {
  let isOpen = true;
  port.on('close', () => (isOpen = false));
  return {
    send: (message) => {
      if (isOpen) port.postMessage(message);
    },
    onMessage: (receive) => {
      port.on('message', ({ data }) => receive(data));
      port.start();
    },
    onClose: (closed) => port.on('close', closed),
  };
}

/**
 * Console bytes over a port. A port has no flow control of its own, so what the page has not acknowledged by credit
 * counts as buffered. A page that breaks the rules (unknown message, credit for bytes it never got, a piece larger than
 * the window) loses the channel.
 */
export function binaryChannelOf(port: HostPort): BinaryChannel {
  const told = { data: ignore as (data: Uint8Array) => void, drain: ignore as () => void, close: ignore as () => void };
  let isOpen = true;
  let unacknowledged = 0;

  function end(reason: ChannelEnd): void {
    if (!isOpen) return;
    isOpen = false;
    port.postMessage({ close: { ok: reason.ok, message: reason.message } } satisfies ConsoleClose);
    port.close();
  }

  function farSideClosed(): void {
    if (!isOpen) return;
    isOpen = false;
    told.close();
  }

  function refuse(message: string): void {
    if (!isOpen) return;
    end({ ok: false, message });
    told.close();
  }

  port.on('close', farSideClosed);
  port.on('message', ({ data }) => {
    if (!isOpen) return;
    const bytes = bytesOf(data);
    if (bytes !== null && bytes.length <= consoleWindowBytes) return told.data(bytes);
    const credit = bytes === null ? creditOf(data) : null;
    if (credit === null || credit > unacknowledged)
      return refuse('The console was closed: the page sent a message that is not part of the protocol.');
    unacknowledged -= credit;
    told.drain();
  });

  return {
    send: (data) => {
      if (!isOpen) return;
      unacknowledged += data.length;
      port.postMessage(compact(data));
    },
    onData: (receive) => {
      told.data = receive;
      port.start();
    },
    onDrain: (drained) => (told.drain = drained),
    onClose: (closed) => (told.close = closed),
    close: end,
    get bufferedAmount() {
      return unacknowledged;
    },
  };
}

function ignore(): void {}

/** A view is cloned together with the whole buffer below it; a small piece of a pooled buffer is copied out first. */
function compact(data: Uint8Array): Uint8Array {
  return data.byteLength === data.buffer.byteLength ? data : Uint8Array.from(data);
}

function bytesOf(data: unknown): Uint8Array | null {
  if (data instanceof Uint8Array) return data;
  return data instanceof ArrayBuffer ? new Uint8Array(data) : null;
}

function creditOf(data: unknown): number | null {
  if (typeof data !== 'object' || data === null || !('credit' in data)) return null;
  const { credit } = data;
  return Number.isSafeInteger(credit) && (credit as number) > 0 ? (credit as number) : null;
}
