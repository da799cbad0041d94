/** The renderer's files: listed once at start, so that a request can name only what is in the list. */
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
  '.txt': 'text/plain; charset=utf-8',
};

interface StaticFile {
  path: string;
  size: number;
  type: string;
  /** Its name holds a hash of its content. */
  isImmutable: boolean;
}

export class StaticFiles {
  readonly #files: Map<string, StaticFile>;

  private constructor(files: Map<string, StaticFile>) {
    this.#files = files;
  }

  /** Lists the folder; rejects when it holds no index.html. */
  static async list(folder: string): Promise<StaticFiles> {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
    const files = new Map<string, StaticFile>();
    for (const entry of entries) {
      const type = types[extname(entry.name)];
      if (!entry.isFile() || type === undefined) continue;
      const path = join(entry.parentPath, entry.name);
      const { size } = await stat(path);
      const name = `/${relative(folder, path).split(sep).join('/')}`;
      files.set(name, { path, size, type, isImmutable: name.startsWith('/assets/') && /-[\w-]{8}\.\w+$/.test(name) });
    }
    if (!files.has('/index.html')) {
      throw new Error(`the user interface is not in ${folder}; build it with: npm run build`);
    }
    return new StaticFiles(files);
  }

  has(name: string): boolean {
    return this.#files.has(name);
  }

  /** Sends a file that `has`; the caller has set the security headers. */
  async send(name: string, response: ServerResponse, options: { headOnly: boolean }): Promise<void> {
    const file = this.#files.get(name);
    if (!file) throw new Error(`no such file: ${name}`);
    response.setHeader('Content-Type', file.type);
    response.setHeader('Cache-Control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
    if (options.headOnly) {
      response.setHeader('Content-Length', file.size);
      response.end();
      return;
    }
    // Without a length: the file may be built anew while it is being sent.
    await pipeline(createReadStream(file.path), response);
  }
}
