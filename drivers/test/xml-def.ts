/**
 * Reads and edits a definition as a tree, by paths of element names. The definitions of objects go through it until
 * the schema of their kind reads them.
 */
import { attributeOf, elementsOf, textOf, type XmlElement } from '../conf/xml/tree.ts';
import { parseXml } from '../conf/xml/parse.ts';
import { XmlWriter } from '../conf/xml/writer.ts';
import { testError } from './errors.ts';

/** The root element of a text. Throws XML_ERROR where it is another element than `kind`. */
export function parseRoot(xml: string, kind: string): XmlElement {
  const { root } = parseXml(xml);
  if (root.name === kind) return root;
  throw testError('VIR_ERR_XML_ERROR', `expecting root element of '${kind}', not '${root.name}'`);
}

/** The first element at `path` (`os/type`) below `from`. */
export function at(from: XmlElement, path: string): XmlElement | undefined {
  let found: XmlElement | undefined = from;
  for (const name of path.split('/')) found = found && elementsOf(found, name)[0];
  return found;
}

/** The text at a path; null where it is absent or empty. */
export function textAt(from: XmlElement, path: string): string | null {
  const found = at(from, path);
  return found ? textOf(found).trim() || null : null;
}

/** An attribute at a path; null where it is absent. */
export function attributeAt(from: XmlElement, path: string, name: string): string | null {
  const found = path === '' ? from : at(from, path);
  return (found && attributeOf(found, name)) ?? null;
}

/** A copy of a tree with the text at `path` set; elements on the way are made. */
export function withText(root: XmlElement, path: string, text: string): XmlElement {
  const copy = structuredClone(root);
  ensure(copy, path).children = [{ type: 'text', value: text, start: 0, end: 0 }];
  return copy;
}

/** A copy of a tree with attributes at `path` set, or taken away where the value is null. */
export function withAttributes(root: XmlElement, path: string, values: Record<string, string | null>): XmlElement {
  const copy = structuredClone(root);
  const target = ensure(copy, path);
  for (const [name, value] of Object.entries(values)) {
    target.attributes = target.attributes.filter((attribute) => attribute.name !== name);
    if (value !== null) target.attributes.push({ name, value, start: 0, end: 0, valueStart: 0, valueEnd: 0 });
  }
  return copy;
}

/** An element made by hand. */
export function makeElement(name: string, children: XmlElement['children'] = []): XmlElement {
  return { type: 'element', name, attributes: [], children, start: 0, openEnd: 0, closeStart: 0, end: 0 };
}

function ensure(root: XmlElement, path: string): XmlElement {
  let target = root;
  for (const name of path === '' ? [] : path.split('/')) {
    let next = elementsOf(target, name)[0];
    if (!next) {
      next = makeElement(name);
      target.children.push(next);
    }
    target = next;
  }
  return target;
}

/** The tree as text in libvirt's style. */
export function formatTree(root: XmlElement): string {
  const out = new XmlWriter();
  write(out, root);
  return out.toString();
}

function write(out: XmlWriter, element: XmlElement): void {
  out.open(element.name);
  for (const { name, value } of element.attributes) out.attribute(name, value);
  const children = elementsOf(element);
  if (children.length === 0) {
    out.closeWithText(element.name, textOf(element).trim());
    return;
  }
  for (const child of children) write(out, child);
  out.close(element.name);
}
