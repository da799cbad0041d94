/** The remote driver: connections served by a libvirt daemon, over whatever transport the URI names. */
import { access } from 'node:fs/promises';
import { readOwnClientConfig } from '../client-config.ts';
import { declined, type Driver, type DriverSession, type OpenOptions } from '../driver.ts';
import { type ConnectionUri, withUriDefaults } from '../uri.ts';
import { openSession } from './open.ts';
import { openOverSsh } from './ssh/open.ts';
import { chooseSocket } from './socket-path.ts';
import { OPEN_TIMEOUT_MS } from './transports/bounded.ts';
import { openExt } from './transports/ext.ts';
import { openTcp } from './transports/tcp.ts';
import { openTls } from './transports/tls.ts';
import { openUnix } from './transports/unix.ts';
import { isDaemonInstalled } from './user-daemon.ts';

/** Drivers that a daemon on this machine serves; others (esx, hyperv, vmware...) have no daemon of libvirt's. */
const served = new Set(
  'qemu xen lxc vbox bhyve vz ch network storage nodedev secret interface nwfilter remote'.split(' '),
);

export const remoteDriver: Driver = { name: 'remote', open };

async function open(written: ConnectionUri | null, options: OpenOptions): Promise<DriverSession | typeof declined> {
  const bounded: OpenOptions = { ...options, timeoutMs: options.timeoutMs ?? OPEN_TIMEOUT_MS };
  if (written === null) return openLocal(null, bounded);
  if (!isMine(written)) return declined;
  const uri = withUriDefaults(written, (await readOwnClientConfig()).uriDefaults);
  if (transportOf(uri) === 'unix') return openLocal(uri, bounded);
  switch (transportOf(uri)) {
    case 'tcp':
      return openSession(await openTcp(uri, bounded), uri, bounded);
    case 'tls':
      return openSession(await openTls(uri, bounded), uri, bounded);
    case 'ext':
      return openSession(openExt(uri), uri, bounded);
    default:
      return openOverSsh(uri, bounded);
  }
}

/** A transport that is named makes any URI ours: `test+unix:///default` is the daemon's test driver. */
function isMine(uri: ConnectionUri): boolean {
  return uri.transport !== '' || served.has(uri.driver);
}

function transportOf(uri: ConnectionUri): string {
  return uri.transport !== '' ? uri.transport : uri.host === '' ? 'unix' : 'tls';
}

async function openLocal(uri: ConnectionUri | null, options: OpenOptions): Promise<DriverSession | typeof declined> {
  const environment = { uid: process.geteuid?.(), env: process.env, exists, isInstalled: isDaemonInstalled };
  const socket = await chooseSocket(uri, options.readonly === true, environment);
  // Without a URI this is only the first guess; where nothing listens another driver may know better.
  if (uri === null && !(await exists(socket.path))) return declined;
  return openSession(await openUnix(socket, options), uri, options);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
