/**
 * `npm run bench [NAME]`: every benchmark in a process of its own against the built code; prints a table of values,
 * peers, ratios and budgets, writes dist/bench/results.json and fails where a budget is missed.
 * `--smoke`: small sizes, only to see that the benchmarks still work; budgets do not count.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { buildOrExit } from '../../build/build.ts';
import { root, runNode } from '../../build/run-tool.ts';
import { keepsBudget, ratioOf, table, type BenchRow } from './report.ts';

const flags = process.argv.slice(2).filter((argument) => argument.startsWith('--'));
const names = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const isSmoke = flags.includes('--smoke');

await buildOrExit();
const files = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.bench.ts') && (names.length === 0 || names.some((name) => file.includes(name))))
  .toSorted();

const rows: BenchRow[] = [];
const broken: string[] = [];
for (const file of files) {
  const { code, output, seconds } = await runNode(join(import.meta.dirname, file), isSmoke ? ['--smoke'] : []);
  console.log(`${code === 0 ? 'ran ' : 'FAIL'} ${file} ${seconds.toFixed(1)} s`);
  if (code === 0) rows.push(...(JSON.parse(output.trim().split('\n').at(-1) ?? '[]') as BenchRow[]));
  else broken.push(`${file}:\n${output}`);
}

console.log(`\n${table(rows)}\n`);
for (const text of broken) console.log(text);
const missed = isSmoke ? [] : rows.filter((row) => keepsBudget(row) === false);
if (missed.length > 0) console.log(`Missed budgets: ${missed.map(({ name }) => name).join('; ')}`);
const machine = { cpu: cpus()[0]?.model ?? '', cores: cpus().length, kernel: release(), node: process.version };
mkdirSync(join(root, 'dist/bench'), { recursive: true });
const results = rows.map((row) => ({ ...row, ratio: ratioOf(row), keepsBudget: keepsBudget(row) }));
writeFileSync(
  join(root, 'dist/bench', isSmoke ? 'smoke.json' : 'results.json'),
  JSON.stringify({ machine, results }, null, 2),
);
process.exitCode = missed.length + broken.length === 0 ? 0 : 1;
