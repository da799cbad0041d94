/**
 * libvirt.conf, the client's configuration file: the default URI, the aliases of URIs, and what stands for parameters that
 * a URI leaves out. Reads the format, which is assignments of texts, numbers and lists; every other key is passed over.
 */
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import { virError } from './error.ts';

export interface ClientConfig {
  /** `uri_default`. */
  defaultUri: string | null;
  /** `uri_aliases`: alias -> URI. */
  aliases: Map<string, string>;
  /** Of remote URIs, by the parameter's name: `remote_mode`, `remote_proxy`, `tls_priority`. */
  uriDefaults: Map<string, string>;
}

/** Keys of the file, and the parameters that they are for. */
const uriParamOf = { remote_mode: 'mode', remote_proxy: 'proxy', tls_priority: 'tls_priority' };

type Value = string | string[];

const maximumBytes = 1024 * 1024;

/** The file of whoever runs this program. */
export function readOwnClientConfig(): Promise<ClientConfig> {
  return readClientConfig(clientConfigPath(process.env, process.geteuid?.() === 0));
}

/** Where the file is for this user: /etc/libvirt for root, the configuration folder for others. */
export function clientConfigPath(env: NodeJS.ProcessEnv, isRoot: boolean): string {
  if (isRoot) return '/etc/libvirt/libvirt.conf';
  return join(env['XDG_CONFIG_HOME'] || join(homedir(), '.config'), 'libvirt', 'libvirt.conf');
}

/** Reads the file; one that is not there is empty. Throws VIR_ERR_CONF_SYNTAX naming file and line. */
export async function readClientConfig(path: string): Promise<ClientConfig> {
  const found = await stat(path).catch(() => null);
  if (!found?.isFile()) return { defaultUri: null, aliases: new Map(), uriDefaults: new Map() };
  if (found.size > maximumBytes)
    throw broken(path, 1, `it has ${found.size} bytes, at most ${maximumBytes} are allowed`);
  return parseClientConfig(await readFile(path, 'utf8'), path);
}

/** What the text says; `path` only for messages. */
export function parseClientConfig(text: string, path: string): ClientConfig {
  const values = parseAssignments(text, path);
  const defaultUri = values.get('uri_default') ?? null;
  const aliases = values.get('uri_aliases') ?? [];
  if (Array.isArray(defaultUri)) throw broken(path, 1, 'uri_default is a list; it takes one URI in quotes');
  if (!Array.isArray(aliases))
    throw broken(path, 1, 'uri_aliases takes a list like [ "lab=qemu+ssh://root@lab/system" ]');
  const uriDefaults = new Map<string, string>();
  for (const [key, param] of Object.entries(uriParamOf)) {
    const value = values.get(key);
    if (Array.isArray(value)) throw broken(path, 1, `${key} is a list; it takes one text in quotes`);
    if (value !== undefined) uriDefaults.set(param, value);
  }
  return { defaultUri, aliases: new Map(aliases.map((alias) => parseAlias(alias, path))), uriDefaults };
}

function parseAlias(alias: string, path: string): [string, string] {
  const [, name, uri] = /^([A-Za-z0-9_-]+)=(.+)$/s.exec(alias) ?? [];
  if (name === undefined || uri === undefined) {
    throw broken(
      path,
      1,
      `the alias '${alias}' is not of the form name=URI, where a name has letters, digits, - and _`,
    );
  }
  return [name, uri];
}

/** Tokens: a text in " or ' or """, a number, a word, one of = [ ] , or the end of a line. */
const token =
  /[ \t\r]+|#[^\n]*|(\n)|"""([\s\S]*?)"""|"((?:[^"\\\n]|\\.)*)"|'([^'\n]*)'|(-?\d+)|([A-Za-z_][\w.-]*)|([=[\],])/y;

function parseAssignments(text: string, path: string): Map<string, Value> {
  const values = new Map<string, Value>();
  const tokens = tokenize(text, path);
  for (let at = 0; at < tokens.length;) {
    const [key, equals, first] = tokens.slice(at, at + 3);
    if (key?.kind !== 'word' || equals?.text !== '=' || !first) {
      throw broken(path, key?.line ?? 1, 'expected an assignment like uri_default = "qemu:///system"');
    }
    if (first.text !== '[' || first.kind !== 'mark') {
      if (first.kind !== 'text') throw broken(path, first.line, `expected a value for ${key.text}`);
      values.set(key.text, first.text);
      at += 3;
      continue;
    }
    const end = tokens.findIndex(({ kind, text }, index) => index > at && kind === 'mark' && text === ']');
    if (end < 0) throw broken(path, first.line, `the list of ${key.text} is not closed with ]`);
    values.set(key.text, listItems(tokens.slice(at + 3, end), path));
    at = end + 1;
  }
  return values;
}

interface Token {
  kind: 'text' | 'word' | 'mark';
  text: string;
  line: number;
}

function tokenize(text: string, path: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (token.lastIndex = 0; token.lastIndex < text.length;) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw broken(path, line, `cannot read '${text.slice(at, at + 20).split('\n', 1)[0]}'`);
    const [whole, , long, double, single, number, word, mark] = match;
    const value = long ?? double?.replace(/\\(.)/g, '$1') ?? single ?? number;
    if (value !== undefined) tokens.push({ kind: 'text', text: value, line });
    else if (word !== undefined) tokens.push({ kind: 'word', text: word, line });
    else if (mark !== undefined) tokens.push({ kind: 'mark', text: mark, line });
    line += whole.split('\n').length - 1;
  }
  return tokens;
}

function listItems(tokens: readonly Token[], path: string): string[] {
  return tokens.flatMap(({ kind, text, line }, index) => {
    const isItem = index % 2 === 0;
    if (isItem ? kind !== 'text' : text !== ',')
      throw broken(path, line, 'expected texts in quotes with commas between them');
    return isItem ? [text] : [];
  });
}

function broken(path: string, line: number, reason: string): Error {
  return virError('VIR_ERR_CONF_SYNTAX', 'VIR_FROM_CONF', `cannot use ${path}:${line}: ${reason}`);
}
