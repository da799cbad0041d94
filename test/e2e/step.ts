/** The end-to-end suite as one step of `npm test`, its tests counted. */
import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Step } from '../../build/steps.ts';
import { runNode, toolScript, type ToolResult } from '../../build/run-tool.ts';

interface PlaywrightSuite {
  suites?: PlaywrightSuite[];
  specs?: {
    title: string;
    tests: { status: string; projectName: string; annotations: { description?: string }[] }[];
  }[];
}

interface PlaywrightReport extends PlaywrightSuite {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
}

/** Runs Playwright; with `show` straight to the terminal. `args` are its own. */
export function runPlaywright(args: string[], options: { show: boolean; reportFile?: string }): Promise<ToolResult> {
  const env = options.reportFile === undefined ? {} : { PLAYWRIGHT_JSON_OUTPUT_FILE: options.reportFile };
  const reporter = options.reportFile === undefined ? 'list' : 'list,json';
  const config = ['--config', 'test/e2e/playwright.config.ts', `--reporter=${reporter}`];
  return runNode(toolScript('@playwright/test', 'playwright'), ['test', ...config, ...args], {
    show: options.show,
    env,
  });
}

function* skippedTests(suite: PlaywrightSuite): Generator<string> {
  for (const child of suite.suites ?? []) yield* skippedTests(child);
  for (const { title, tests } of suite.specs ?? []) {
    for (const test of tests.filter(({ status }) => status === 'skipped')) {
      yield `${test.projectName}: ${title} (${test.annotations[0]?.description ?? 'no reason given'})`;
    }
  }
}

/** The whole end-to-end suite. */
export function playwrightStep(): Step {
  return {
    name: 'end to end',
    run: async () => {
      const reportFile = join(tmpdir(), `hostler-playwright-${randomUUID()}.json`);
      const { code, output, seconds } = await runPlaywright([], { show: false, reportFile });
      try {
        const report = JSON.parse(readFileSync(reportFile, 'utf8')) as PlaywrightReport;
        const { expected, unexpected, flaky, skipped } = report.stats;
        // A test that passed at the second try is a failure to look at.
        const failed = unexpected + flaky === 0 && code !== 0 ? 1 : unexpected + flaky;
        return { passed: expected, failed, skipped, seconds, output, notRun: [...skippedTests(report)] };
      } catch {
        return { passed: 0, failed: 1, skipped: 0, seconds, output, notRun: [] };
      } finally {
        rmSync(reportFile, { force: true });
      }
    },
  };
}
