/**
 * `npm run generate`: writes every generated source file; with `--check` writes nothing and fails where one is stale.
 * A generator is a function from nothing to files (path below the repository root -> text).
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { generateApi } from './generate-api.ts';
import { generateProtocol } from './generate-protocol.ts';

export type GeneratedFiles = Map<string, string>;

const root = fileURLToPath(new URL('..', import.meta.url));
const generators: (() => GeneratedFiles | Promise<GeneratedFiles>)[] = [generateProtocol, generateApi];

const isCheck = process.argv.includes('--check');
const stale: string[] = [];
for (const generator of generators) {
  for (const [path, text] of await generator()) {
    if ((await readFile(join(root, path), 'utf8').catch(() => null)) === text) continue;
    stale.push(path);
    if (isCheck) continue;
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}
if (isCheck && stale.length > 0) {
  console.error(`Stale generated files, run \`npm run generate\`:\n${stale.map((path) => `  ${path}`).join('\n')}`);
  process.exitCode = 1;
} else {
  console.log(isCheck ? 'Generated files are up to date.' : `Generated files written: ${stale.length}.`);
}
