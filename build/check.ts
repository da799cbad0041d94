/** `npm run check`: format, lint, layers, dead code, generated files, types and every test that needs no daemon. */
import { join } from 'node:path';
import { root } from './run-tool.ts';
import { programStep, runSteps, toolStep, vitestStep, type Step } from './steps.ts';

const projects = ['drivers', 'main/contract', 'main', 'electron', 'test', 'build'];
const sources = ['drivers', 'main', 'electron', 'renderer', 'build', 'test'];

/** The steps, longest first, so that two at a time end together. */
export const checkSteps: readonly Step[] = [
  vitestStep('unit', ['unit', 'renderer', 'golden', 'conformance']),
  toolStep('lint (types, Vue)', 'eslint', 'eslint', ['--max-warnings', '0', ...sources]),
  toolStep('types renderer', 'vue-tsc', 'vue-tsc', ['-p', 'renderer']),
  ...projects.map((project) => toolStep(`types ${project}`, 'typescript', 'tsc', ['-p', project])),
  toolStep('dead code', 'knip', 'knip', []),
  toolStep('layers', 'dependency-cruiser', 'depcruise', ['--config', '.dependency-cruiser.cjs', ...sources]),
  programStep('generated files', () => join(root, 'build/generate.ts'), ['--check']),
  toolStep('format', 'oxfmt', 'oxfmt', ['--check']),
  toolStep('lint', 'oxlint', 'oxlint', ['--deny-warnings']),
];

if (import.meta.main) {
  const started = performance.now();
  const results = await runSteps(checkSteps, 2);
  const failed = results.filter((result) => result.failed > 0);
  const seconds = ((performance.now() - started) / 1000).toFixed(0);
  console.log(
    failed.length === 0
      ? `\nAll checks passed in ${seconds} s.`
      : `\nFailed: ${failed.map(({ name }) => name).join(', ')}`,
  );
  process.exitCode = failed.length === 0 ? 0 : 1;
}
