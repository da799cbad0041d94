/** Node files: a whole test host in libvirt's `<node>` format, its objects inline or in files of their own. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { VirError } from '../error.ts';
import { VIR_DOMAIN_RUNNING, VIR_DOMAIN_RUNNING_BOOTED, VIR_DOMAIN_SHUTOFF } from '../enums.gen.ts';
import { parseXml } from '../conf/xml/parse.ts';
import { positionAt, positionOfError, xmlError } from '../conf/xml/position.ts';
import { attributeOf, elementsOf, textOf, type XmlElement } from '../conf/xml/tree.ts';
import { DomainConfig } from './domain-config.ts';
import { startDomain } from './domain-run.ts';
import { testError } from './errors.ts';
import { stateNames } from './life-cycle.ts';
import type { TestNode } from './node.ts';

/** A node file may hold 10,000 guests. */
const limits = { maxLength: 128 * 1024 * 1024, maxNodes: 8_000_000 };
const maxObjectBytes = 16 * 1024 * 1024;

/** One object of a node file: its text, and where that text stands. */
interface Entry {
  xml: string;
  element: XmlElement;
  source: string;
  offset: number;
  file: string;
}

/** Fills `node` from a file. Throws SYSTEM_ERROR where it cannot be read, XML_ERROR with line and column otherwise. */
export async function readNodeFile(path: string, node: TestNode): Promise<TestNode> {
  const xml = await readText(path, limits.maxLength);
  const root = named(path, () => parseNode(xml));
  const entries = await Promise.all(elementsOf(root).map((element) => resolveEntry(element, xml, path)));
  fill(node, root, entries);
  return node;
}

/** Fills `node` from a text; entries in other files are refused. `name` stands for the text in messages. */
export function parseNodeXml(xml: string, node: TestNode, name: string): TestNode {
  const root = named(name, () => parseNode(xml));
  fill(
    node,
    root,
    elementsOf(root).map((element) => entryOf(element, xml, name)),
  );
  return node;
}

function parseNode(xml: string): XmlElement {
  const { root } = parseXml(xml, limits);
  if (root.name === 'node') return root;
  throw xmlError(`expecting root element of 'node', not '${root.name}'`, {
    source: xml,
    offset: root.start,
    element: root.name,
  });
}

function entryOf(element: XmlElement, source: string, file: string): Entry {
  return { xml: source.slice(element.start, element.end), element, source, offset: element.start, file };
}

/** An entry with `file=` is read from there, relative to the node file. */
async function resolveEntry(element: XmlElement, source: string, path: string): Promise<Entry> {
  const relative = attributeOf(element, 'file');
  if (relative === undefined) return entryOf(element, source, path);
  const file = isAbsolute(relative) ? relative : join(dirname(path), relative);
  const xml = await readText(file, maxObjectBytes);
  const { root } = named(file, () => parseXml(xml));
  if (root.name !== element.name) {
    throw testError('VIR_ERR_XML_ERROR', `${file}: expecting root element of '${element.name}', not '${root.name}'`);
  }
  return entryOf(root, xml, file);
}

async function readText(path: string, limit: number): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > limit) throw testError('VIR_ERR_SYSTEM_ERROR', `the file has ${size} bytes, at most ${limit} are read`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw testError('VIR_ERR_SYSTEM_ERROR', `cannot read the node file '${path}': ${(error as Error).message}`, error);
  }
}

function fill(node: TestNode, root: XmlElement, entries: Entry[]): void {
  readNodeInfo(node, root);
  for (const entry of entries) {
    const read = readers[entry.element.name];
    if (read) named(entry.file, () => placed(entry, () => read(node, entry)));
  }
}

const readers: Record<string, (node: TestNode, entry: Entry) => void> = {
  domain: readDomain,
};

function readDomain(node: TestNode, { xml, element }: Entry): void {
  const state = runState(element);
  const { domain } = node.claimDefinition(DomainConfig.parse(xml, { validates: false }).withInterfaceNames());
  domain.isPersistent = !testElement(element, 'transient');
  if (testElement(element, 'hasmanagedsave')) domain.managedSave = domain.config;
  if (state === VIR_DOMAIN_SHUTOFF) return;
  startDomain(node, domain, VIR_DOMAIN_RUNNING_BOOTED);
  domain.setState({ state, reason: 0 });
  domain.resetRunTime(domain.load.uptimeSeconds);
}

