/** Looks for hypervisors on this machine: sockets, programs, and what is always there. Changes nothing, connects nowhere. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { delimiter, join } from 'node:path';
import type { FoundHypervisor } from '../contract/index.ts';

/** What is looked at; a test gives its own. */
export interface Machine {
  platform: NodeJS.Platform;
  env: Record<string, string | undefined>;
  /** User id, null where the system has none. */
  userId: number | null;
}

interface Place {
  uri: string;
  name: string;
  sockets: string[];
}

/** All of `discover` together, in milliseconds. */
const boundMs = 2000;
const connectMs = 700;

export const embeddedTest: FoundHypervisor = {
  uri: 'test:///default',
  name: 'Test hypervisor',
  usable: true,
  evidence: 'built in',
};

/** Everything found, the usable first; takes at most two seconds, leaving out what did not answer in time. */
export async function discover(machine: Machine = thisMachine()): Promise<FoundHypervisor[]> {
  const searches = machine.platform === 'win32' ? [] : placesOf(machine).map((place) => examine(place));
  const found: FoundHypervisor[] = [];
  const collected = searches.map(async (search) => {
    const result = await search;
    if (result) found.push(result);
  });
  const program = findQemu(machine).then((result) => (result ? found.push(result) : 0));
  await withinBound(Promise.allSettled([...collected, program]));
  const hasQemu = found.some((entry) => entry.uri.startsWith('qemu:') && entry.evidence?.endsWith('sock'));
  const shown = found.filter(
    (entry) => !(hasQemu && entry.uri === 'qemu:///session' && !entry.evidence?.endsWith('sock')),
  );
  return [...shown, embeddedTest].toSorted((a, b) => Number(b.usable) - Number(a.usable));
}

function thisMachine(): Machine {
  return { platform: process.platform, env: process.env, userId: process.getuid?.() ?? null };
}

function placesOf({ env, userId, platform }: Machine): Place[] {
  const cache = env['XDG_CACHE_HOME'] ?? join(env['HOME'] ?? '/', '.cache');
  const runtime = env['XDG_RUNTIME_DIR'] ?? (userId === null ? cache : `/run/user/${userId}`);
  const systemFolders =
    platform === 'darwin'
      ? ['/usr/local/var/run/libvirt', '/opt/homebrew/var/run/libvirt']
      : ['/run/libvirt', '/var/run/libvirt'];
  const inSystem = (name: string): string[] => systemFolders.map((folder) => join(folder, name));
  return [
    { uri: 'qemu:///system', name: 'QEMU/KVM', sockets: [...inSystem('virtqemud-sock'), ...inSystem('libvirt-sock')] },
    {
      uri: 'qemu:///session',
      name: 'QEMU/KVM (user session)',
      sockets: [join(runtime, 'libvirt', 'virtqemud-sock'), join(runtime, 'libvirt', 'libvirt-sock')],
    },
    { uri: 'xen:///system', name: 'Xen', sockets: inSystem('virtxend-sock') },
    { uri: 'lxc:///system', name: 'LXC', sockets: inSystem('virtlxcd-sock') },
    { uri: 'bhyve:///system', name: 'bhyve', sockets: inSystem('virtbhyved-sock') },
    { uri: 'vbox:///session', name: 'VirtualBox', sockets: inSystem('virtvboxd-sock') },
  ];
}

/** The first of the place's sockets that exists, and whether somebody answers there. */
async function examine({ uri, name, sockets }: Place): Promise<FoundHypervisor | null> {
  for (const socket of sockets) {
    const status = await stat(socket).catch(() => null);
    if (!status?.isSocket()) continue;
    const reason = await refusalOf(socket);
    return { uri, name, usable: reason === null, ...(reason === null ? {} : { reason }), evidence: socket };
  }
  return null;
}

async function refusalOf(socket: string): Promise<string | null> {
  const isWritable = await access(socket, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) {
    return `This user may not use ${socket}. Add the user to the group libvirt (sudo usermod -aG libvirt "$USER") and log in again.`;
  }
  const errno = await tryConnect(socket);
  if (errno === null) return null;
  if (errno === 'ECONNREFUSED') return `Nobody listens on ${socket}. Start the service: sudo systemctl start libvirtd.`;
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

/** A QEMU without a running libvirt: worth showing, with the step that is missing. */
async function findQemu({ env, platform }: Machine): Promise<FoundHypervisor | null> {
  const names = ['qemu-system-x86_64', 'qemu-system-aarch64', 'qemu-kvm'].map((name) =>
    platform === 'win32' ? `${name}.exe` : name,
  );
  const folders = (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .slice(0, 64);
  for (const folder of folders) {
    for (const name of names) {
      const path = join(folder, name);
      const isThere = await access(path, constants.X_OK).then(
        () => true,
        () => false,
      );
      if (!isThere) continue;
      return {
        uri: 'qemu:///session',
        name: 'QEMU/KVM (user session)',
        usable: false,
        reason: `QEMU is installed, but no libvirt service of this user runs. Install libvirt’s daemon and start it: virtqemud --daemon, or libvirtd --daemon.`,
        evidence: path,
      };
    }
  }
  return null;
}

async function withinBound(work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, boundMs);
  await Promise.race([work, promise]);
  clearTimeout(timer);
}
