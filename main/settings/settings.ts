/** The settings service: the user's choices, checked one by one, kept in one file. */
import * as v from 'valibot';
import type { Notices } from '../application/notices.ts';
import type { Settings as SettingsValues, SettingsService } from '../contract/index.ts';
import { Emitter, type Unlisten } from '../emitter.ts';
import { HostError } from '../error.ts';
import { JsonFile } from './json-file.ts';
import { defaultSettings, settingsChangesSchema, settingSchemas } from './schema.ts';

export class Settings implements SettingsService {
  readonly #file: JsonFile;
  readonly #changed = new Emitter<SettingsValues>();
  #values: SettingsValues;
  /** Keys of the file that this version does not know, kept for the version that does. */
  readonly #unknown: Record<string, unknown>;

  private constructor(file: JsonFile, values: SettingsValues, unknown: Record<string, unknown>) {
    this.#file = file;
    this.#values = values;
    this.#unknown = unknown;
  }

  /** Reads the file at `path`. A broken file is set aside; a single bad value gives way to its default. Both leave a notice. */
  static async load(path: string, notices: Notices): Promise<Settings> {
    const file = new JsonFile(path, notices);
    const saved = (await file.read(checkObject)) ?? {};
    const values = structuredClone(defaultSettings);
    const bad: string[] = [];
    for (const key of Object.keys(settingSchemas) as (keyof SettingsValues)[]) {
      if (Object.hasOwn(saved, key) && !take(values, key, saved[key])) bad.push(key);
    }
    if (bad.length > 0) {
      const message = `These settings held values that cannot be used and went back to their defaults: ${bad.join(', ')}. Change them in Settings.`;
      notices.add('settings-values', 'warning', message);
    }
    const unknown = Object.fromEntries(Object.entries(saved).filter(([key]) => !Object.hasOwn(settingSchemas, key)));
    return new Settings(file, values, unknown);
  }

  /** The settings now, for the other services. */
  get current(): SettingsValues {
    return this.#values;
  }

  async get(): Promise<SettingsValues> {
    return this.#values;
  }

  async update(changes: Partial<SettingsValues>): Promise<SettingsValues> {
    const checked = v.safeParse(settingsChangesSchema, changes);
    if (!checked.success) {
      const issue = checked.issues[0];
      const key = v.getDotPath(issue) ?? 'the settings';
      throw new HostError('invalid-argument', `The setting '${key}' was not changed: ${issue.message}.`);
    }
    const values = { ...this.#values, ...checked.output };
    // At once and not after the write, so that two changes at a time do not undo each other.
    this.#values = values;
    this.#changed.emit(values);
    try {
      await this.#file.write({ ...this.#unknown, ...values });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new HostError('io', `The settings are in effect but could not be saved: ${why}`, { cause: error });
    }
    return values;
  }

  /** Hears the settings now, and again whenever they change. */
  onDidChange(listener: (settings: SettingsValues) => void): Unlisten {
    listener(this.#values);
    return this.#changed.on(listener);
  }

  async flush(): Promise<void> {
    await this.#file.flush();
  }
}

function checkObject(json: unknown): Record<string, unknown> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw new Error('it holds no settings object');
  return json as Record<string, unknown>;
}

function take<Key extends keyof SettingsValues>(values: SettingsValues, key: Key, saved: unknown): boolean {
  const schema: v.GenericSchema<unknown, SettingsValues[Key]> = settingSchemas[key];
  const result = v.safeParse(schema, saved);
  if (result.success) values[key] = result.output;
  return result.success;
}
