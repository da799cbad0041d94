/** libvirt's own test data, read in place: nothing of it is part of this repository. Absent: the tests say so and are skipped. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative } from 'node:path';

const shared = process.env['HOSTLER_SHARED'] ?? join(import.meta.dirname, '../../../shared');

/** The folder of the data, or undefined. */
export const corpusDir: string | undefined = existsSync(join(shared, 'corpus')) ? join(shared, 'corpus') : undefined;

/** Why golden tests are skipped; undefined where they run. */
export const skipReason: string | undefined =
  corpusDir === undefined
    ? `no libvirt test data at ${join(shared, 'corpus')}; set HOSTLER_SHARED to the folder that holds corpus/`
    : undefined;

if (skipReason !== undefined) console.log(`golden tests not run: ${skipReason}`);

/** Paths below the data's folder with a given ending, sorted; none where there is no data. */
export function corpusFiles(folder = '', ending = '.xml'): string[] {
  if (corpusDir === undefined) return [];
  const start = join(corpusDir, folder);
  if (!existsSync(start)) return [];
  return readdirSync(start, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending) && statSync(join(start, name)).isFile())
    .map((name) => relative(corpusDir, join(start, name)))
    .toSorted();
}

/** The text of one file; undefined where it does not exist. */
export function corpusText(path: string): string | undefined {
  const whole = join(corpusDir ?? '', path);
  return existsSync(whole) ? readFileSync(whole, 'utf8') : undefined;
}

/** An expected output as the code under test writes it: without XML declaration and comments between elements. */
export function withoutComments(text: string): string {
  return text.replace(/<\?xml[^>]*\?>\s*/, '').replace(/[ \t]*<!--[\s\S]*?-->\s*\n?/g, '');
}

/** Prints a share, for the log of the run. */
export function reportShare(what: string, passed: number, total: number): void {
  console.log(`${what}: ${passed} of ${total} (${total === 0 ? '-' : ((passed / total) * 100).toFixed(1)} %)`);
}
