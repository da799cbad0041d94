/**
 * Hostler's side of the RPC benchmarks: the same work as libvirt-python.py, with the built driver core.
 * usage: hostler-drivers.ts URI INVENTORY_ROUNDS SINGLE_CALLS
 */
import type { Connection } from '../../../drivers/index.ts';
import { median } from '../report.ts';
import { drivers } from './built-drivers.ts';

/** The calls leave at once and are answered in the order the server likes; libvirt-python can only wait for each. */
async function inventory(connection: Connection): Promise<[number, number, number]> {
  const domains = await connection.listAllDomains();
  const infos = Promise.all(domains.map((domain) => domain.getInfo()));
  const xmls = Promise.all(domains.map((domain) => domain.getXMLDesc()));
  const stats = await connection.getAllDomainStats();
  await infos;
  return [domains.length, (await xmls).reduce((sum, xml) => sum + xml.length, 0), stats.length];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const [uri = '', rounds = '5', calls = '1000'] = process.argv.slice(2);
const connection = await drivers.connect(uri);
const [domains, xmlLength, stats] = await inventory(connection);
const inventoryMs: number[] = [];
for (let round = 0; round < Number(rounds); round++) inventoryMs.push(await timed(() => inventory(connection)));

const [domain] = await connection.listAllDomains();
if (domain === undefined) throw new Error(`${uri} has no domain to ask for`);
for (let call = 0; call < Math.min(Number(calls), 200); call++) await domain.getInfo();
const callMs: number[] = [];
for (let call = 0; call < Number(calls); call++) callMs.push(await timed(() => domain.getInfo()));
await connection.close();
console.log(JSON.stringify({ domains, xmlLength, stats, inventoryMs, callMs: median(callMs) }));
