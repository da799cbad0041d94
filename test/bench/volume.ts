/**
 * What the volume benchmarks share: a private libvirtd with a pool in memory where there is room (so that no disk is
 * measured), and the same transfer, file to volume or volume to file, by virsh and by Hostler in turn.
 */
import { mkdir, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { libvirtdPrograms } from '../rig/libvirtd.ts';
import { type ListeningLibvirtd, listeningLibvirtd } from '../rig/listening-libvirtd.ts';
import { run } from '../rig/process.ts';
import { rigProblem } from '../rig/requirements.ts';
import { sshPrograms } from '../rig/ssh.ts';
import { type BenchRow, median } from './report.ts';

export const MiB = 1_048_576;
export const isSmoke = process.argv.includes('--smoke');
const turns = isSmoke ? 1 : 5;
const peer = join(import.meta.dirname, 'peers/hostler-volume.ts');

export interface VolumeHost extends AsyncDisposable {
  readonly uris: ListeningLibvirtd['uris'];
  readonly socket: string;
  /** A folder for files, on the same file system as the pool. */
  readonly dir: string;
  /** Makes a raw volume; settles with its path. */
  createVolume(name: string, capacityMiB: number): Promise<string>;
}

/** Starts a libvirtd with a pool that has room for `neededMiB`. */
export async function startVolumeHost(neededMiB: number): Promise<VolumeHost> {
  const problem = rigProblem([...libvirtdPrograms, ...sshPrograms], { root: true });
  if (problem !== null) throw new Error(`Not run: ${problem}`);
  const shared = await statfs('/dev/shm').catch(() => null);
  const isRoomy = shared !== null && shared.bavail * shared.bsize > 2 * neededMiB * MiB;
  const host = await listeningLibvirtd(isRoomy ? '/dev/shm' : tmpdir());
  const pool = join(host.dir, 'pool');
  await mkdir(pool);
  await host.libvirtd.virsh('pool-create-as', 'bench', 'dir', '--target', pool);
  return {
    uris: host.uris,
    socket: host.libvirtd.sockets.readWrite,
    dir: host.dir,
    createVolume: async (name, capacityMiB) => {
      const sizes = ['--capacity', `${capacityMiB}M`, '--allocation', '0', '--format', 'raw'];
      await host.libvirtd.virsh('vol-create-as', 'bench', name, ...sizes);
      return join(pool, name);
    },
    [Symbol.asyncDispose]: () => host[Symbol.asyncDispose](),
  };
}

/** A file of bytes that no compression and no search for zeroes makes shorter. */
async function writeRandomFile(path: string, sizeMiB: number): Promise<void> {
  await run('dd', ['if=/dev/urandom', `of=${path}`, 'bs=1M', `count=${sizeMiB}`, 'status=none']);
}

export type Transfer = 'up' | 'down' | 'job-up' | 'job-down' | 'sparse-up' | 'sparse-down';

/** Times in ms. */
export interface Taken {
  /** Of the whole process. */
  whole: number;
  /** Without what the same program takes to start, to connect and to look the volume up. */
  transfer: number;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** By virsh. */
export async function byVirsh(uri: string, how: Transfer, volume: string, file: string): Promise<Taken> {
  const command = how.endsWith('up') ? 'vol-upload' : 'vol-download';
  const sparse = how.startsWith('sparse') ? ['--sparse'] : [];
  const start = await timed(() => run('virsh', ['-c', uri, 'vol-key', volume]));
  const whole = await timed(() => run('virsh', ['-c', uri, command, volume, file, ...sparse]));
  return { whole, transfer: whole - start };
}

/** By Hostler; `grownMiB` is the memory that the transfer took beyond the connection. */
export async function byHostler(
  uri: string,
  how: Transfer,
  volume: string,
  file: string,
): Promise<Taken & { grownMiB: number }> {
  const start = await timed(() => run(process.execPath, [peer, uri, 'nothing', volume, file]));
  let output = '';
  const whole = await timed(async () => {
    output = await run(process.execPath, [peer, uri, how, volume, file]);
  });
  const { grownMiB } = JSON.parse(output) as { grownMiB: number };
  return { whole, transfer: whole - start, grownMiB };
}

type Turn = { ours: Taken & { grownMiB: number }; theirs: Taken };

/** Ratios are taken between neighbours in time. Above 1 Hostler takes longer. */
function row(name: string, all: Turn[], what: keyof Taken, budget?: number): BenchRow {
  return {
    name,
    value: median(all.map(({ ours }) => ours[what])),
    unit: 'ms',
    peer: { name: 'virsh', value: median(all.map(({ theirs }) => theirs[what])) },
    ratio: median(all.map(({ ours, theirs }) => ours[what] / theirs[what])),
    ...(budget === undefined ? {} : { budget }),
  };
}

/**
 * Moves a volume both ways over one transport, by either peer in turn, and answers the rows. `budget`: most time that
 * the transfer may take, as a share of virsh's.
 */
export async function measureTransport(way: keyof VolumeHost['uris'], budget: number): Promise<BenchRow[]> {
  const sizeMiB = isSmoke ? 16 : 1024;
  await using host = await startVolumeHost(3 * sizeMiB);
  const [source, copy] = [join(host.dir, 'source'), join(host.dir, 'copy')];
  await writeRandomFile(source, sizeMiB);
  const volume = await host.createVolume('volume', sizeMiB);
  const uri = host.uris[way];
  // The pages of the volume are there before anybody is measured.
  await byVirsh(host.uris.unix, 'up', volume, source);
  const rows: BenchRow[] = [];
  for (const how of ['up', 'down', 'job-up', 'job-down'] as const) {
    const isUp = how.endsWith('up');
    const isJob = how.startsWith('job');
    const file = isUp ? source : copy;
    const all: Turn[] = [];
    for (let turn = 0; turn < turns; turn++) {
      await rm(copy, { force: true });
      const theirs = await byVirsh(uri, how, volume, file);
      await rm(copy, { force: true });
      all.push({ theirs, ours: await byHostler(uri, how, volume, file) });
      // Reads them without a copy in memory.
      await run('cmp', [source, isUp ? volume : copy]);
    }
    const what = `volume of ${sizeMiB} MiB ${how} over ${way}`;
    // With its file in other threads a transfer shares the processors with them: for comparison.
    rows.push(row(what, all, 'transfer', isJob ? undefined : budget));
    if (isJob) continue;
    rows.push(row(`${what}, with start and connecting`, all, 'whole'), {
      name: `${what}: memory`,
      value: Math.max(...all.map(({ ours }) => ours.grownMiB)),
      unit: 'MiB',
      budget: 96,
    });
  }
  return rows;
}
