/**
 * `npm start` after the bootstrap: builds what changed, then runs Hostler on the desktop where the Electron runtime is
 * installed, else in browser mode. `--browser` asks for browser mode; all other flags are passed on.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildOrExit } from './build.ts';
import { root } from './run-tool.ts';

/** The Electron program, or null; looked up by hand, because `require('electron')` would download it. */
function electronProgram(): string | null {
  const folder = join(root, 'node_modules/electron');
  const note = join(folder, 'path.txt');
  if (!existsSync(note)) return null;
  const program = join(process.env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), readFileSync(note, 'utf8'));
  return existsSync(program) ? program : null;
}

function runElectron(program: string, args: string[]): void {
  const child = spawn(program, [join(root, 'dist/electron/main.js'), ...args], { cwd: root, stdio: 'inherit' });
  isHandedOver = true;
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signal === null ? 1 : constants.signals[signal])));
}

/** The host runs in this very process, so that there is nothing to leave behind; it has its own way to end. */
async function runBrowserMode(args: string[]): Promise<void> {
  const script = join(root, 'dist/main/web.js');
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
  isHandedOver = true;
}

let isHandedOver = false;
let isSignalled = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    isSignalled = true;
    if (!isHandedOver) process.exit(128 + constants.signals[signal]);
  });
}
// The bootstrap was told to end, or is gone. Where the signal came to both, it is here by now or in a moment.
process.on('disconnect', () => {
  setTimeout(() => isSignalled || process.kill(process.pid, 'SIGTERM'), 100);
});
process.channel?.unref();

const flags = process.argv.slice(2);
await buildOrExit();
const electron = flags.includes('--browser') ? null : electronProgram();
const rest = flags.filter((flag) => flag !== '--browser');
if (electron !== null) {
  runElectron(electron, rest);
} else {
  if (!flags.includes('--browser')) console.log('No Electron runtime is installed: starting in browser mode.');
  await runBrowserMode(rest);
}
