/** The local end of a transfer: a file of this machine, or a browser's request. The other end is the hypervisor's. */

/** Where an upload's bytes come from. */
export interface TransferSource {
  readonly sizeBytes: number;
  /**
   * The content in order, once; a piece is good until the next one is asked for. Fails where the far side goes away, or has less or more than it said. An aborted signal
   * ends it.
   */
  pieces(signal: AbortSignal): AsyncIterable<Uint8Array>;
  /** Lets go of it, telling how the transfer ended (null: well). What that takes goes on by itself, and never fails. */
  end(error: unknown): void;
}

/** Where a download's bytes go. One call at a time; each settles when more may come, and its bytes are needed no more. */
export interface TransferSink {
  /** Before the first byte; `sizeBytes` where it is known. */
  begin(sizeBytes: number | null): Promise<void>;
  write(data: Uint8Array): Promise<void>;
  writeHole(lengthBytes: number): Promise<void>;
  /** Settles when everything has arrived and is kept. */
  finish(): Promise<void>;
  /** Undoes what was written, as far as it can be. Never fails. */
  abort(error: unknown): Promise<void>;
}
