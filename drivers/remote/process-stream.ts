/** A program's standard input and output as one byte stream, and how it ended. The program may run on another host. */
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex, type Readable, type Writable } from 'node:stream';
import type { SocketReader } from './transports/socket-reader.ts';

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

/** A program under way. */
export interface RunningProgram {
  stdin: Writable;
  stdout: Readable;
  stderr: Readable;
  /** Where it was made for `stdout`, a socket: whoever starts it gets what the program says, and the stream nothing. */
  reader?: SocketReader;
  /** Calls back once, when it has ended and its output is read. */
  onEnd(ended: (end: Omit<ProcessEnd, 'stderr'>) => void): void;
  /** Ends it, and lets go of it. */
  kill(): void;
}

/** A program on this machine. */
export function runningChild(child: ChildProcessWithoutNullStreams): RunningProgram {
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    onEnd: (ended) => {
      child.once('close', (code, signal) => ended({ code, signal, error: null }));
      child.once('error', (error) => ended({ code: null, signal: null, error }));
    },
    kill: () => {
      for (const stream of child.stdio) stream?.destroy();
      if (child.exitCode === null && child.signalCode === null) child.kill();
    },
  };
}

/**
 * The stream's other end is the program; destroying the stream ends the program. Where `explain` makes an error of how
 * the program ended, the stream ends with it.
 */
export class ProcessStream extends Duplex {
  readonly #program: RunningProgram;
  readonly #explain: (end: ProcessEnd) => Error | null | Promise<Error | null>;
  #stderr = '';
  #hasEnded = false;

  constructor(program: RunningProgram, explain: (end: ProcessEnd) => Error | null | Promise<Error | null>) {
    super({ allowHalfOpen: true });
    this.#program = program;
    this.#explain = explain;
    const { stdin, stdout, stderr } = program;
    program.onEnd((end) => void this.#onEnd(end));
    stderr.on('data', (data: Buffer) => (this.#stderr = (this.#stderr + data.toString()).slice(-KEPT_STDERR)));
    if (program.reader === undefined) stdout.on('data', (data: Buffer) => this.push(data) || stdout.pause());
    // So that its end is told.
    else this.resume();
    const running = { code: null, signal: null, error: null };
    stdout.on('end', () => void setTimeout(() => void this.#onEnd(running), EXIT_GRACE_MS).unref());
    // A program that ended no longer reads: its end says more than the broken pipe.
    for (const stream of [stdin, stdout, stderr]) stream.on('error', () => undefined);
  }

  /** Reads what the program says in place of this stream, where it is a socket made for that. */
  get reader(): SocketReader | undefined {
    return this.#program.reader;
  }

  override _read(): void {
    if (this.reader === undefined) this.#program.stdout.resume();
  }

  override pause(): this {
    if (this.reader !== undefined) this.#program.stdout.pause();
    return super.pause();
  }

  override resume(): this {
    if (this.reader !== undefined) this.#program.stdout.resume();
    return super.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    const { stdin } = this.#program;
    if (stdin.destroyed || stdin.writableEnded) return callback();
    // Not when it would take more, but when these bytes are needed no more: they are the caller's.
    stdin.write(chunk, () => callback());
  }

  /** Several at once, which is one system call where the program is of this machine. */
  override _writev(chunks: { chunk: Buffer; encoding: BufferEncoding }[], callback: () => void): void {
    const { stdin } = this.#program;
    stdin.cork();
    for (const [at, { chunk, encoding }] of chunks.entries()) {
      if (at === chunks.length - 1) this._write(chunk, encoding, callback);
      else this._write(chunk, encoding, () => undefined);
    }
    stdin.uncork();
  }

  override _final(callback: () => void): void {
    this.#program.stdin.end();
    callback();
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    this.#hasEnded = true;
    this.#program.kill();
    callback(error);
  }

  async #onEnd(end: Omit<ProcessEnd, 'stderr'>): Promise<void> {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    const reason = await this.#explain({ ...end, stderr: this.#stderr.trim() });
    if (reason === null) this.push(null);
    else this.destroy(reason);
  }
}
