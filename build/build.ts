/**
 * `npm run build`: from sources to dist/.
 *
 *   drivers/index.ts      -> dist/drivers/index.js (ESM, self-contained) and its .d.ts
 *   main/web/main.ts      -> dist/main/web.js
 *   electron/main.ts      -> dist/electron/main.js      electron/preload.ts -> dist/electron/preload.cjs
 *   renderer/             -> dist/renderer              (vite)
 *
 * Built aside and moved into place when everything is done, so that a failed or a second build leaves a whole dist/.
 * `--no-types` leaves out the .d.ts files; `--if-needed` does nothing when dist/ is up to date.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build as bundle, type BuildOptions } from 'rolldown';
import { isBuilt, noteBuilt, sourceFingerprint } from './fingerprint.ts';
import { writeNotices } from './notices.ts';
import { root, runNode, toolScript } from './run-tool.ts';

/** Optional native helpers of ws and ssh2: used where somebody installed them, never bundled. */
const optionalPackages = ['bufferutil', 'utf-8-validate', 'cpu-features'];

/** What a CommonJS package finds out about itself, in the modules that the bundles are. */
const commonJsNames = { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' };

function nodeBundle(entry: string, output: BuildOptions['output']): BuildOptions {
  return {
    input: join(root, entry),
    cwd: root,
    platform: 'node',
    // The bundles start on Node 22 as well, which knows no `using`.
    transform: { target: 'node22', define: commonJsNames },
    external: (id) => isBuiltin(id) || id === 'electron' || optionalPackages.includes(id) || id.endsWith('.node'),
    logLevel: 'warn',
    output: { chunkFileNames: '[name]-[hash].js', sourcemap: true, ...output },
  };
}

function bundlesInto(out: string): BuildOptions[] {
  return [
    nodeBundle('drivers/index.ts', { dir: join(out, 'drivers'), entryFileNames: 'index.js' }),
    nodeBundle('main/web/main.ts', { dir: join(out, 'main'), entryFileNames: 'web.js' }),
    nodeBundle('electron/main.ts', { dir: join(out, 'electron'), entryFileNames: 'main.js' }),
    nodeBundle('electron/preload.ts', { file: join(out, 'electron/preload.cjs'), format: 'cjs' }),
  ];
}

async function bundleAll(out: string): Promise<void> {
  const started = performance.now();
  for (const options of bundlesInto(out)) await bundle(options);
  console.log(`  node bundles ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

async function tool(what: string, script: string, args: string[]): Promise<void> {
  const { code, output, seconds } = await runNode(script, args);
  if (code !== 0) throw new Error(`${what} failed:\n${output}`);
  console.log(`  ${what} ${seconds.toFixed(1)} s`);
}

function buildRenderer(out: string): Promise<void> {
  const args = [
    'build',
    '--config',
    'renderer/vite.config.ts',
    '--logLevel',
    'warn',
    '--outDir',
    join(out, 'renderer'),
  ];
  return tool('renderer', toolScript('vite', 'vite'), args);
}

function emitTypes(out: string): Promise<void> {
  const args = ['-p', 'build/drivers-types.json', '--outDir', join(out, 'drivers')];
  return tool('types of drivers', toolScript('typescript', 'tsc'), args);
}

function moveIntoPlace(out: string): void {
  for (const part of readdirSync(out)) {
    rmSync(join(root, 'dist', part), { recursive: true, force: true });
    renameSync(join(out, part), join(root, 'dist', part));
  }
}

/** Builds everything into dist/. Fails with the tool's own words, and then leaves dist/ as it was. */
export async function buildAll(options: { types: boolean }): Promise<void> {
  const fingerprint = sourceFingerprint();
  mkdirSync(join(root, 'dist'), { recursive: true });
  const out = mkdtempSync(join(root, 'dist/.building-'));
  try {
    const work = [bundleAll(out), buildRenderer(out), ...(options.types ? [emitTypes(out)] : [])];
    const failed = (await Promise.allSettled(work)).find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    copyFileSync(join(root, 'assets/icons/512x512.png'), join(out, 'electron/icon.png'));
    await writeNotices(out);
    moveIntoPlace(out);
    noteBuilt(fingerprint);
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
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
  const types = !process.argv.includes('--no-types');
  await (process.argv.includes('--if-needed') ? buildIfNeeded() : buildAll({ types })).catch(explain);
}
