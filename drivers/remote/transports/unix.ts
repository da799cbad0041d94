/** The unix transport: the daemon's socket on this machine, with a user's own daemon started on demand. */
import { setTimeout as delay } from 'node:timers/promises';
import type { OpenOptions } from '../../driver.ts';
import { VirError, virError } from '../../error.ts';
import type { Transport } from '../../rpc/transport.ts';
import { explainConnect } from '../connect-error.ts';
import type { SocketChoice } from '../socket-path.ts';
import { startUserDaemon } from '../user-daemon.ts';
import { bounded } from './bounded.ts';
import { openSocketTransport } from './socket.ts';

const USER_DAEMON_TIMEOUT_MS = 5000;
const USER_DAEMON_RETRY_MS = 50;

/** Connects to the daemon's socket; rejects with why not. */
export async function openUnix(socket: SocketChoice, options: OpenOptions): Promise<Transport> {
  if (process.platform === 'win32') {
    const message = `Windows has no unix sockets like ${socket.path}; name a host in the connection's address.`;
    throw virError('VIR_ERR_NO_SUPPORT', 'VIR_FROM_REMOTE', message);
  }
  try {
    return await connectOnce(socket, options);
  } catch (error) {
    if (!isAbsent(error) || !(await startUserDaemon(socket))) throw error;
    return await connectToStarted(socket, options);
  }
}

/** A daemon that was just started takes a moment until it listens. */
async function connectToStarted(socket: SocketChoice, options: OpenOptions): Promise<Transport> {
  const deadline = performance.now() + USER_DAEMON_TIMEOUT_MS;
  for (;;) {
    await delay(USER_DAEMON_RETRY_MS, undefined, options.signal === undefined ? {} : { signal: options.signal });
    try {
      return await connectOnce(socket, options);
    } catch (error) {
      if (!isAbsent(error) || performance.now() > deadline) throw error;
    }
  }
}

function connectOnce(socket: SocketChoice, options: OpenOptions): Promise<Transport> {
  return bounded(
    `connecting to ${socket.path}`,
    options,
    (signal) => openSocketTransport({ path: socket.path }, signal),
    (error) => explainConnect(error, socket),
  );
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof VirError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}
