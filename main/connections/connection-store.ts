/** The saved connections and their file. Knows what is saved, not what is connected. */
import { randomBytes } from 'node:crypto';
import * as v from 'valibot';
import type { Notices } from '../application/notices.ts';
import type { SavedConnection } from '../contract/index.ts';
import { HostError } from '../error.ts';
import { JsonFile } from '../settings/json-file.ts';

const maximumConnections = 1000;

const savedSchema = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/)),
  uri: v.pipe(v.string(), v.minLength(1), v.maxLength(8192)),
  name: v.pipe(v.string(), v.maxLength(256)),
  autoconnect: v.boolean(),
  readonly: v.boolean(),
});
const fileSchema = v.looseObject({
  version: v.literal(1),
  connections: v.pipe(v.array(savedSchema), v.maxLength(maximumConnections)),
});

export class ConnectionStore {
  readonly #file: JsonFile;
  readonly #saved: Map<string, SavedConnection>;

  private constructor(file: JsonFile, saved: SavedConnection[]) {
    this.#file = file;
    this.#saved = new Map(saved.map((connection) => [connection.id, connection]));
  }

  /** Reads the file at `path`; one that cannot be read is set aside with a notice, and the list starts empty. */
  static async load(path: string, notices: Notices): Promise<ConnectionStore> {
    const file = new JsonFile(path, notices);
    const content = await file.read((json) => v.parse(fileSchema, json));
    return new ConnectionStore(file, content?.connections ?? []);
  }

  list(): SavedConnection[] {
    return [...this.#saved.values()];
  }

  async add(connection: Omit<SavedConnection, 'id'>): Promise<SavedConnection> {
    if (this.#saved.size >= maximumConnections) {
      const message = `The connection was not saved: there are ${maximumConnections} already. Remove one first.`;
      throw new HostError('too-large', message);
    }
    const saved = { id: `c${randomBytes(8).toString('hex')}`, ...connection };
    this.#saved.set(saved.id, saved);
    await this.#save(() => this.#saved.delete(saved.id));
    return saved;
  }

  async update(id: string, changes: Partial<Omit<SavedConnection, 'id'>>): Promise<SavedConnection> {
    const before = this.find(id);
    const saved = { ...before, ...changes };
    this.#saved.set(id, saved);
    await this.#save(() => this.#saved.set(id, before));
    return saved;
  }

  async remove(id: string): Promise<void> {
    const before = this.find(id);
    this.#saved.delete(id);
    await this.#save(() => this.#saved.set(id, before));
  }

  find(id: string): SavedConnection {
    const saved = this.#saved.get(id);
    if (!saved) throw new HostError('not-found', 'This connection is not in the list any more.');
    return saved;
  }

  async flush(): Promise<void> {
    await this.#file.flush();
  }

  /** What cannot be saved is not kept either: the list on the screen is the list of the next start. */
  async #save(undo: () => unknown): Promise<void> {
    try {
      await this.#file.write({ version: 1, connections: this.list() });
    } catch (error) {
      undo();
      const why = error instanceof Error ? error.message : String(error);
      const hint = 'Check the permissions of the folder and the space on its disk.';
      throw new HostError('io', `The list of connections could not be saved: ${why}`, { hint, cause: error });
    }
  }
}
