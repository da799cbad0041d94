/**
 * Reads libvirt's API descriptions (`libvirt-api.xml` and its qemu and lxc siblings, package libvirt-dev).
 * Not an XML parser: it knows the one shape those machine-written files have.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where Debian, Fedora and the others install the descriptions. */
export const apiFolder = process.env['LIBVIRT_API_DIR'] ?? '/usr/share/libvirt/api';

const files = ['libvirt-api.xml', 'libvirt-qemu-api.xml', 'libvirt-lxc-api.xml'];

export interface ApiEnumValue {
  name: string;
  /** The C enum it belongs to: `virDomainState`. */
  type: string;
  value: number;
  info: string;
}

/** A macro with a string value: the name of a typed parameter. */
export interface ApiFieldName {
  name: string;
  value: string;
  info: string;
}

export interface ApiFunction {
  name: string;
  /** Which header declares it: `libvirt-domain`. */
  file: string;
  info: string;
  args: { name: string; type: string }[];
}

export interface ApiDescription {
  enums: ApiEnumValue[];
  fieldNames: ApiFieldName[];
  functions: ApiFunction[];
}

/** Whether the description is installed; without it nothing can be generated or compared. */
export function hasApiDescription(): boolean {
  return existsSync(join(apiFolder, 'libvirt-api.xml'));
}

/** Everything the installed descriptions say about enums, field names and functions. */
export async function readApiDescription(): Promise<ApiDescription> {
  const texts: string[] = [];
  for (const file of files) {
    const path = join(apiFolder, file);
    if (existsSync(path)) texts.push(await readFile(path, 'utf8'));
  }
  const text = texts.join('\n');
  return { enums: readEnums(text), fieldNames: readFieldNames(text), functions: readFunctions(text) };
}

function readEnums(text: string): ApiEnumValue[] {
  const raw = [...text.matchAll(/<enum ([^>]*?)\/?>/g)].map(([, attributes = '']) => readAttributes(attributes));
  const written = new Map(raw.map((value) => [value['name'] ?? '', value['value'] ?? '']));
  return raw.map((value) => ({
    name: value['name'] ?? '',
    type: value['type'] ?? '',
    value: resolveNumber(written, value['value'] ?? ''),
    info: oneLine(value['info'] ?? ''),
  }));
}

/** A value is a number or the name of another value. */
function resolveNumber(written: Map<string, string>, value: string, depth = 0): number {
  if (/^-?\d+$/.test(value)) return Number(value);
  const next = written.get(value);
  if (next === undefined || depth > 4) throw new Error(`the enum value '${value}' cannot be resolved`);
  return resolveNumber(written, next, depth + 1);
}

function readFieldNames(text: string): ApiFieldName[] {
  const found = text.matchAll(/<macro ([^>]*?)(?:\/>|>([\s\S]*?)<\/macro>)/g);
  return [...found].flatMap(([, attributes = '', body = '']) => {
    const { name = '', string } = readAttributes(attributes);
    return string === undefined ? [] : [{ name, value: string, info: oneLine(readInfo(body)) }];
  });
}

function readFunctions(text: string): ApiFunction[] {
  const found = text.matchAll(/<function (name='[^>]*?)>([\s\S]*?)<\/function>/g);
  return [...found].map(([, attributes = '', body = '']) => {
    const { name = '', file = '' } = readAttributes(attributes);
    const args = [...body.matchAll(/<arg ([^>]*?)\/>/g)].map(([, arg = '']) => {
      const { name: argName = '', type = '' } = readAttributes(arg);
      return { name: argName, type };
    });
    return { name, file, info: readInfo(body), args };
  });
}

function readInfo(body: string): string {
  return /<info>(?:<!\[CDATA\[)?([\s\S]*?)(?:\]\]>)?<\/info>/.exec(body)?.[1] ?? '';
}

function readAttributes(text: string): Record<string, string> {
  const found = text.matchAll(/([\w-]+)='([^']*)'/g);
  return Object.fromEntries([...found].map(([, name = '', value = '']) => [name, unescapeXml(value)]));
}

function unescapeXml(text: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };
  return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, number: string | undefined, name: string) =>
    number === undefined ? (entities[name] ?? whole) : String.fromCodePoint(Number(number)),
  );
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replaceAll('*/', '* /').trim();
}
