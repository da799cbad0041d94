/**
 * Inventory of 1,000 guests and the latency of one call, beside libvirt-python: the same libvirtd, the same node file,
 * the peers in turn and each in a process of its own.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { libvirtdPrograms, startLibvirtd } from '../rig/libvirtd.ts';
import { run } from '../rig/process.ts';
import { rigProblem } from '../rig/requirements.ts';
import { nodeFileXml } from './node-file.ts';
import { median, type BenchRow } from './report.ts';

/** What both peers print. */
interface PeerResult {
  domains: number;
  xmlLength: number;
  stats: number;
  inventoryMs: number[];
  callMs: number;
}

const isSmoke = process.argv.includes('--smoke');
const size = isSmoke
  ? { guests: 50, turns: 1, rounds: 2, calls: 100 }
  : { guests: 1000, turns: 7, rounds: 4, calls: 3000 };
const peers = join(import.meta.dirname, 'peers');

async function ask(command: string, script: string, uri: string): Promise<PeerResult> {
  const args = [join(peers, script), uri, String(size.rounds), String(size.calls)];
  return JSON.parse(await run(command, args)) as PeerResult;
}

/** Debian's own Python is the one that python3-libvirt belongs to. */
const askPython = (uri: string): Promise<PeerResult> => ask('/usr/bin/python3', 'libvirt-python.py', uri);
const askHostler = (uri: string): Promise<PeerResult> => ask(process.execPath, 'hostler-drivers.ts', uri);

function checkSameWork(ours: PeerResult, theirs: PeerResult): void {
  for (const key of ['domains', 'xmlLength', 'stats'] as const) {
    if (ours[key] !== theirs[key])
      throw new Error(`The peers did not do the same work: ${key} ${ours[key]} and ${theirs[key]}`);
  }
}

/** Ratios are taken between neighbours in time and their median counts: the load of the machine changes from turn to turn. */
function row(name: string, budget: number, ours: number[], theirs: number[]): BenchRow {
  const ratio = median(ours.map((value, turn) => value / (theirs[turn] ?? value)));
  return {
    name,
    value: median(ours),
    unit: 'ms',
    peer: { name: 'libvirt-python', value: median(theirs) },
    ratio,
    budget,
  };
}

function rows(ours: PeerResult[], theirs: PeerResult[]): BenchRow[] {
  const inventory = (results: PeerResult[]): number[] => results.map(({ inventoryMs }) => median(inventoryMs));
  const call = (results: PeerResult[]): number[] => results.map(({ callMs }) => callMs);
  return [
    row(`inventory of ${size.guests} guests (list, info, XML, statistics)`, 0.5, inventory(ours), inventory(theirs)),
    row('one domainGetInfo after another', 1.3, call(ours), call(theirs)),
  ];
}

const problem = rigProblem(libvirtdPrograms, { root: true });
if (problem !== null) throw new Error(`Not run: ${problem}`);
await using libvirtd = await startLibvirtd();
const nodeFile = join(libvirtd.dir, 'node.xml');
await writeFile(nodeFile, nodeFileXml(size.guests));
const uri = libvirtd.testUriOf(nodeFile);
const ours: PeerResult[] = [];
const theirs: PeerResult[] = [];
for (let turn = 0; turn < size.turns; turn++) {
  theirs.push(await askPython(uri));
  ours.push(await askHostler(uri));
  checkSameWork(ours.at(-1)!, theirs.at(-1)!);
}
console.log(JSON.stringify(rows(ours, theirs)));