function testElement(domain: XmlElement, name: string): XmlElement | undefined {
  return elementsOf(domain, `test:${name}`)[0];
}

/** The state a guest of a node file is found in: running, or what `<test:runstate>` says, by number. */
function runState(domain: XmlElement): number {
  const element = testElement(domain, 'runstate');
  const text = element ? textOf(element).trim() : String(VIR_DOMAIN_RUNNING);
  const state = Number(text);
  if (!/^\d+$/.test(text)) throw testError('VIR_ERR_XML_ERROR', `invalid runstate '${text}'`);
  if (state >= stateNames.length) throw testError('VIR_ERR_XML_ERROR', `runstate '${state}' out of range'`);
  if (state === VIR_DOMAIN_SHUTOFF && testElement(domain, 'transient')) {
    throw testError('VIR_ERR_XML_ERROR', "transient domain cannot have runstate 'shutoff'");
  }
  if (state !== VIR_DOMAIN_SHUTOFF && testElement(domain, 'hasmanagedsave')) {
    throw testError('VIR_ERR_XML_ERROR', "domain with managedsave data can only have runstate 'shutoff'");
  }
  return state;
}

function readNodeInfo(node: TestNode, root: XmlElement): void {
  const cpu = elementsOf(root, 'cpu')[0];
  const number = (parent: XmlElement | undefined, name: string, otherwise: number): number => {
    const element = parent && elementsOf(parent, name)[0];
    if (!element) return otherwise;
    const text = textOf(element).trim();
    if (/^\d{1,15}$/.test(text)) return Number(text);
    throw testError('VIR_ERR_XML_ERROR', `invalid node ${parent === root ? '' : 'cpu '}${name} value`);
  };
  const { info } = node;
  for (const name of ['nodes', 'sockets', 'cores', 'threads', 'mhz'] as const)
    info[name] = number(cpu, name, info[name]);
  const all = info.nodes * info.sockets * info.cores * info.threads;
  info.cpus = Math.min(all, number(cpu, 'active', all));
  info.memory = BigInt(number(root, 'memory', Number(info.memory)));
  const model = cpu && elementsOf(cpu, 'model')[0];
  if (model) info.model = modelName(textOf(model).trim());
  for (const auth of elementsOf(root, 'auth')) {
    for (const user of elementsOf(auth, 'user')) {
      const name = textOf(user).trim();
      if (name === '') throw testError('VIR_ERR_XML_ERROR', 'missing username in /node/auth/user field');
      node.users.push({ name, password: attributeOf(user, 'password') ?? null });
    }
  }
}

function modelName(model: string): string {
  if (Buffer.byteLength(model) < 32) return model;
  throw testError('VIR_ERR_INTERNAL_ERROR', `Model ${model} too big for destination`);
}

/** Runs `read` and puts the file's name before what it says. */
function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof VirError)) throw error;
    throw withMessage(error, `${file}: ${error.message}`);
  }
}

/** Runs `read` on an entry's text and tells places in it as places of the whole file. */
function placed(entry: Entry, read: () => void): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof VirError)) throw error;
    const start = positionAt(entry.source, entry.offset);
    const inner = positionOfError(error);
    const line = start.line + (inner?.line ?? 1) - 1;
    const column = inner === undefined || inner.line === 1 ? start.column + (inner?.column ?? 1) - 1 : inner.column;
    const text = inner === undefined ? error.message : error.message.replace(/ \(line \d+, column \d+\)$/, '');
    throw withMessage(error, `${text} (line ${line}, column ${column})`, line, column);
  }
}

function withMessage(error: VirError, message: string, int1 = error.int1, int2 = error.int2): VirError {
  const { code, domain, level, str1, str2, str3, cause } = error;
  return new VirError({ code, domain, level, message, str1, str2, str3, int1, int2, cause });
}
