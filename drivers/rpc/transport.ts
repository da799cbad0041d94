/** Bytes both ways, over whatever carries them. Knows no header. */

export interface TransportHandlers {
  /** What arrived; the memory is reused as soon as it returns. */
  onData(chunk: Buffer): void;
  /** `write` may go on after it answered false. */
  onDrain(): void;
  /** Told once: the far side ended (no error), or the transport broke. Nothing follows. */
  onEnd(error: Error | null): void;
}

export interface Transport {
  /** What is at the other end, for messages: `/run/libvirt/libvirt-sock`. */
  readonly peer: string;
  /** The peer is on this machine and reached without a network. */
  readonly isLocal: boolean;
  readonly isEncrypted: boolean;
  /** Begins to deliver. Called once. */
  start(handlers: TransportHandlers): void;
  /** Takes the bytes over. False: enough is waiting, go on after `onDrain`. */
  write(bytes: Buffer): boolean;
  /** Stops and goes on reading. What is under way may still be delivered after `pause`. */
  pause(): void;
  resume(): void;
  /** Ends it at once; `onEnd` is not called any more. */
  close(): void;
}
