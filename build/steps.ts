/** Named steps run side by side, one line each with its time; what a failed step printed follows at the end. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { runNode, toolScript, type ToolResult } from './run-tool.ts';

/** How a step ended. A step that is no test suite counts as one. */
export interface StepResult {
  name: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  /** Shown when something failed. */
  output: string;
  /** What was not run, by name. */
  notRun: string[];
}

/** Something to run, by name. */
export interface Step {
  name: string;
  run(): Promise<Omit<StepResult, 'name'>>;
}

/** A step that is one Node program: passed when it ends with 0. */
export function programStep(name: string, script: () => string, args: string[]): Step {
  return {
    name,
    run: async () => {
      const result = await runNode(script(), args);
      const ok = result.code === 0;
      return {
        passed: ok ? 1 : 0,
        failed: ok ? 0 : 1,
        skipped: 0,
        seconds: result.seconds,
        output: result.output,
        notRun: [],
      };
    },
  };
}

/** A step that is a command of an npm package. */
export function toolStep(name: string, packageName: string, command: string, args: string[]): Step {
  return programStep(name, () => toolScript(packageName, command), args);
}

interface VitestReport {
  success: boolean;
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { assertionResults: { status: string; fullName: string }[] }[];
}

function countVitest(report: VitestReport | null, result: ToolResult): Omit<StepResult, 'name'> {
  const { seconds, output } = result;
  if (report === null) return { passed: 0, failed: 1, skipped: 0, seconds, output, notRun: [] };
  // A file that could not even be loaded has no failed test.
  const failed = report.numFailedTests === 0 && result.code !== 0 ? 1 : report.numFailedTests;
  const skipped = report.numPendingTests + report.numTodoTests;
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const notRun = tests
    .filter(({ status }) => status !== 'passed' && status !== 'failed')
    .map(({ fullName }) => fullName);
  return { passed: report.numPassedTests, failed, skipped, seconds, output, notRun };
}

/** A step that runs vitest projects, or those of another configuration, and counts their tests. */
export function vitestStep(name: string, projects: string[], config?: string): Step {
  return {
    name,
    run: async () => {
      const file = join(tmpdir(), `hostler-vitest-${randomUUID()}.json`);
      const select = projects.flatMap((project) => ['--project', project]);
      if (config !== undefined) select.push('--config', config);
      const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
      const result = await runNode(toolScript('vitest', 'vitest'), [
        'run',
        '--passWithNoTests',
        ...reporters,
        ...select,
      ]);
      let report: VitestReport | null = null;
      try {
        report = JSON.parse(readFileSync(file, 'utf8')) as VitestReport;
      } catch {
        // It ended before it could report: its output says why.
      }
      rmSync(file, { force: true });
      return countVitest(report, result);
    },
  };
}

function line(result: StepResult): string {
  const mark = result.failed > 0 ? 'FAIL' : result.passed === 0 ? 'skip' : 'ok  ';
  const total = result.passed + result.failed + result.skipped;
  const counts = total > 1 ? `  ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped` : '';
  return `${mark} ${result.name.padEnd(22)} ${result.seconds.toFixed(1).padStart(6)} s${counts}`;
}

/** Runs the steps, `parallel` at a time and in order of start; never throws for a failed step. */
export async function runSteps(steps: readonly Step[], parallel: number): Promise<StepResult[]> {
  const queue = [...steps];
  const results: StepResult[] = [];
  const worker = async (): Promise<void> => {
    for (let step = queue.shift(); step !== undefined; step = queue.shift()) {
      const result = { name: step.name, ...(await step.run()) };
      results.push(result);
      console.log(line(result));
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  for (const { name, failed, output } of results) if (failed > 0) console.log(`\n──── ${name}\n${output.trim()}`);
  return results;
}
