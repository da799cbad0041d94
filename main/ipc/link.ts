/**
 * The two kinds of wire between the host and one window, free of any transport: a MessagePort on the desktop, a
 * WebSocket in browser mode, a pair of functions in a test.
 */

/** The control plane of one window: plain JSON messages (main/contract/protocol.ts), in order. */
export interface MessageLink {
  /** Hands one message on. Silently dropped once the link has closed. */
  send(message: unknown): void;
  /** Registers the one receiver; what comes in is hostile until validated. */
  onMessage(receive: (message: unknown) => void): void;
  /** Told once, when the window has gone or the link broke. */
  onClose(closed: () => void): void;
}

/** Why a data channel ends; crosses as the WebSocket's close reason, or as the last message of a MessagePort. */
export interface ChannelEnd {
  /** True where the end is an ordinary one. */
  ok: boolean;
  /** One sentence for the user. */
  message: string;
}

/**
 * The data plane of one console: binary pieces both ways, never JSON.
 *
 * Back-pressure: `bufferedAmount` is what was sent and not yet taken by the far side. A source pauses above
 * `consoleWindowBytes` and goes on at `onDrain`. In the other direction `pause` holds the renderer's bytes back.
 */
export interface BinaryChannel {
  send(data: Uint8Array): void;
  onData(receive: (data: Uint8Array) => void): void;
  /** Told whenever `bufferedAmount` has shrunk. */
  onDrain(drained: () => void): void;
  /** Told once when the far side went away; not after an own `close`. */
  onClose(closed: () => void): void;
  close(end: ChannelEnd): void;
  readonly bufferedAmount: number;
  /** Stops (and starts again) taking bytes from the far side, where the transport can. */
  pause?(): void;
  resume?(): void;
}
