/**
 * A host 50 ms away each way: how long until the guest table is complete, and how often that waited for the host, beside
 * libvirt-python asking what virt-manager asks. Both through a delaying proxy in front of the same libvirtd. Hostler's
 * host runs from its sources: it waits far longer than it computes.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from '../../drivers/connect.ts';
import { type DelayingProxy, quietLink, startDelayingProxy } from '../rig/delaying-proxy.ts';
import { startHeadlessHost } from '../rig/headless-host.ts';
import { libvirtdPrograms, startLibvirtd } from '../rig/libvirtd.ts';
import { startProcess } from '../rig/process.ts';
import { rigProblem } from '../rig/requirements.ts';
import { sshPrograms, startSshServer } from '../rig/ssh.ts';
import { nodeFileXml } from './node-file.ts';
import type { BenchRow } from './report.ts';

const isSmoke = process.argv.includes('--smoke');
const guests = isSmoke ? 20 : 200;
const delayMs = isSmoke ? 10 : 50;
const python = join(import.meta.dirname, 'peers/libvirt-python-table.py');

/** One step: how long it took, and how often it waited. */
interface Step {
  ms: number;
  roundTrips: number;
}
interface Seen {
  open: Step;
  table: Step;
}

async function step(proxy: DelayingProxy, work: () => Promise<unknown>): Promise<Step> {
  proxy.resetCounts();
  const started = performance.now();
  await work();
  return { ms: performance.now() - started, roundTrips: proxy.counts.roundTrips };
}

async function askHostler(proxy: DelayingProxy, uri: string): Promise<Seen & { details: Step }> {
  await using headless = await startHeadlessHost();
  const open = await step(proxy, () => headless.connect(uri));
  const table = await step(proxy, () => headless.completeTable(guests, 60_000));
  // The first guest's page: nothing else may be counted with it.
  headless.host.setVisible(false);
  await quietLink(proxy, 6 * delayMs);
  const [key = ''] = headless.guests.keys();
  const details = await step(proxy, () => headless.host.services.domains.details(key));
  return { open, table, details };
}

async function askPython(proxy: DelayingProxy, uri: string): Promise<Seen> {
  const peer = await startProcess('/usr/bin/python3', [python, uri, String(guests)]);
  const answer = async (name: string): Promise<Step> => {
    const [, ms] = await peer.waitForLine(new RegExp(`"${name}": ([\\d.]+)`), 300_000);
    return { ms: Number(ms), roundTrips: proxy.counts.roundTrips };
  };
  try {
    proxy.resetCounts();
    const open = await answer('openMs');
    proxy.resetCounts();
    peer.child.stdin?.write('\n');
    return { open, table: await answer('tableMs') };
  } finally {
    peer.child.stdin?.end('\n');
    await peer.stop();
  }
}

const row = (name: string, value: number, unit: string, more: Partial<BenchRow> = {}): BenchRow => ({
  name,
  value,
  unit,
  ...more,
});

const problem = rigProblem([...libvirtdPrograms, ...sshPrograms], { root: true });
if (problem !== null) throw new Error(`Not run: ${problem}`);
await using libvirtd = await startLibvirtd();
const nodeFile = join(libvirtd.dir, 'node.xml');
await writeFile(nodeFile, nodeFileXml(guests));

async function overTcp(): Promise<BenchRow[]> {
  await using proxy = await startDelayingProxy({ target: { path: libvirtd.sockets.readWrite }, delayMs });
  const uri = `test+tcp://127.0.0.1:${proxy.port}${nodeFile}`;
  const ours = await askHostler(proxy, uri);
  const theirs = await askPython(proxy, uri);
  const peer = (value: number): Partial<BenchRow> => ({ peer: { name: 'libvirt-python', value } });
  return [
    row(`table of ${guests} guests, ${delayMs} ms away`, ours.table.ms, 'ms', {
      ...peer(theirs.table.ms),
      budget: 0.05,
    }),
    row('the same, with connecting', ours.open.ms + ours.table.ms, 'ms', peer(theirs.open.ms + theirs.table.ms)),
    // A round trip count needs no ratio: what the peer needs is in its name.
    row(`round trips of the table (libvirt-python: ${theirs.table.roundTrips})`, ours.table.roundTrips, '', {
      budget: 10,
    }),
    row(`round trips of connecting (libvirt-python: ${theirs.open.roundTrips})`, ours.open.roundTrips, '', {
      budget: 5,
    }),
    row('round trips of a guest’s page', ours.details.roundTrips, '', { budget: 3 }),
  ];
}

async function overSsh(transport: 'ssh' | 'libssh2', program: string): Promise<BenchRow[]> {
  await using server = await startSshServer({ libvirtSockets: join(libvirtd.dir, 'sock') });
  await using proxy = await startDelayingProxy({ target: { port: server.port }, delayMs });
  await writeFile(server.knownHosts, `[127.0.0.1]:${proxy.port} ${server.hostKey}`);
  const query = `keyfile=${server.keyfile}&known_hosts=${server.knownHosts}`;
  const { open, table } = await askHostler(
    proxy,
    `test+${transport}://root@127.0.0.1:${proxy.port}${nodeFile}?${query}`,
  );
  return [
    row(`over SSH with ${program}: log-in and opening`, open.ms, 'ms'),
    row(`over SSH with ${program}: round trips of both`, open.roundTrips, ''),
    row(`over SSH with ${program}: the table`, table.ms, 'ms'),
    row(`over SSH with ${program}: round trips of the table`, table.roundTrips, '', { budget: 10 }),
  ];
}

/** The driver that most hosts have, whose bulk statistics are whole. */
async function overQemu(): Promise<BenchRow[]> {
  await defineQemuGuests();
  await using proxy = await startDelayingProxy({ target: { path: libvirtd.sockets.readWrite }, delayMs });
  const { table, details } = await askHostler(proxy, `qemu+tcp://127.0.0.1:${proxy.port}/system`);
  return [
    row(`QEMU driver, ${guests} guests that are off: table`, table.ms, 'ms'),
    row('QEMU driver: round trips of the table', table.roundTrips, '', { budget: 10 }),
    row('QEMU driver: round trips of a guest’s page', details.roundTrips, '', { budget: 3 }),
  ];
}

async function defineQemuGuests(): Promise<void> {
  await using connection = await connect(libvirtd.systemUri);
  const xmlOf = (n: number): string =>
    `<domain type='qemu'><name>far-${n}</name><memory unit='MiB'>64</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>`;
  await Promise.all(Array.from({ length: guests }, (_, n) => connection.domainDefineXML(xmlOf(n))));
}

console.log(
  JSON.stringify([
    ...(await overTcp()),
    ...(await overSsh('ssh', 'OpenSSH')),
    ...(await overSsh('libssh2', 'the library')),
    ...(await overQemu()),
  ]),
);
