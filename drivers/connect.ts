/**
 * Opening connections: from a URI, an alias, or nothing at all to the driver that takes it. Drivers are loaded when
 * they are first asked, so that who uses one does not pay for all.
 */
import { readOwnClientConfig } from './client-config.ts';
import { Connection } from './connection.ts';
import { type AuthCallback, type Driver, type DriverSession, type OpenOptions, declined } from './driver.ts';
import { VIR_CONNECT_NO_ALIASES, VIR_CONNECT_RO } from './enums.gen.ts';
import { cancelledError, virError } from './error.ts';
import { shareReads } from './shared-reads.ts';
import { type ConnectionUri, formatUri, parseUri } from './uri.ts';

export interface ConnectOptions extends OpenOptions {
  /** Take a name as a URI only, not as an alias of libvirt.conf. */
  noAliases?: boolean;
  /** Identical reads at the same time are asked once; see shared-reads.ts. */
  sharedReads?: boolean;
}

/** A driver and which URIs to ask it about. */
export interface DriverEntry {
  /** The URIs it is for, to be shown; a transport (`+ssh`) makes any of them the remote driver's. */
  schemes: readonly string[];
  /** Whether it is asked about the URI; null is "whatever there is". */
  isCandidate: (uri: ConnectionUri | null) => boolean;
  load: () => Promise<Driver>;
}

/** In the order in which they are asked. */
const driverEntries: readonly DriverEntry[] = [
  {
    schemes: ['test'],
    isCandidate: (uri) => uri?.driver === 'test' && uri.transport === '',
    load: async () => (await import('./test/driver.ts')).testDriver,
  },
  {
    schemes: ['qemu', 'xen', 'lxc', 'vbox', 'bhyve', 'vz', 'ch'],
    isCandidate: () => true,
    load: async () => (await import('./remote/driver.ts')).remoteDriver,
  },
];

/** The schemes of URIs without a transport that some driver is for. */
export const offeredSchemes: readonly string[] = driverEntries.flatMap(({ schemes }) => schemes);

/** The version of libvirt whose API this follows: major * 1,000,000 + minor * 1,000 + release. (virGetVersion) */
export function getVersion(): bigint {
  return 9_000_000n;
}

/**
 * Opens a connection. Without a URI: that of LIBVIRT_DEFAULT_URI, else `uri_default` of libvirt.conf, else what the
 * drivers find on this machine. Fails with VIR_ERR_INVALID_ARG for what is no URI, VIR_ERR_NO_CONNECT where no driver
 * is for it, and with what the driver says otherwise. (virConnectOpen, virConnectOpenAuth, virConnectOpenReadOnly)
 */
export async function connect(uri?: string | null, options: ConnectOptions = {}): Promise<Connection> {
  const text = await resolveUri(uri ?? '', options.noAliases === true);
  return connectWith(driverEntries, text === '' ? null : parseUri(text), options);
}

/** `connect` under libvirt's name. (virConnectOpen) */
export function open(uri?: string | null): Promise<Connection> {
  return connect(uri);
}

/** A connection that cannot change anything. (virConnectOpenReadOnly) */
export function openReadOnly(uri?: string | null): Promise<Connection> {
  return connect(uri, { readonly: true });
}

/** A connection whose server may ask for user names, passwords, ... `flags`: virConnectFlags. (virConnectOpenAuth) */
export function openAuth(uri: string | null, auth: AuthCallback, flags = 0): Promise<Connection> {
  const readonly = (flags & VIR_CONNECT_RO) !== 0;
  return connect(uri, { auth, readonly, noAliases: (flags & VIR_CONNECT_NO_ALIASES) !== 0 });
}

/** Asks the drivers one after the other. The first that neither declines nor fails has the connection. */
export async function connectWith(
  entries: readonly DriverEntry[],
  uri: ConnectionUri | null,
  options: ConnectOptions,
): Promise<Connection> {
  if (options.signal?.aborted) throw cancelledError(describe(uri), options.signal);
  for (const entry of entries) {
    if (!entry.isCandidate(uri)) continue;
    const driver = await entry.load();
    const session = await driver.open(uri, options);
    if (session !== declined) return adopt(session, uri, options);
  }
  throw noDriver(entries, uri);
}

/** Whoever left while the driver was opening must not leave a session behind. */
async function adopt(session: DriverSession, uri: ConnectionUri | null, options: ConnectOptions): Promise<Connection> {
  if (options.signal?.aborted) {
    await session.close();
    throw cancelledError(describe(uri), options.signal);
  }
  return new Connection(options.sharedReads === true ? shareReads(session) : session, options.readonly === true);
}

function describe(uri: ConnectionUri | null): string {
  return `connecting to ${uri === null ? 'this machine' : formatUri(uri)}`;
}

async function resolveUri(name: string, noAliases: boolean): Promise<string> {
  const wanted = name === '' ? (process.env['LIBVIRT_DEFAULT_URI'] ?? '') : name;
  const canBeAlias = !noAliases && /^[A-Za-z0-9_-]+$/.test(wanted);
  if (wanted !== '' && !canBeAlias) return wanted;
  const config = await readOwnClientConfig();
  const uri = wanted === '' ? (config.defaultUri ?? '') : wanted;
  return noAliases ? uri : (config.aliases.get(uri) ?? uri);
}

function noDriver(entries: readonly DriverEntry[], uri: ConnectionUri | null): Error {
  const schemes = entries
    .flatMap((entry) => entry.schemes)
    .toSorted()
    .join(', ');
  const [what, advice] =
    uri === null
      ? ['no hypervisor was found on this machine', 'name one, for example qemu:///system or test:///default']
      : [
          `no driver can open '${formatUri(uri)}': the driver '${uri.driver}' is not known`,
          'check the spelling, or reach it through a libvirt daemon with a transport, for example qemu+ssh://host/system',
        ];
  return virError('VIR_ERR_NO_CONNECT', 'VIR_FROM_NONE', `${what}; the drivers are ${schemes}; ${advice}`);
}
