/**
 * `npm run build`: from sources to dist/.
 *
 *   drivers/index.ts      -> dist/drivers/index.js (ESM, self-contained) and its .d.ts
 *   main/web/main.ts      -> dist/main/web.js
 *   electron/main.ts      -> dist/electron/main.js      electron/preload.ts -> dist/electron/preload.cjs
 *   renderer/             -> dist/renderer              (vite)
 *
 * `--no-types` leaves out the .d.ts files; `--if-needed` does nothing when dist/ is up to date.
 */
import { existsSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build as bundle, type BuildOptions } from 'rolldown';
import { isBuilt, noteBuilt, sourceFingerprint } from './fingerprint.ts';
import { root, runNode, toolScript } from './run-tool.ts';

/** Optional native helpers of ws: used where somebody installed them, never bundled. */
const optionalPackages = ['bufferutil', 'utf-8-validate'];

function nodeBundle(entry: string, output: BuildOptions['output']): BuildOptions {
  return {
    input: join(root, entry),
    cwd: root,
    platform: 'node',
    external: (id) => isBuiltin(id) || id === 'electron' || optionalPackages.includes(id),
    logLevel: 'warn',
    output: { ...output, sourcemap: true },
  };
}

const bundles: BuildOptions[] = [
  nodeBundle('drivers/index.ts', {
    dir: 'dist/drivers',
    entryFileNames: 'index.js',
    chunkFileNames: '[name]-[hash].js',
  }),
  nodeBundle('main/web/main.ts', { dir: 'dist/main', entryFileNames: 'web.js', chunkFileNames: '[name]-[hash].js' }),
  nodeBundle('electron/main.ts', {
    dir: 'dist/electron',
    entryFileNames: 'main.js',
    chunkFileNames: '[name]-[hash].js',
  }),
  nodeBundle('electron/preload.ts', { file: 'dist/electron/preload.cjs', format: 'cjs' }),
];

async function tool(what: string, script: string, args: string[]): Promise<void> {
  const { code, output, seconds } = await runNode(script, args);
  if (code !== 0) throw new Error(`${what} failed:\n${output}`);
  console.log(`  ${what} ${seconds.toFixed(1)} s`);
}

async function bundleAll(): Promise<void> {
  const started = performance.now();
  for (const options of bundles) {
    if (!existsSync(options.input as string)) console.log(`  (not there yet: ${String(options.input)})`);
    else await bundle(options);
  }
  console.log(`  node bundles ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** Builds everything into an emptied dist/. Fails with the tool's own words. */
export async function buildAll(options: { types: boolean }): Promise<void> {
  const fingerprint = sourceFingerprint();
  for (const part of ['drivers', 'main', 'electron', 'renderer', '.fingerprint']) {
    rmSync(join(root, 'dist', part), { recursive: true, force: true });
  }
  const work = [
    bundleAll(),
    tool('renderer', toolScript('vite', 'vite'), [
      'build',
      '--config',
      'renderer/vite.config.ts',
      '--logLevel',
      'warn',
    ]),
  ];
  if (options.types)
    work.push(tool('types of drivers', toolScript('typescript', 'tsc'), ['-p', 'build/drivers-types.json']));
  await Promise.all(work);
  noteBuilt(fingerprint);
}

async function buildIfNeeded(): Promise<void> {
  if (isBuilt(sourceFingerprint())) return;
  console.log('Building Hostler, because its sources changed …');
  await buildAll({ types: false });
}

/** Builds only when sources changed since the last finished build; ends the process with the reason when that fails. */
export async function buildOrExit(): Promise<void> {
  await buildIfNeeded().catch(explain);
}

function explain(error: unknown): never {
  console.error(`The build failed. ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

if (import.meta.main) {
  const build = process.argv.includes('--if-needed')
    ? buildIfNeeded()
    : buildAll({ types: !process.argv.includes('--no-types') });
  await build.catch(explain);
}
