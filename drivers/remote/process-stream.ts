/** A program's standard input and output as one byte stream, and how it ended. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/** Of what a program says on standard error the last bytes are kept. */
const KEPT_STDERR = 8192;
/** How long the exit of a program may come after the end of its output. */
const EXIT_GRACE_MS = 2000;

/** How a program ended; nothing but `stderr` is set where it still ran a while after its output had ended. */
export interface ProcessEnd {
  code: number | null;
  signal: string | null;
  stderr: string;
  /** It could not be started. */
  error: NodeJS.ErrnoException | null;
}

/**
 * The stream's other end is the program; destroying the stream ends the program. Where `explain` makes an error of how
 * the program ended, the stream ends with it.
 */
export class ProcessStream extends Duplex {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #explain: (end: ProcessEnd) => Error | null | Promise<Error | null>;
  #stderr = '';
  #hasEnded = false;

  constructor(
    child: ChildProcessWithoutNullStreams,
    explain: (end: ProcessEnd) => Error | null | Promise<Error | null>,
  ) {
    super({ allowHalfOpen: true });
    this.#child = child;
    this.#explain = explain;
    child.once('close', (code, signal) => void this.#onEnd(code, signal, null));
    child.once('error', (error) => void this.#onEnd(null, null, error));
    child.stderr.on('data', (data: Buffer) => (this.#stderr = (this.#stderr + data.toString()).slice(-KEPT_STDERR)));
    child.stdout.on('data', (data: Buffer) => this.push(data) || child.stdout.pause());
    child.stdout.on('end', () => void setTimeout(() => void this.#onEnd(null, null, null), EXIT_GRACE_MS).unref());
    // A program that ended no longer reads: its end says more than the broken pipe.
    for (const stream of child.stdio) stream?.on('error', () => undefined);
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#child.stdin.destroyed || this.#child.stdin.write(chunk)) callback();
    else this.#whenDrained(callback);
  }

  override _final(callback: () => void): void {
    this.#child.stdin.end();
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#hasEnded = true;
    for (const stream of this.#child.stdio) stream?.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill();
    callback(error);
  }

  async #onEnd(code: number | null, signal: string | null, error: NodeJS.ErrnoException | null): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const reason = await this.#explain({ code, signal, stderr: this.#stderr.trim(), error });
    if (reason === null) this.push(null);
    else this.destroy(reason);
  }

  /** The program takes no more for now, or never again. */
  #whenDrained(callback: () => void): void {
    const { stdin } = this.#child;
    const done = (): void => {
      stdin.off('drain', done);
      stdin.off('close', done);
      callback();
    };
    stdin.once('drain', done);
    stdin.once('close', done);
  }
}
