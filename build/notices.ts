/**
 * The licences of everything that a build of Hostler contains: found in what the bundlers really took, written to
 * dist/third-party-notices.txt. A licence that may not be shipped fails the build.
 */
import { existsSync } from 'node:fs';
import { glob, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './run-tool.ts';

export interface ShippedPackage {
  name: string;
  version: string;
  /** SPDX expression; empty where the package names none. */
  licence: string;
  /** Where its source is; MPL 2.0 wants that told. */
  source: string;
  text: string;
}

/** Permissive licences, and the MPL, whose copyleft ends at the file. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'OFL-1.1',
  'Unlicense',
  'Zlib',
]);

/** Packages whose content is in the bundle as data, under no module name of their own. */
const dataPackages = ['@iconify-json/lucide'];

/** Those whose licence is missing or not one that may be shipped. `A OR B` needs one of them, `A AND B` both. */
export function refusedPackages(packages: readonly ShippedPackage[]): ShippedPackage[] {
  return packages.filter(({ licence }) => {
    const choices = licence.replaceAll(/[()]/g, '').split(/\s+OR\s+/i);
    return !choices.some((choice) => choice.split(/\s+AND\s+/i).every((name) => allowed.has(name)));
  });
}

/** The npm package that a file belongs to, or null: the last `node_modules/` of its path counts. */
export function packageOf(path: string): string | null {
  const inside = path.replaceAll('\\', '/').split('node_modules/');
  const last = inside.at(-1);
  if (inside.length < 2 || last === undefined) return null;
  const [first = '', second = ''] = last.split('/');
  return first.startsWith('@') ? `${first}/${second}` : first;
}

/** The notices as text. */
export function noticesText(packages: readonly ShippedPackage[]): string {
  const line = '-'.repeat(80);
  const entries = packages.map(({ name, version, licence, source, text }) =>
    [line, `${name} ${version} (${licence})`, source && `Source: ${source}`, '', text.trim()]
      .filter((part, index) => part !== '' || index === 3)
      .join('\n'),
  );
  return [
    'Hostler contains the software below, each under its own licence.',
    'The desktop application also contains Electron and Chromium; their licences are beside this file in the installation.',
    '',
    ...entries,
    '',
  ].join('\n');
}

/** Finds what a finished build contains, checks the licences and writes the notices into it. Returns the packages. */
export async function writeNotices(dist: string = join(root, 'dist')): Promise<ShippedPackage[]> {
  const folders = new Set([...(await packagesOfBundles(dist)), ...(await packagesOfRenderer(dist)), ...dataPackages]);
  const packages = await Promise.all([...folders].toSorted().map(readPackage));
  const refused = refusedPackages(packages);
  if (refused.length > 0) {
    const list = refused.map(({ name, version, licence }) => `  ${name} ${version}: ${licence || 'no licence named'}`);
    throw new Error(
      `These packages are in the build and may not be shipped with it:\n${list.join('\n')}\nReplace them, or look at their licence and allow it in build/notices.ts.`,
    );
  }
  await writeFile(join(dist, 'third-party-notices.txt'), noticesText(packages));
  return packages;
}

/** The node bundles carry source maps, which name every file that went in. */
async function packagesOfBundles(dist: string): Promise<string[]> {
  const names: (string | null)[] = [];
  for await (const map of glob('{electron,main,drivers}/*.map', { cwd: dist })) {
    const { sources } = JSON.parse(await readFile(join(dist, map), 'utf8')) as { sources: string[] };
    names.push(...sources.map(packageOf));
  }
  return names.filter((name) => name !== null);
}

/** vite writes this list itself (build.license). */
async function packagesOfRenderer(dist: string): Promise<string[]> {
  const list = join(dist, 'renderer/third-party.json');
  if (!existsSync(list)) throw new Error(`${list} is missing: npm run build`);
  return (JSON.parse(await readFile(list, 'utf8')) as { name: string }[]).map(({ name }) => name);
}

async function readPackage(name: string): Promise<ShippedPackage> {
  const folder = join(root, 'node_modules', name);
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    version?: string;
    license?: string;
    /** How older packages name several to choose from. */
    licenses?: { type?: string }[];
    homepage?: string;
    repository?: string | { url?: string };
  };
  const repository = typeof manifest.repository === 'string' ? manifest.repository : manifest.repository?.url;
  const file = (await readdir(folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  return {
    name,
    version: manifest.version ?? '',
    licence: manifest.license ?? (manifest.licenses ?? []).map(({ type }) => type ?? '').join(' OR '),
    source: (repository ?? manifest.homepage ?? '').replace(/^git\+/, ''),
    text: file === undefined ? '' : await readFile(join(folder, file), 'utf8'),
  };
}

if (import.meta.main) {
  const packages = await writeNotices();
  console.log(`dist/third-party-notices.txt: ${packages.length} packages`);
}
