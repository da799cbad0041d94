/**
 * One JSON file of the user's: read once, written atomically, never lost. It knows nothing of what is inside.
 *
 *   write: file.tmp-<n> --write, fsync--> rename over file --fsync--> folder
 *   read:  not readable as JSON, or refused by the owner --> renamed to file.broken-<time>, and the user is told
 */
import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Notices } from '../application/notices.ts';

/** Larger files were not written by Hostler. */
const maximumBytes = 16 * 1024 * 1024;

export class JsonFile {
  readonly path: string;
  readonly #notices: Notices;
  #wanted: string | null = null;
  #writing: Promise<void> | null = null;
  #counter = 0;

  constructor(path: string, notices: Notices) {
    this.path = path;
    this.#notices = notices;
  }

  /**
   * What the file holds after `check`, or undefined where there is none. A file that is no JSON, or that `check` refuses by
   * throwing, is set aside under another name with a notice: nothing in it is lost.
   */
  async read<Value>(check: (json: unknown) => Value): Promise<Value | undefined> {
    let text: string;
    try {
      text = await readBounded(this.path);
    } catch (error) {
      if (isErrno(error, 'ENOENT')) return undefined;
      return await this.#setAside(error);
    }
    try {
      return check(JSON.parse(text));
    } catch (error) {
      return await this.#setAside(error);
    }
  }

  /** Saves `value`; settles once it is on the disk. Calls that come while one is being written are written as one. */
  async write(value: unknown): Promise<void> {
    this.#wanted = `${JSON.stringify(value, null, 2)}\n`;
    // Whoever finds a write under way waits for it, then for the one that holds the own value.
    while (this.#writing) await this.#writing.catch(() => {});
    if (this.#wanted === null) return;
    const text = this.#wanted;
    this.#wanted = null;
    this.#writing = this.#replace(text).finally(() => (this.#writing = null));
    await this.#writing;
  }

  /** Settles when nothing is being written any more. */
  async flush(): Promise<void> {
    while (this.#writing) await this.#writing.catch(() => {});
  }

  async #replace(text: string): Promise<void> {
    const folder = dirname(this.path);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = `${this.path}.tmp-${process.pid}-${++this.#counter}`;
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, this.path);
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => {});
      throw error;
    }
    await syncFolder(folder);
  }

  async #setAside(problem: unknown): Promise<undefined> {
    const aside = `${this.path}.broken-${new Date().toISOString().replaceAll(':', '-')}`;
    const why = problem instanceof Error ? problem.message : String(problem);
    const name = basename(this.path);
    try {
      await rename(this.path, aside);
      this.#notices.add(
        `file-${name}`,
        'warning',
        `${name} could not be read (${why.slice(0, 200)}). It was kept as ${aside} and Hostler started with defaults; repair that file and put it back, or delete it.`,
      );
    } catch (error) {
      this.#notices.add(
        `file-${name}`,
        'error',
        `${this.path} could not be read (${why.slice(0, 200)}) nor set aside (${String(error)}). Check the permissions of its folder; until then changes may not be kept.`,
      );
    }
    return undefined;
  }
}

async function readBounded(path: string): Promise<string> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const status = await file.stat();
    if (!status.isFile()) throw new Error('it is not a regular file');
    if (status.size > maximumBytes) throw new Error(`it has ${status.size} bytes, at most ${maximumBytes} are allowed`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

/** Makes the rename last a power failure; systems that cannot open a folder (Windows) do without. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY).catch(() => null);
  if (!handle) return;
  await handle.sync().catch(() => {});
  await handle.close();
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
