/** An image of 10 GiB with 100 MiB of data, up and down without its holes: times beside virsh --sparse, and bytes counted. */
import { open, rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import type { BenchRow } from './report.ts';
import { byHostler, byVirsh, isSmoke, MiB, startVolumeHost, type Transfer } from './volume.ts';

const size = isSmoke ? { image: 1024, data: 10 } : { image: 10_240, data: 100 };

/** A relay to a socket that counts what passes it, either way. */
async function startRelay(path: string, target: string): Promise<{ bytes: number; close(): void }> {
  const counts = { bytes: 0 };
  const count = (data: Buffer): void => void (counts.bytes += data.length);
  const server = createServer((near) => {
    const far = connect(target);
    near
      .on('data', count)
      .on('error', () => undefined)
      .pipe(far);
    far
      .on('data', count)
      .on('error', () => undefined)
      .pipe(near);
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return Object.assign(counts, { close: () => void server.close() });
}

/** Data in ten places. */
async function writeSparseFile(path: string): Promise<void> {
  await using file = await open(path, 'w');
  await file.truncate(size.image * MiB);
  const piece = Buffer.alloc((size.data / 10) * MiB, 'data of a guest');
  for (let at = 0; at < 10; at++) await file.write(piece, 0, piece.length, Math.floor((size.image / 10) * at) * MiB);
}

const allocatedMiB = async (path: string): Promise<number> => ((await stat(path)).blocks * 512) / MiB;

await using host = await startVolumeHost(10 * size.data);
const relayed = join(host.dir, 'relay.sock');
const relay = await startRelay(relayed, host.socket);
const uri = `qemu+unix:///system?socket=${relayed}`;
const [source, copy] = [join(host.dir, 'source'), join(host.dir, 'copy')];
await writeSparseFile(source);

async function measure(how: Transfer): Promise<BenchRow[]> {
  const [ours, theirs] = [
    await host.createVolume(`${how}-ours`, size.image),
    await host.createVolume(`${how}-theirs`, size.image),
  ];
  if (how === 'sparse-down')
    for (const volume of [ours, theirs]) await byVirsh(host.uris.unix, 'sparse-up', volume, source);
  const file = how === 'sparse-up' ? source : copy;
  await rm(copy, { force: true });
  const { whole: theirMs } = await byVirsh(uri, how, theirs, file);
  await rm(copy, { force: true });
  const before = relay.bytes;
  const { whole: ms } = await byHostler(uri, how, ours, file);
  const movedMiB = (relay.bytes - before) / MiB;
  const arrived = await allocatedMiB(how === 'sparse-up' ? ours : copy);
  if (arrived > size.data * 1.1) throw new Error(`${arrived} MiB are allocated of ${size.data} MiB of data`);
  const what = `sparse image of ${size.image} MiB with ${size.data} MiB of data, ${how.slice(7)}`;
  return [
    { name: what, value: ms, unit: 'ms', peer: { name: 'virsh --sparse', value: theirMs } },
    { name: `${what}: transferred`, value: movedMiB, unit: 'MiB', budget: size.data * 1.02 },
  ];
}

const rows = [...(await measure('sparse-up')), ...(await measure('sparse-down'))];
relay.close();
console.log(JSON.stringify(rows));
