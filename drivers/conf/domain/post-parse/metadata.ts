/** Application data: each application has one element, known by its namespace; libvirt keeps the first of each and nothing without a namespace. */
import { dumpFormatted } from '../../xml/dump.ts';
import { parseXml } from '../../xml/parse.ts';
import { attributeOf, type XmlElement } from '../../xml/tree.ts';
import type { DomainDef } from '../schema.ts';

function namespaceOf(element: XmlElement, outer: readonly XmlElement[]): string | undefined {
  const colon = element.name.indexOf(':');
  const declaration = colon === -1 ? 'xmlns' : `xmlns:${element.name.slice(0, colon)}`;
  for (const place of [element, ...outer]) {
    const uri = attributeOf(place, declaration);
    if (uri !== undefined) return uri;
  }
  return undefined;
}

/** Drops what libvirt drops. `root` is the element the definition was read from. */
export function sanitizeMetadata(def: DomainDef, root: XmlElement | undefined): void {
  if (def.metadata === undefined) return;
  const metadata = parseXml(def.metadata).root;
  const outer = root === undefined ? [metadata] : [metadata, root];
  const seen = new Set<string>();
  const kept = metadata.children.filter((child) => {
    if (child.type !== 'element') return true;
    const uri = namespaceOf(child, outer);
    if (uri === undefined || seen.has(uri)) return false;
    seen.add(uri);
    return true;
  });
  if (kept.length !== metadata.children.length) def.metadata = dumpFormatted({ ...metadata, children: kept }, 1);
}
