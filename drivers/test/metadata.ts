/** Title, description and the elements of applications inside a definition; the same for guests and networks. */
import { attributeOf, elementsOf, type XmlElement } from '../conf/xml/tree.ts';
import { parseXml } from '../conf/xml/parse.ts';
import { serializeNode } from '../conf/xml/serialize.ts';
import {
  VIR_DOMAIN_METADATA_DESCRIPTION,
  VIR_DOMAIN_METADATA_ELEMENT,
  VIR_DOMAIN_METADATA_TITLE,
} from '../enums.gen.ts';
import { testError } from './errors.ts';

/** What of a definition this file reads and changes; `metadata` is the element's XML. */
export interface Described {
  title?: string | undefined;
  description?: string | undefined;
  metadata?: string | undefined;
}

/** The text of that type, or the element of namespace `uri` without its namespace. Throws NO_DOMAIN_METADATA. */
export function getMetadata(
  def: Described,
  type: number,
  uri: string | null,
  number: 'VIR_ERR_NO_DOMAIN_METADATA' | 'VIR_ERR_NO_NETWORK_METADATA',
): string {
  const found = read(def, type, uri);
  if (found !== undefined && found !== null) return found;
  throw testError(number, 'Requested metadata element is not present');
}

function read(def: Described, type: number, uri: string | null): string | null | undefined {
  switch (type) {
    case VIR_DOMAIN_METADATA_DESCRIPTION:
      return def.description;
    case VIR_DOMAIN_METADATA_TITLE:
      return def.title;
    case VIR_DOMAIN_METADATA_ELEMENT:
      return readElement(def.metadata, uri);
    default:
      throw unknownType(type);
  }
}

function readElement(metadata: string | undefined, uri: string | null): string | null {
  if (metadata === undefined) return null;
  const found = elementsOf(parseXml(metadata).root).find((element) => namespaceOf(element) === uri);
  if (!found) return null;
  const prefix = prefixOf(found);
  forEachElement(found, (element) => {
    if (prefixOf(element) === prefix) element.name = element.name.slice(prefix === '' ? 0 : prefix.length + 1);
  });
  const declaration = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
  found.attributes = found.attributes.filter(({ name }) => name !== declaration);
  return serializeNode(found);
}

/** Sets a text, or the element of namespace `uri` under the prefix `key`; null takes it away. Changes `def`. */
export function setMetadata(
  def: Described,
  type: number,
  text: string | null,
  key: string | null,
  uri: string | null,
): void {
  switch (type) {
    case VIR_DOMAIN_METADATA_DESCRIPTION:
      def.description = text ?? undefined;
      return;
    case VIR_DOMAIN_METADATA_TITLE:
      if (text?.includes('\n')) throw testError('VIR_ERR_INVALID_ARG', "metadata title can't contain newlines");
      def.title = text ?? undefined;
      return;
    case VIR_DOMAIN_METADATA_ELEMENT:
      def.metadata = writeElement(def.metadata, text, key, uri);
      return;
    default:
      throw unknownType(type);
  }
}

function writeElement(
  metadata: string | undefined,
  text: string | null,
  key: string | null,
  uri: string | null,
): string | undefined {
  if (uri === null || uri === '')
    throw testError('VIR_ERR_INVALID_ARG', 'the namespace of the metadata element is missing');
  const { root } = parseXml(metadata ?? '<metadata/>');
  root.children = elementsOf(root).filter((element) => namespaceOf(element) !== uri);
  if (text !== null) root.children.push(namespaced(text, key ?? '', uri));
  return root.children.length === 0 ? undefined : serializeNode(root);
}

/** The element of a text, it and all below without a prefix put into the namespace. */
function namespaced(text: string, key: string, uri: string): XmlElement {
  if (!/^[A-Za-z_][\w.-]*$/.test(key))
    throw testError('VIR_ERR_INVALID_ARG', `'${key}' is no prefix for a metadata element`);
  const { root } = parseXml(text);
  forEachElement(root, (element) => {
    if (prefixOf(element) === '') element.name = `${key}:${element.name}`;
  });
  root.attributes.unshift({ name: `xmlns:${key}`, value: uri, start: 0, end: 0, valueStart: 0, valueEnd: 0 });
  return root;
}

function forEachElement(root: XmlElement, visit: (element: XmlElement) => void): void {
  const open = [root];
  for (let element = open.pop(); element; element = open.pop()) {
    visit(element);
    open.push(...elementsOf(element));
  }
}

function prefixOf(element: XmlElement): string {
  const colon = element.name.indexOf(':');
  return colon < 0 ? '' : element.name.slice(0, colon);
}

function namespaceOf(element: XmlElement): string | null {
  const prefix = prefixOf(element);
  return attributeOf(element, prefix === '' ? 'xmlns' : `xmlns:${prefix}`) ?? null;
}

function unknownType(type: number): Error {
  return testError('VIR_ERR_INVALID_ARG', `unknown metadata type '${type}'`);
}
