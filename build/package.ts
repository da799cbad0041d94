/**
 * `npm run package`: installers for this system (or `--linux`, `--mac`, `--win`; `--dir` only the unpacked program),
 * in release/. Says so plainly, and fails, where the Electron runtime cannot be fetched.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { buildAll } from './build.ts';
import { packageConfiguration } from './electron-builder.ts';
import { root } from './run-tool.ts';

type System = 'linux' | 'mac' | 'win';

const runtimeNames: Record<System, string> = { linux: 'linux', mac: 'darwin', win: 'win32' };
const ownSystem: Partial<Record<NodeJS.Platform, System>> = { linux: 'linux', darwin: 'mac', win32: 'win' };
const probeMs = 15_000;

function wantedSystems(): System[] {
  const asked = (['linux', 'mac', 'win'] as const).filter((system) => process.argv.includes(`--${system}`));
  const own = ownSystem[process.platform];
  if (asked.length > 0) return asked;
  if (own === undefined)
    throw new Error(`There is no package for ${process.platform}: ask for --linux, --mac or --win.`);
  return [own];
}

function electronVersion(): string {
  const manifest = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  return manifest.version;
}

/** Where electron-builder would get the runtime for a system. */
function runtimeUrl(system: System, version: string): string {
  const mirror = process.env['ELECTRON_MIRROR'] ?? 'https://github.com/electron/electron/releases/download/';
  const arch = system === ownSystem[process.platform] ? process.arch : 'x64';
  return `${mirror}v${version}/electron-v${version}-${runtimeNames[system]}-${arch}.zip`;
}

/** An installed runtime of this very system serves too, without a network. */
function installedRuntime(): string | null {
  const folder = join(root, 'node_modules/electron/dist');
  return existsSync(join(root, 'node_modules/electron/path.txt')) && existsSync(folder) ? folder : null;
}

function isCached(system: System, version: string): boolean {
  const folder = process.env['electron_config_cache'] ?? join(homedir(), '.cache/electron');
  if (!existsSync(folder)) return false;
  const name = runtimeUrl(system, version).split('/').at(-1)!;
  return readdirSync(folder, { recursive: true }).some((file) => String(file).endsWith(name));
}

/** Why the runtime cannot be had, or null. Asked first: electron-builder would try for minutes. */
async function runtimeProblem(system: System, version: string): Promise<string | null> {
  if (isCached(system, version) || (system === ownSystem[process.platform] && installedRuntime() !== null)) return null;
  const url = runtimeUrl(system, version);
  try {
    const answer = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(probeMs) });
    return answer.ok ? null : `${url} answers ${answer.status}`;
  } catch (error) {
    const { message, cause } = error as Error;
    return `${url} cannot be reached (${cause instanceof Error ? cause.message : message})`;
  }
}

async function packageFor(system: System): Promise<string[]> {
  // Loaded late: it is large, and says nothing useful where there is no runtime.
  const { build, Platform } = await import('electron-builder');
  const platform = { linux: Platform.LINUX, mac: Platform.MAC, win: Platform.WINDOWS }[system];
  const runtime = system === ownSystem[process.platform] ? installedRuntime() : null;
  return await build({
    projectDir: root,
    targets: platform.createTarget(process.argv.includes('--dir') ? 'dir' : null),
    config: runtime === null ? packageConfiguration : { ...packageConfiguration, electronDist: runtime },
  });
}

const systems = wantedSystems();
console.log('Building Hostler …');
await buildAll({ types: false });

const version = electronVersion();
for (const system of systems) {
  const problem = await runtimeProblem(system, version);
  if (problem === null) {
    for (const file of await packageFor(system)) console.log(`  ${file}`);
    continue;
  }
  console.error(`
Packages for ${system}: not run, because there is no Electron ${version} runtime here:
  ${problem}
Run this where that address can be reached:
  npm ci && npm run package -- --${system}
or with a mirror of it:
  ELECTRON_MIRROR=https://mirror.example/electron/ npm run package -- --${system}`);
  process.exitCode = 1;
}
