/**
 * Moves a console's bytes between its source and a window's channel, holding back whichever side is the faster.
 *
 *   source --read--> send, until consoleWindowBytes are not taken --onDrain--> read on
 *   window --onData--> queue --write--> source, channel paused while the queue is long
 */
import type { ConsoleStream } from '../connections/hypervisor.ts';
import { consoleWindowBytes } from '../contract/index.ts';
import type { BinaryChannel } from '../ipc/link.ts';

/** Input that waits for a guest which does not take it; beyond the last bound the window is not a person's. */
const pauseInputBytes = 1 << 16;
const maximumInputBytes = 1 << 22;

/** How a relay ended. */
export type RelayEnd =
  | { kind: 'source-ended' }
  | { kind: 'source-failed'; error: unknown }
  | { kind: 'window-closed' }
  | { kind: 'input-overflow' };

/** Relays until either side ends; the caller closes both. */
export async function relay(source: ConsoleStream, channel: BinaryChannel): Promise<RelayEnd> {
  return await new Relay(source, channel).run();
}

class Relay {
  readonly #source: ConsoleStream;
  readonly #channel: BinaryChannel;
  readonly #end = Promise.withResolvers<RelayEnd>();
  #isEnded = false;
  #wake: () => void = () => {};
  #queuedBytes = 0;
  #writing = Promise.resolve();

  constructor(source: ConsoleStream, channel: BinaryChannel) {
    this.#source = source;
    this.#channel = channel;
  }

  async run(): Promise<RelayEnd> {
    this.#channel.onClose(() => this.#finish({ kind: 'window-closed' }));
    this.#channel.onDrain(() => this.#wake());
    this.#channel.onData((data) => this.#takeInput(data));
    void this.#giveOutput().catch((error: unknown) => this.#finish({ kind: 'source-failed', error }));
    return await this.#end.promise;
  }

  async #giveOutput(): Promise<void> {
    for (;;) {
      const piece = await this.#source.read();
      if (this.#isEnded) return;
      if (piece === null) return this.#finish({ kind: 'source-ended' });
      this.#channel.send(piece);
      await this.#room();
    }
  }

  /** Settles when the window has taken enough. */
  async #room(): Promise<void> {
    while (this.#channel.bufferedAmount >= consoleWindowBytes && !this.#isEnded) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#wake = resolve;
      await promise;
    }
  }

  #takeInput(data: Uint8Array): void {
    this.#queuedBytes += data.length;
    if (this.#queuedBytes > maximumInputBytes) return this.#finish({ kind: 'input-overflow' });
    if (this.#queuedBytes > pauseInputBytes) this.#channel.pause?.();
    this.#writing = this.#writing.then(() => this.#write(data));
  }

  async #write(data: Uint8Array): Promise<void> {
    try {
      await this.#source.write(data);
    } catch (error) {
      return this.#finish({ kind: 'source-failed', error });
    }
    this.#queuedBytes -= data.length;
    if (this.#queuedBytes <= pauseInputBytes) this.#channel.resume?.();
  }

  #finish(end: RelayEnd): void {
    this.#isEnded = true;
    this.#end.resolve(end);
    this.#wake();
  }
}
