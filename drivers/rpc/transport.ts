/** Bytes both ways, over whatever carries them. Knows no header. */

export interface TransportHandlers {
  /** What arrived; the memory is reused as soon as it returns, except that of `memory`. */
  onData(chunk: Buffer): void;
  /** Where the next bytes should be put, if anywhere: what is put there is then given to `onData`. */
  memory(): Buffer | null;
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
  /** What the peer sends is there in a moment: it runs on this machine, reached through a network or not. */
  readonly isNear: boolean;
  readonly isEncrypted: boolean;
  /** Begins to deliver. Called once. */
  start(handlers: TransportHandlers): void;
  /** Takes whole packets over. False: enough is waiting, go on after `onDrain`. */
  write(bytes: Buffer): boolean;
  /**
   * Sends a packet of two parts without copying them. Settles when they are needed no more, which is when the kernel has
   * them, or when the transport has ended.
   */
  writeParts(head: Buffer, body: Uint8Array): Promise<void>;
  /** Stops and goes on reading. What is under way may still be delivered after `pause`. */
  pause(): void;
  resume(): void;
  /** Ends it at once; `onEnd` is not called any more. */
  close(): void;
}
