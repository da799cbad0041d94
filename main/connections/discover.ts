/** Looks for hypervisors on this machine: sockets, programs, and what is always there. Changes nothing, connects nowhere. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import { chooseSocket } from '../../drivers/remote/socket-path.ts';
import { parseUri } from '../../drivers/uri.ts';
import type { FoundHypervisor } from '../contract/index.ts';

/** What is looked at; a test gives its own. */
export interface Machine {
  platform: NodeJS.Platform;
  /** PATH, XDG_RUNTIME_DIR, HOME, ... */
  env: Record<string, string | undefined>;
  /** User id, null where the system has none. */
  userId: number | null;
  isSocket(path: string): Promise<boolean>;
}

/** Where a daemon of this machine may listen; the socket is the one that connecting would take. */
const places: { uri: string; name: string }[] = [
  { uri: 'qemu:///system', name: 'QEMU/KVM' },
  { uri: 'qemu:///session', name: 'QEMU/KVM (user session)' },
  { uri: 'xen:///system', name: 'Xen' },
  { uri: 'lxc:///system', name: 'LXC' },
  { uri: 'bhyve:///system', name: 'bhyve' },
  { uri: 'vbox:///session', name: 'VirtualBox' },
];

/** All of `discover` together, in milliseconds. */
const boundMs = 2000;
const connectMs = 700;

export const embeddedTest: FoundHypervisor = {
  uri: 'test:///default',
  name: 'Test hypervisor',
  usable: true,
  evidence: 'Part of Hostler: nothing in it is real',
};

/** Everything found, the usable first; takes at most two seconds, leaving out what did not answer in time. */
export async function discover(machine: Machine = thisMachine()): Promise<FoundHypervisor[]> {
  const found: FoundHypervisor[] = [];
  const collect = async (search: Promise<FoundHypervisor | null>): Promise<void> => {
    const result = await search;
    if (result) found.push(result);
  };
  const sockets = machine.platform === 'win32' ? [] : places.map((place) => collect(examine(place, machine)));
  const search = async (): Promise<void> => {
    await Promise.allSettled(sockets);
    const hasQemu = found.some(({ uri }) => uri.startsWith('qemu:'));
    if (!hasQemu) await collect(findQemu(machine));
  };
  await withinBound(search());
  return [...found, embeddedTest].toSorted((a, b) => Number(b.usable) - Number(a.usable));
}

function thisMachine(): Machine {
  const isSocket = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isSocket() ?? false;
  return { platform: process.platform, env: process.env, userId: process.getuid?.() ?? null, isSocket };
}

/** The place's socket, and whether somebody answers there; null where there is none. */
async function examine({ uri, name }: (typeof places)[number], machine: Machine): Promise<FoundHypervisor | null> {
  const { env, userId, isSocket } = machine;
  const isInstalled = async (daemon: string): Promise<boolean> => (await findProgram([daemon], '', machine)) !== null;
  const environment = { env, uid: userId ?? undefined, exists: isSocket, isInstalled };
  const choice = await chooseSocket(parseUri(uri), false, environment);
  // The one daemon for all speaks for QEMU first; that it also does Xen or LXC shows only in connecting.
  const isGeneral = choice.daemon === 'libvirtd' && !uri.startsWith('qemu:');
  // Root has no session of its own: libvirt leads it to the system's daemon.
  const isOther = uri === 'qemu:///session' && !choice.isUserDaemon;
  if (isGeneral || isOther || !(await isSocket(choice.path))) return null;
  const reason = await refusalOf(choice.path);
  // A user's daemon ends when nobody needs it, and connecting starts it again.
  const usable = reason === null || choice.isUserDaemon;
  return { uri, name, usable, ...(usable ? {} : { reason }), evidence: choice.path };
}

async function refusalOf(socket: string): Promise<string | null> {
  const isWritable = await isAllowed(socket, constants.R_OK | constants.W_OK);
  if (!isWritable) {
    return `This user may not use ${socket}. Add the user to the group libvirt (\`sudo usermod -aG libvirt "$USER"\`) and log in again.`;
  }
  const errno = await tryConnect(socket);
  if (errno === null) return null;
  if (errno === 'ECONNREFUSED')
    return `Nobody listens on ${socket}. Start the service: \`sudo systemctl start libvirtd\`.`;
  return `${socket} does not answer (${errno}). Check the libvirt service on this machine.`;
}

/** Null when somebody accepted, else the error's name. Nothing is said on the connection. */
async function tryConnect(path: string): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  const socket = connect(path);
  socket.setTimeout(connectMs, () => resolve('ETIMEDOUT'));
  socket.once('connect', () => resolve(null));
  socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  try {
    return await promise;
  } finally {
    socket.destroy();
  }
}

/** A QEMU without a running libvirt: usable where connecting starts the user's own daemon, else with the missing step. */
async function findQemu(machine: Machine): Promise<FoundHypervisor | null> {
  const suffix = machine.platform === 'win32' ? '.exe' : '';
  const qemu = await findProgram(['qemu-system-x86_64', 'qemu-system-aarch64', 'qemu-kvm'], suffix, machine);
  if (qemu === null) return null;
  const daemon = await findProgram(['virtqemud', 'libvirtd'], suffix, machine);
  const isRoot = machine.userId === 0;
  const base = isRoot
    ? { uri: 'qemu:///system', name: 'QEMU/KVM', evidence: qemu }
    : { uri: 'qemu:///session', name: 'QEMU/KVM (user session)', evidence: qemu };
  if (daemon !== null && !isRoot) return { ...base, usable: true, evidence: daemon };
  const step =
    daemon === null
      ? 'no libvirt daemon is. Install it (Debian: libvirt-daemon-system, Fedora: libvirt-daemon-kvm)'
      : 'its libvirt service does not run. Start it: `sudo systemctl start libvirtd`';
  return { ...base, usable: false, reason: `QEMU is installed, but ${step}.` };
}

async function findProgram(names: string[], suffix: string, { env }: Machine): Promise<string | null> {
  const own = (env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  // Daemons live where a user's PATH often does not lead.
  const folders = own.length === 0 ? [] : [...own.slice(0, 64), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
  for (const folder of folders) {
    for (const name of names) {
      const path = join(folder, `${name}${suffix}`);
      if (await isAllowed(path, constants.X_OK)) return path;
    }
  }
  return null;
}

async function isAllowed(path: string, mode: number): Promise<boolean> {
  return await access(path, mode).then(
    () => true,
    () => false,
  );
}

async function withinBound(work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, boundMs);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
