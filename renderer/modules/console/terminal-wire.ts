/** Joins a terminal to a console's channel, both ways, so that a flood of output waits at its source. */
import type { BinaryChannel } from '../../shared/channel/binary-channel.ts';

/** What is used of an xterm terminal. */
export interface TerminalEnd {
  write(data: Uint8Array, taken: () => void): void;
  onData(listener: (text: string) => void): { dispose(): void };
  onBinary(listener: (bytes: string) => void): { dispose(): void };
}

/** A pasted text is sent in pieces of this size. */
const pieceBytes = 16_384;

/** Joins them until the returned function is called. `ended` is told the channel's reason when it closes by itself. */
export function joinTerminal(
  terminal: TerminalEnd,
  channel: BinaryChannel,
  ended: (reason: string) => void,
): () => void {
  channel.holdsCredit = true;
  channel.onclose = ({ reason }) => ended(reason);
  channel.onmessage = ({ data }) => terminal.write(new Uint8Array(data), () => channel.taken(data.byteLength));
  const typed = terminal.onData((text) => sendAll(channel, new TextEncoder().encode(text)));
  // Mouse reports of old programs: one byte for each character, not UTF-8.
  const binary = terminal.onBinary((bytes) =>
    sendAll(
      channel,
      Uint8Array.from(bytes, (byte) => byte.charCodeAt(0)),
    ),
  );
  return () => {
    typed.dispose();
    binary.dispose();
    channel.onmessage = null;
    channel.onclose = null;
  };
}

function sendAll(channel: BinaryChannel, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; at += pieceBytes) channel.send(bytes.slice(at, at + pieceBytes));
}
