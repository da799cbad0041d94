/** A program's standard input and output as one byte stream, and how it ended. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/** Of what a program says on standard error the last bytes are kept. */
const KEPT_STDERR = 8192;
/** How long the exit of a program may come after the end of its output. */
const EXIT_GRACE_MS = 2000;

/** How a program ended. */
export interface ProcessEnd {
  code: number | null;
  signal: NodeJS.Signals | null;
  stderr: string;
  /** It could not be started. */
  error: NodeJS.ErrnoException | null;
}

/** The stream's other end is the program; destroying the stream ends the program. */
export class ProcessStream extends Duplex {
  /** Settles when the program has ended and everything it wrote was taken. */
  readonly ended: Promise<ProcessEnd>;
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = '';

  constructor(child: ChildProcessWithoutNullStreams) {
    super({ autoDestroy: false, allowHalfOpen: true });
    this.#child = child;
    const { promise, resolve } = Promise.withResolvers<ProcessEnd>();
    this.ended = promise;
    const settle = (code: number | null, signal: NodeJS.Signals | null, error: NodeJS.ErrnoException | null): void =>
      resolve({ code, signal, stderr: this.#stderr.trim(), error });
    child.once('close', (code, signal) => settle(code, signal, null));
    child.once('error', (error) => {
      settle(null, null, error);
      this.push(null);
    });
    child.stderr.on('data', (data: Buffer) => (this.#stderr = (this.#stderr + data.toString()).slice(-KEPT_STDERR)));
    child.stdout.on('data', (data: Buffer) => this.push(data) || child.stdout.pause());
    child.stdout.on('end', () => this.push(null));
    // A program that ended no longer reads: its end says more than the broken pipe.
    for (const stream of child.stdio) stream?.on('error', () => undefined);
  }

  /** How it ended; null where it still runs a while after its output ended. */
  async whenEnded(): Promise<ProcessEnd | null> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), EXIT_GRACE_MS)));
    return Promise.race([this.ended, late]).finally(() => clearTimeout(timer));
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: (error?: Error | null) => void): void {
    if (this.#child.stdin.destroyed || this.#child.stdin.write(chunk)) callback();
    else this.#whenDrained(callback);
  }

  override _final(callback: () => void): void {
    this.#child.stdin.end(callback);
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    for (const stream of this.#child.stdio) stream?.destroy();
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill();
    callback(error);
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
