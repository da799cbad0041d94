/** Node files: a whole test host in libvirt's `<node>` format, its objects inline or in files of their own. */
import { readFile, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { VirError } from '../error.ts';
import { parseXml } from '../conf/xml/parse.ts';
import { xmlError } from '../conf/xml/position.ts';
import { attributeOf, elementsOf, type XmlElement } from '../conf/xml/tree.ts';
import { testError } from './errors.ts';
import { readNodeInfo } from './node-info.ts';
import { entryReaders } from './node-entries.ts';
import type { TestNode } from './node.ts';
import type { PlacedElement } from './xml-input.ts';

/** A node file may hold 10,000 guests. */
const limits = { maxLength: 128 * 1024 * 1024, maxNodes: 8_000_000 };
const maxObjectBytes = 16 * 1024 * 1024;
/** Elements inside an object that may stand in files of their own too. */
const nestedNames = ['volume', 'test:domainsnapshot'];

/** One object of a node file, with those that stand inside it. */
export interface Entry extends PlacedElement {
  file: string;
  nested: Entry[];
}

/** Fills `node` from a file. Throws SYSTEM_ERROR where it cannot be read, XML_ERROR with line and column otherwise. */
export async function readNodeFile(path: string, node: TestNode): Promise<TestNode> {
  const source = await readText(path, limits.maxLength);
  const root = named(path, () => parseNode(source));
  const entries = await resolveAll(elementsOf(root), source, path);
  fill(node, { element: root, source, file: path, nested: entries });
  return node;
}

/** Fills `node` from a text that refers to no file. `name` stands for the text in messages. */
export function parseNodeXml(source: string, node: TestNode, name: string): TestNode {
  const root = named(name, () => parseNode(source));
  const nested = elementsOf(root).map((element) => ({ element, source, file: name, nested: [] }));
  fill(node, { element: root, source, file: name, nested });
  return node;
}

function parseNode(source: string): XmlElement {
  const { root } = parseXml(source, limits);
  if (root.name === 'node') return root;
  throw xmlError(`expecting root element of 'node', not '${root.name}'`, {
    source,
    offset: root.start,
    element: root.name,
  });
}

function resolveAll(elements: readonly XmlElement[], source: string, path: string): Promise<Entry[]> {
  return Promise.all(elements.map((element) => resolveEntry(element, source, path)));
}

/** An entry with `file=` is read from there, relative to the file that names it. */
async function resolveEntry(element: XmlElement, source: string, path: string): Promise<Entry> {
  const inner = nestedNames.flatMap((name) => elementsOf(element, name));
  const relative = attributeOf(element, 'file');
  if (relative === undefined || element.name === 'node') {
    return { element, source, file: path, nested: inner.length === 0 ? [] : await resolveAll(inner, source, path) };
  }
  const file = isAbsolute(relative) ? relative : join(dirname(path), relative);
  const text = await readText(file, maxObjectBytes);
  const { root } = named(file, () => parseXml(text));
  if (root.name !== element.name && `test:${root.name}` !== element.name) {
    throw testError('VIR_ERR_XML_ERROR', `${file}: expecting root element of '${element.name}', not '${root.name}'`);
  }
  const nested = await resolveAll(
    nestedNames.flatMap((name) => elementsOf(root, name)),
    text,
    file,
  );
  return { element: root, source: text, file, nested };
}

async function readText(path: string, limit: number): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > limit) throw new Error(`it has ${size} bytes, at most ${limit} are read`);
    return await readFile(path, 'utf8');
  } catch (error) {
    throw testError('VIR_ERR_SYSTEM_ERROR', `cannot read the node file '${path}': ${(error as Error).message}`, error);
  }
}

function fill(node: TestNode, root: Entry): void {
  named(root.file, () => readNodeInfo(node, root));
  // A guest's interfaces and disks may name networks and volumes that stand further down.
  for (const entry of root.nested) named(entry.file, () => entryReaders[entry.element.name]?.(node, entry));
}

/** Runs `read` and puts the file's name before what it says. */
function named<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof VirError)) throw error;
    const { code, domain, level, str1, str2, str3, int1, int2 } = error;
    throw new VirError({
      code,
      domain,
      level,
      message: `${file}: ${error.message}`,
      str1,
      str2,
      str3,
      int1,
      int2,
      cause: error,
    });
  }
}
