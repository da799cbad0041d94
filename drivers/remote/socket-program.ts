/**
 * A program of this machine with one end of a unix socket as its standard input and output. The other end can be read
 * into memory of the reader's choice, which pipes that Node makes cannot: a third less work for what comes from ssh.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { RunningProgram } from './process-stream.ts';
import { SocketReader } from './transports/socket-reader.ts';

/** Starts it. `path`: where the socket is for a moment, in a folder that is ours alone. */
export async function spawnOnSocket(command: string, args: readonly string[], path: string): Promise<RunningProgram> {
  const reader = new SocketReader();
  const [near, far] = await socketPair(path, reader);
  const child = spawn(command, args, { stdio: [far, far, 'pipe'] });
  // The program has its own by now.
  far.destroy();
  return {
    stdin: near,
    stdout: near,
    stderr: child.stderr as Readable,
    reader,
    onEnd: (ended) => {
      child.once('error', (error) => ended({ code: null, signal: null, error }));
      void endOf(child, near).then(([code, signal]) => ended({ code, signal, error: null }));
    },
    kill: () => {
      near.destroy();
      child.stderr?.destroy();
      if (child.exitCode === null && child.signalCode === null) child.kill();
    },
  };
}

/** When the program has ended and all its output is read. */
async function endOf(child: ChildProcess, near: Socket): Promise<[number | null, NodeJS.Signals | null]> {
  const closed = new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.once('close', (code, signal) => resolve([code, signal]));
  });
  const isRead = new Promise<void>((resolve) => near.once('end', resolve).once('close', () => resolve()));
  const [how] = await Promise.all([closed, isRead]);
  return how;
}

async function socketPair(path: string, { onread }: SocketReader): Promise<[near: Socket, far: Socket]> {
  const server = createServer({ pauseOnConnect: true });
  try {
    server.listen(path);
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const near = connect({ path, allowHalfOpen: true, onread });
    near.on('error', () => undefined);
    await once(near, 'connect');
    return [near, (await accepted)[0]];
  } finally {
    server.close();
  }
}
