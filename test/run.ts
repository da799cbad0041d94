/**
 * `npm test`: everything, with one summary. Installs the rig's Debian packages where it may, runs the checks, builds,
 * then the suites against real things, then looks for what was left behind. The last line is
 * `N passed, N failed, N skipped`. With CI=true a missing part of the rig is a failure. `--long` runs the suite against a
 * second host instead, which takes minutes and a gigabyte.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { checkSteps } from '../build/check.ts';
import { programStep, runSteps, vitestStep, type Step, type StepResult } from '../build/steps.ts';
import { root } from '../build/run-tool.ts';
import { playwrightStep } from './e2e/step.ts';
import { leftFiles, leftProcesses } from './leaks.ts';
import { ensureRigPackages, longPackages } from './rig/packages.ts';

const program = (name: string, file: string, args: string[] = []): Step =>
  programStep(name, () => join(root, file), args);

function leakStep(folder: string, marker: string): Step {
  return {
    name: 'nothing left behind',
    run: () => {
      const left = [...(process.platform === 'linux' ? leftProcesses(marker) : []), ...leftFiles(folder)];
      const failed = left.length === 0 ? 0 : 1;
      return Promise.resolve({
        passed: 1 - failed,
        failed,
        skipped: 0,
        seconds: 0,
        output: left.join('\n'),
        notRun: [],
      });
    },
  };
}

function summarise(results: readonly StepResult[]): void {
  const total = (key: 'passed' | 'failed' | 'skipped'): number => results.reduce((sum, result) => sum + result[key], 0);
  const notRun = results.flatMap((result) => result.notRun.map((what) => `  ${result.name}: ${what}`));
  if (notRun.length > 0) console.log(`\nNot run:\n${notRun.join('\n')}`);
  const failed = results.filter((result) => result.failed > 0).map(({ name }) => name);
  if (failed.length > 0) console.log(`\nFailed: ${failed.join(', ')}`);
  console.log(`\n${total('passed')} passed, ${total('failed')} failed, ${total('skipped')} skipped`);
  process.exitCode = total('failed') === 0 ? 0 : 1;
}

/** Everything but the long suite. */
async function runUsual(): Promise<StepResult[]> {
  const results = await runSteps(checkSteps, 2);
  results.push(...(await runSteps([program('build', 'build/build.ts')], 1)));
  const real = [
    vitestStep('integration', ['integration']),
    playwrightStep(),
    program('benchmarks (smoke)', 'test/bench/run.ts', ['--smoke']),
  ];
  results.push(...(await runSteps(real, 1)));
  return results;
}

const runLong = (): Promise<StepResult[]> =>
  runSteps([vitestStep('long', [], join(root, 'test/long/vitest.config.ts'))], 1);

async function runAll(isLong: boolean): Promise<void> {
  const missing = ensureRigPackages(isLong ? longPackages : []);
  if (missing !== null) {
    console.log(missing);
    if (process.env['CI'] === 'true') throw new Error('CI=true needs the whole rig.');
  }
  // All temporary files of the run in one folder, and one mark on all its processes: that is how a leak is seen.
  const folder = mkdtempSync(join(tmpdir(), 'hostler-test-'));
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  const marker = `HOSTLER_TEST_RUN=${basename(folder)}`;
  process.env['HOSTLER_TEST_RUN'] = basename(folder);
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const results = isLong ? await runLong() : await runUsual();
  results.push(...(await runSteps([leakStep(folder, marker)], 1)));
  summarise(results);
}

// Told to end, or the bootstrap is gone: the tools end with this process.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(1));
process.on('disconnect', () => process.exit(1));
process.channel?.unref();

await runAll(process.argv.includes('--long'));
