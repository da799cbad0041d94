/** The remote driver: connections served by a libvirt daemon, over whatever transport the URI names. */
import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { declined, type Driver, type DriverSession, type OpenOptions } from '../driver.ts';
import { VirError, virError } from '../error.ts';
import { aborted, timedOut } from '../rpc/wait-for.ts';
import type { Transport } from '../rpc/transport.ts';
import { type ConnectionUri, formatUri } from '../uri.ts';
import { explainConnect } from './connect-error.ts';
import { openSession } from './open.ts';
import { chooseSocket, type SocketChoice } from './socket-path.ts';
import { openUnixTransport } from './transports/unix.ts';
import { isDaemonInstalled, startUserDaemon } from './user-daemon.ts';

/** For each step of opening, where the caller names no other. */
const OPEN_TIMEOUT_MS = 15_000;
const USER_DAEMON_TIMEOUT_MS = 5000;
const USER_DAEMON_RETRY_MS = 50;

/** Drivers that a daemon on this machine serves; others (esx, hyperv, vmware...) have no daemon of libvirt's. */
const served = new Set(
  'qemu xen lxc vbox bhyve vz ch network storage nodedev secret interface nwfilter remote'.split(' '),
);

export const remoteDriver: Driver = { name: 'remote', open };

async function open(uri: ConnectionUri | null, options: OpenOptions): Promise<DriverSession | typeof declined> {
  if (uri !== null && !isMine(uri)) return declined;
  if (uri !== null && transportOf(uri) !== 'unix') throw unsupportedTransport(uri);
  const bounded: OpenOptions = { ...options, timeoutMs: options.timeoutMs ?? OPEN_TIMEOUT_MS };
  const environment = { uid: process.geteuid?.(), env: process.env, exists, isInstalled: isDaemonInstalled };
  const socket = await chooseSocket(uri, options.readonly === true, environment);
  // Without a URI this is only the first guess; where nothing listens another driver may know better.
  if (uri === null && !(await exists(socket.path))) return declined;
  return openSession(await connect(socket, bounded), uri, bounded);
}

/** A transport that is named makes any URI ours: `test+unix:///default` is the daemon's test driver. */
function isMine(uri: ConnectionUri): boolean {
  return uri.transport !== '' || served.has(uri.driver);
}

function transportOf(uri: ConnectionUri): string {
  return uri.transport !== '' ? uri.transport : uri.host === '' ? 'unix' : 'tls';
}

function unsupportedTransport(uri: ConnectionUri): VirError {
  const message =
    `The transport ${transportOf(uri)} of ${formatUri(uri)} is not supported yet by this version. ` +
    'It connects to libvirt daemons on this machine, for example qemu:///system.';
  return virError('VIR_ERR_NO_SUPPORT', 'VIR_FROM_REMOTE', message);
}

async function connect(socket: SocketChoice, options: OpenOptions): Promise<Transport> {
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

async function connectOnce(
  socket: SocketChoice,
  { signal, timeoutMs = OPEN_TIMEOUT_MS }: OpenOptions,
): Promise<Transport> {
  const what = `connecting to ${socket.path}`;
  const checkSignal = (): void => {
    if (signal?.aborted === true) throw aborted(what, signal, false);
  };
  checkSignal();
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await openUnixTransport(socket.path, signal === undefined ? deadline : AbortSignal.any([signal, deadline]));
  } catch (error) {
    checkSignal();
    if (deadline.aborted) throw timedOut(what, timeoutMs, false);
    throw explainConnect(error as NodeJS.ErrnoException, socket);
  }
}

function isAbsent(error: unknown): boolean {
  const code = error instanceof VirError ? (error.cause as NodeJS.ErrnoException | undefined)?.code : undefined;
  return code === 'ENOENT' || code === 'ECONNREFUSED';
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
