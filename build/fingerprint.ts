/** Whether dist/ was built from the sources as they are: one hash over every file that goes into a build. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = dirname(import.meta.dirname);
const inputs = ['drivers', 'main', 'renderer', 'electron', 'assets', 'build/build.ts', 'package-lock.json'];
const stampFile = join(root, 'dist/.fingerprint');

function* filesBelow(path: string): Generator<string> {
  if (!existsSync(path)) return;
  if (statSync(path).isFile()) return yield path;
  for (const entry of readdirSync(path).toSorted()) yield* filesBelow(join(path, entry));
}

/** Hash of the names and contents of all build inputs; tests do not count. */
export function sourceFingerprint(): string {
  const hash = createHash('sha256');
  for (const input of inputs) {
    for (const file of filesBelow(join(root, input))) {
      if (file.endsWith('.test.ts')) continue;
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

/** True when dist/ holds a finished build of `fingerprint`. */
export function isBuilt(fingerprint: string): boolean {
  return existsSync(stampFile) && readFileSync(stampFile, 'utf8') === fingerprint;
}

/** Notes that dist/ was built from `fingerprint`. */
export function noteBuilt(fingerprint: string): void {
  mkdirSync(dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, fingerprint);
}
