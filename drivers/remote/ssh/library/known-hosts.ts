/** Files of known host keys, as OpenSSH writes them: plain and hashed names, patterns, revoked keys. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { virError } from '../../../error.ts';

const maximumBytes = 8 * 1024 * 1024;

/** One line. */
export interface KnownHost {
  file: string;
  /** From 1. */
  line: number;
  marker: '' | 'revoked' | 'cert-authority';
  patterns: string[];
  keyType: string;
  key: Buffer;
}

/** `changed`: other keys of this host are known, this one is not. */
export type KeyVerdict = 'known' | 'unknown' | 'changed' | 'revoked';

/** Reads the files that are there. Lines that make no sense are passed over, as OpenSSH does. */
export async function readKnownHosts(paths: readonly string[]): Promise<KnownHost[]> {
  const texts = await Promise.all(paths.map(readIfThere));
  return texts.flatMap((text, at) => parseKnownHosts(text, paths[at]));
}

async function readIfThere(path: string): Promise<string> {
  const found = await stat(path).catch(() => null);
  if (found === null || !found.isFile()) return '';
  if (found.size > maximumBytes) {
    const message = `The file of known hosts ${path} has ${found.size} bytes, at most ${maximumBytes} are allowed.`;
    throw virError('VIR_ERR_SSH', 'VIR_FROM_SSH', message);
  }
  return readFile(path, 'utf8');
}

/** The lines of a file that say something about a key. */
export function parseKnownHosts(text: string, file = ''): KnownHost[] {
  return text.split('\n').flatMap((line, at) => {
    const [, marker = '', patterns = '', keyType = '', key = ''] =
      /^\s*(?:@(revoked|cert-authority)\s+)?([^\s#@]\S*)\s+(\S+)\s+([A-Za-z0-9+/=]+)/.exec(line) ?? [];
    if (key === '') return [];
    const kind = marker as KnownHost['marker'];
    const names = patterns.split(',');
    return [{ file, line: at + 1, marker: kind, patterns: names, keyType, key: Buffer.from(key, 'base64') }];
  });
}

/** What is known about this key of a host. */
export function judge(known: readonly KnownHost[], host: string, port: number, key: Buffer): KeyVerdict {
  const mine = known.filter((entry) => matches(entry, nameOf(host, port)));
  const same = mine.filter((entry) => entry.key.equals(key));
  if (same.some(({ marker }) => marker === 'revoked')) return 'revoked';
  if (same.some(({ marker }) => marker === '')) return 'known';
  return mine.some(({ marker }) => marker === '') ? 'changed' : 'unknown';
}

/** The keys that are known of a host, those of authorities aside. */
export function knownKeys(known: readonly KnownHost[], host: string, port: number): KnownHost[] {
  return known.filter((entry) => entry.marker === '' && matches(entry, nameOf(host, port)));
}

/** Types of the keys that are known of a host, to ask the server for one of them. */
export function knownKeyTypes(known: readonly KnownHost[], host: string, port: number): string[] {
  return [...new Set(knownKeys(known, host, port).map(({ keyType }) => keyType))];
}

export interface NewKnownHost {
  host: string;
  port: number;
  key: Buffer;
  /** The name is hashed, so that the file tells nobody where its owner logs in. So it is where the file has hashed names already. */
  isHashed: boolean;
}

/** Adds a key to a file, which is made where there is none. */
export async function appendKnownHost(path: string, { host, port, key, isHashed }: NewKnownHost): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const before = await readIfThere(path);
  const name = nameOf(host, port);
  const written = isHashed || /^\|1\|/m.test(before) ? hashedName(name) : name;
  const line = `${written} ${keyTypeOf(key)} ${key.toString('base64')}\n`;
  await appendFile(path, before === '' || before.endsWith('\n') ? line : `\n${line}`, { mode: 0o600 });
}

function hashedName(name: string): string {
  const salt = randomBytes(20);
  return `|1|${salt.toString('base64')}|${createHmac('sha1', salt).update(name).digest('base64')}`;
}

/** The type that a key in the wire's form says it has. */
export function keyTypeOf(key: Buffer): string {
  const length = key.length >= 4 ? key.readUInt32BE(0) : 0;
  return key.subarray(4, 4 + Math.min(length, 64)).toString('latin1');
}

/** As ssh writes names: with the port unless it is the usual one. */
export function nameOf(host: string, port: number): string {
  const name = host.toLowerCase();
  return port === 22 ? name : `[${name}]:${port}`;
}

function matches({ patterns }: KnownHost, name: string): boolean {
  let isMatch = false;
  for (const pattern of patterns) {
    const isNegated = pattern.startsWith('!');
    if (!matchesPattern(isNegated ? pattern.slice(1) : pattern, name)) continue;
    if (isNegated) return false;
    isMatch = true;
  }
  return isMatch;
}

function matchesPattern(pattern: string, name: string): boolean {
  const [, salt, hash] = /^\|1\|([A-Za-z0-9+/=]+)\|([A-Za-z0-9+/=]+)$/.exec(pattern) ?? [];
  if (salt !== undefined) {
    const wanted = Buffer.from(hash!, 'base64');
    const actual = createHmac('sha1', Buffer.from(salt, 'base64')).update(name).digest();
    return wanted.length === actual.length && timingSafeEqual(wanted, actual);
  }
  return wildcard(pattern.toLowerCase(), name);
}

/** `*` and `?`, without the exponential work that a pattern could ask of a regular expression. */
function wildcard(pattern: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < name.length;) {
    if (pattern[at] === '?' || (pattern[at] === name[i] && pattern[at] !== '*')) {
      at++;
      i++;
    } else if (pattern[at] === '*') {
      star = at++;
      resume = i;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else return false;
  }
  while (pattern[at] === '*') at++;
  return at === pattern.length;
}
