/**
 * Opens the user's browser at a link that holds a secret. Arguments of a process can be read by every user of a machine,
 * so the browser gets a file that only this user can read, and the file leads to the link.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Long enough for a slow browser to start. */
const keepMs = 60_000;

const commands: Partial<Record<NodeJS.Platform, [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  // `start` takes its first quoted argument for a title.
  win32: ['cmd.exe', '/c', 'start', ''],
};

/** Settles with whether an opener could be started, and a way to take the file back. */
export async function openBrowser(link: string): Promise<{ isStarted: boolean; cleanUp(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'hostler-open-'));
  const file = join(folder, 'hostler.html');
  const page = `<!doctype html>\n<html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=${link}"><title>Hostler</title>\n</html>\n`;
  await writeFile(file, page, { mode: 0o600 });
  const cleanUp = (): Promise<void> => rm(folder, { recursive: true, force: true });
  // Taken back twice at worst, which does no harm.
  setTimeout(() => void cleanUp(), keepMs).unref();
  const [program, ...args] = commands[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...args, pathToFileURL(file).href], { stdio: 'ignore', detached: true });
  const isStarted = await new Promise<boolean>((resolve) => {
    child.once('spawn', () => resolve(true));
    child.once('error', () => resolve(false));
  });
  child.unref();
  if (!isStarted) await cleanUp();
  return { isStarted, cleanUp };
}
