/** What a run of the suites left behind: processes that it started, files and sockets in its temporary folder. */
import { readdirSync, readFileSync } from 'node:fs';

/** Caches that tools keep in the temporary folder by design. */
const toolCaches = /^(node-compile-cache|playwright-transform-cache-\d+|v8-compile-cache.*)$/;

/** Processes that carry `marker` in their environment, with their command lines; not this one. */
export function leftProcesses(marker: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync('/proc')) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      if (!readFileSync(`/proc/${entry}/environ`, 'utf8').includes(marker)) continue;
      const command = readFileSync(`/proc/${entry}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
      // A zombie has no command line any more and nothing to hold.
      if (command !== '') found.push(`process ${entry}: ${command.slice(0, 200)}`);
    } catch {
      // It ended meanwhile.
    }
  }
  return found;
}

/** Files, folders and sockets left in `folder`, other than the tools' own caches. */
export function leftFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !toolCaches.test(name))
    .map((name) => `file ${folder}/${name}`);
}
