/**
 * `npm run generate`: writes every generated source file. `--check` writes nothing and fails where a committed file
 * differs from what would be generated.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type GeneratedFiles, generateApi } from './generate-api.ts';

const root = join(import.meta.dirname, '..');
const generators: (() => Promise<GeneratedFiles | null>)[] = [generateApi];

/** Paths whose committed text is not what the generators say. */
export async function findStale(): Promise<string[]> {
  const stale: string[] = [];
  for (const [path, text] of await generateAll()) {
    const committed = await readFile(join(root, path), 'utf8').catch(() => null);
    if (committed !== text) stale.push(path);
  }
  return stale;
}

async function generateAll(): Promise<GeneratedFiles> {
  const files: GeneratedFiles = new Map();
  for (const generate of generators) for (const [path, text] of (await generate()) ?? []) files.set(path, text);
  return files;
}

async function main(): Promise<void> {
  if (process.argv.includes('--check')) {
    const stale = await findStale();
    if (stale.length === 0) return;
    console.error(`Not as generated: ${stale.join(', ')}. Run 'npm run generate' and commit the result.`);
    process.exitCode = 1;
    return;
  }
  for (const [path, text] of await generateAll()) {
    await writeFile(join(root, path), text);
    console.log(`wrote ${path}`);
  }
}

if (import.meta.main) await main();
