/** The application's own texts, so that tests find things by the names users see, whatever those are worded like. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

type Texts = { [key: string]: string | Texts };

const file = join(import.meta.dirname, '../../renderer/i18n/en.json');
let texts: Texts | undefined;

/** The English text of an i18n key with its parameters filled in. Fails for a key that does not exist. */
export function text(key: string, params: Record<string, string | number> = {}): string {
  texts ??= JSON.parse(readFileSync(file, 'utf8')) as Texts;
  let found: string | Texts | undefined = texts;
  for (const part of key.split('.')) found = typeof found === 'object' ? found[part] : undefined;
  if (typeof found !== 'string') throw new Error(`There is no text ${key}`);
  return found.replace(/\{(\w+)\}/g, (_, name: string) => String(params[name] ?? `{${name}}`));
}
