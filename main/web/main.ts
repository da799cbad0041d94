/** Browser mode's program: the host in plain Node, served to a browser on this machine. */
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { configDir } from '../config-dir.ts';
import { createHost, type Host } from '../host.ts';
import { version } from '../version.ts';
import { openBrowser } from './open-browser.ts';
import { parseOptions, usage, type WebOptions } from './options.ts';
import { WebServer } from './web-server.ts';

/** Longest wait for connections to be closed in order. */
const stopMs = 5000;

/** A bug in one window's work must not end the consoles of all others: it is told, and Hostler goes on. */
function logBug(error: unknown, where: string): void {
  console.error(`Hostler: a bug in ${where}:`, error);
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  if (options.help) return console.log(usage);
  const host = await createHost({
    configDir: options.configDir ?? configDir(process.env, process.platform, homedir()),
    version,
    mode: 'browser',
    onBug: logBug,
  });
  process.on('uncaughtException', (error) => logBug(error, 'the background'));
  const web = await WebServer.start({ host, rendererDir: rendererDir(), port: options.port });
  host.start();
  const link = web.newLink();
  console.log(`Hostler is ready at ${link}`);
  const cleanUp = await show(options, link);
  offerNewLinks(web);
  stopOnSignal(host, web, cleanUp);
}

/** Beside the bundle (dist/main/web.js), or in dist/ when run from source. */
function rendererDir(): string {
  const besideBundle = join(dirname(import.meta.dirname), 'renderer');
  const fromSource = join(dirname(dirname(import.meta.dirname)), 'dist', 'renderer');
  return import.meta.filename.endsWith('.ts') || !existsSync(besideBundle) ? fromSource : besideBundle;
}

async function show(options: WebOptions, link: string): Promise<() => Promise<void>> {
  if (!options.open) return async () => {};
  const { isStarted, cleanUp } = await openBrowser(link);
  if (!isStarted) console.log('No browser could be started: open the link above in yours.');
  return cleanUp;
}

/** A used link is void: Enter prints another. */
function offerNewLinks(web: WebServer): void {
  if (!process.stdin.isTTY) return;
  console.log('Press Enter for a new link, Ctrl+C to stop.');
  createInterface({ input: process.stdin }).on('line', () => console.log(`Hostler is ready at ${web.newLink()}`));
}

function stopOnSignal(host: Host, web: WebServer, cleanUp: () => Promise<void>): void {
  let isStopping = false;
  const stop = async (): Promise<void> => {
    // A second signal does not wait for anything.
    if (isStopping) process.exit(1);
    isStopping = true;
    setTimeout(() => process.exit(1), stopMs).unref();
    await Promise.allSettled([web.stop(), cleanUp()]);
    await host.dispose();
    process.exit(0);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop());
}

try {
  await main();
} catch (error) {
  console.error(`Hostler did not start: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
