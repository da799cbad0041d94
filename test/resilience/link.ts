/** What the link suites share: how long links are cut, and a host behind a link that can be cut. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startDelayingProxy, type DelayingProxy } from '../rig/delaying-proxy.ts';
import { buildGuestImage, guestPrograms, guestXml } from '../rig/guest.ts';
import { type Libvirtd, libvirtdPrograms, startLibvirtd } from '../rig/libvirtd.ts';
import type { RigProgram } from '../rig/requirements.ts';
import { type SshServer, sshPrograms, startSshServer } from '../rig/ssh.ts';

/** Programs that must be there; root is needed as well. */
export const linkPrograms: RigProgram[] = [...libvirtdPrograms, ...guestPrograms, ...sshPrograms];

interface LinkTimes {
  keepAlive: { intervalSeconds: number; count: number };
  /** Cuts that nobody has to notice. */
  shortMs: number[];
  /** One that has to be noticed. */
  longMs: number;
}

/** What the product has, with the cuts of 1, 10 and 60 s; and the same a dozen times as fast, for every day. */
const realTimes: LinkTimes = { keepAlive: { intervalSeconds: 5, count: 5 }, shortMs: [1000, 10_000], longMs: 60_000 };
const quickTimes: LinkTimes = { keepAlive: { intervalSeconds: 0.4, count: 5 }, shortMs: [700], longMs: 2600 };

export const isLong = process.env['HOSTLER_LONG'] === '1';
export const times = isLong ? realTimes : quickTimes;

/** After this much silence a link counts as dead. */
export const deadAfterMs = times.keepAlive.intervalSeconds * 1000 * (times.keepAlive.count + 1);

export const wayNames = ['tcp', 'ssh', 'libssh'] as const;
export type WayName = (typeof wayNames)[number];

export interface LinkedHost {
  readonly libvirtd: Libvirtd;
  /** Of the guest that runs there. */
  readonly guest: string;
  /** Folder of the pool `link`. */
  readonly pool: string;
  /** The link that `uri(name)` goes over. */
  proxy(name: WayName): DelayingProxy;
  uri(name: WayName, driver?: string, path?: string): string;
  stop(): Promise<void>;
}

/** A host with a running guest and a pool, each way to it through a proxy of its own. */
export async function startLinkedHost(): Promise<LinkedHost> {
  const libvirtd = await startLibvirtd();
  const stops: (() => PromiseLike<void>)[] = [() => libvirtd.stop()];
  const stop = async (): Promise<void> => {
    for (const step of stops.toReversed()) await step();
  };
  try {
    const sshd = await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock') });
    stops.push(() => sshd.stop());
    const toDaemon = await startDelayingProxy({ target: { path: libvirtd.sockets.readWrite } });
    const toSshd = await startDelayingProxy({ target: { port: sshd.port } });
    for (const proxy of [toDaemon, toSshd]) stops.push(() => proxy[Symbol.asyncDispose]());
    const pool = await makePool(libvirtd);
    const guest = await startGuest(libvirtd);
    return {
      libvirtd,
      guest,
      pool,
      proxy: (name) => (name === 'tcp' ? toDaemon : toSshd),
      uri: (name, driver = 'qemu', path = '/system') =>
        name === 'tcp'
          ? `${driver}+tcp://127.0.0.1:${toDaemon.port}${path}`
          : `${driver}+${name}://root@127.0.0.1:${toSshd.port}${path}?${sshParams(sshd)}`,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The proxy's port is none that a file of known hosts could know. */
function sshParams({ keyfile }: SshServer): string {
  return `keyfile=${encodeURIComponent(keyfile)}&known_hosts_verify=ignore&no_verify=1`;
}

async function makePool(libvirtd: Libvirtd): Promise<string> {
  const pool = join(libvirtd.dir, 'pool');
  await mkdir(pool);
  await libvirtd.virsh('pool-create-as', 'link', 'dir', '--target', pool);
  return pool;
}

async function startGuest(libvirtd: Libvirtd): Promise<string> {
  const file = join(libvirtd.dir, 'linked.xml');
  await writeFile(file, guestXml('linked', await buildGuestImage(libvirtd.dir)));
  await libvirtd.virsh('define', file);
  await libvirtd.virsh('start', 'linked');
  return 'linked';
}
