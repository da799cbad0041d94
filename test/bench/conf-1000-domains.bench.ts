/**
 * The XML engine: 1,000 typical guests read and written, beside libvirt-python's defineXML and XMLDesc against libvirt's
 * own test driver in its process; and the memory of 10,000 definitions.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../rig/process.ts';
import { median, type BenchRow } from './report.ts';
import { typicalDomainXml } from './typical-domain.ts';

const isSmoke = process.argv.includes('--smoke');
const count = isSmoke ? 50 : 1000;
const kept = isSmoke ? 100 : 10_000;
const turns = isSmoke ? 1 : 3;
const peers = join(import.meta.dirname, 'peers');
/** Fewest definitions a second, parsed and formatted on one core. */
const wantedPerSecond = 1000;

const folder = await mkdtemp(join(tmpdir(), 'hostler-bench-'));
const ours: number[] = [];
const theirs: number[] = [];
let memory = 0;
try {
  const texts = join(folder, 'domains.json');
  await writeFile(texts, JSON.stringify(Array.from({ length: count }, (_, index) => typicalDomainXml(index, 'test'))));
  for (let turn = 0; turn < turns; turn++) {
    const ourArgs = ['--expose-gc', join(peers, 'hostler-conf.ts'), String(count), String(kept)];
    const mine = JSON.parse(await run(process.execPath, ourArgs)) as { times: number[]; memory: number };
    ours.push(median(mine.times));
    memory = mine.memory;
    // Debian's own Python is the one that python3-libvirt belongs to.
    const peer = await run('/usr/bin/python3', [join(peers, 'libvirt-python-conf.py'), texts]);
    theirs.push(median((JSON.parse(peer) as { times: number[] }).times));
  }
} finally {
  await rm(folder, { recursive: true });
}

const rows: BenchRow[] = [
  {
    name: `XML: parse and format ${count} guests`,
    value: median(ours),
    unit: 'ms',
    peer: { name: 'libvirt-python define + XMLDesc', value: median(theirs) },
  },
  {
    name: `XML: the same, budget of ${wantedPerSecond} a second`,
    value: median(ours),
    unit: 'ms',
    budget: (count / wantedPerSecond) * 1000,
  },
  { name: `XML: memory of ${kept} parsed guests`, value: memory / 2 ** 20, unit: 'MiB' },
];
console.log(JSON.stringify(rows));
