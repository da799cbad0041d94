/** The memory of what is written, and the end of who waits for it. */
import { PassThrough, Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { ProcessStream, type RunningProgram } from './process-stream.ts';
import { writeParts } from './transports/parts.ts';

/** A program that takes what it is given when it is told to, and has room for much more. */
function slowProgram(): { program: RunningProgram; taken: Buffer[]; take(): void } {
  const taken: Buffer[] = [];
  let next: (() => void) | null = null;
  const stdin = new Writable({
    highWaterMark: 1 << 24,
    write: (chunk: Buffer, _encoding, callback) => {
      next = () => {
        taken.push(Buffer.from(chunk));
        callback();
      };
    },
  });
  const program: RunningProgram = {
    stdin,
    stdout: new PassThrough(),
    stderr: Readable.from([]),
    onEnd: () => undefined,
    kill: () => undefined,
  };
  return { program, taken, take: () => next?.() };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('ProcessStream', () => {
  it('needs the memory of a packet until the program has it', async () => {
    const { program, taken, take } = slowProgram();
    const stream = new ProcessStream(program, () => null);
    const body = Buffer.alloc(1000, 1);
    let isDone = false;
    const done = writeParts(stream, Buffer.alloc(28), body).then(() => (isDone = true));
    await turn();
    take();
    await turn();
    expect(isDone).toBe(false);
    take();
    await done;
    body.fill(2);
    expect(taken.map(({ length }) => length)).toEqual([28, 1000]);
    expect(new Set(taken[1])).toEqual(new Set([1]));
    stream.destroy();
  });

  it('leaves nobody waiting for a program that takes no more', async () => {
    const { program } = slowProgram();
    const stream = new ProcessStream(program, () => null);
    const done = writeParts(stream, Buffer.alloc(28), Buffer.alloc(1000));
    await turn();
    stream.destroy();
    await done;
    await writeParts(stream, Buffer.alloc(28), Buffer.alloc(1000));
    expect(stream.destroyed).toBe(true);
  });
});
