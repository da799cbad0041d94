/** The lossless XML tree: what the parser makes and the schema, the patcher and the writer read. Offsets are UTF-16 units of the source. */

/** One attribute as written. `value` is decoded; `valueStart`..`valueEnd` is the raw text between the quotes. */
export interface XmlAttribute {
  name: string;
  value: string;
  start: number;
  end: number;
  valueStart: number;
  valueEnd: number;
}

/**
 * An element. `start`..`end` covers it whole, `openEnd` is behind the `>` of its start tag and `closeStart` at the `<`
 * of its end tag; for `<a/>` both equal `end`.
 */
export interface XmlElement {
  type: 'element';
  name: string;
  attributes: XmlAttribute[];
  children: XmlNode[];
  start: number;
  openEnd: number;
  closeStart: number;
  end: number;
}

/** Character data (`text`: decoded), a CDATA section, a comment (`value`: between the marks). */
export interface XmlCharacters {
  type: 'text' | 'cdata' | 'comment';
  value: string;
  start: number;
  end: number;
}

/** A processing instruction, the XML declaration included (`target` is `xml`). */
export interface XmlInstruction {
  type: 'instruction';
  target: string;
  value: string;
  start: number;
  end: number;
}

export type XmlNode = XmlElement | XmlCharacters | XmlInstruction;

/** A parsed text. `prolog` and `epilog` hold what stands before and behind the root element. */
export interface XmlDocument {
  source: string;
  prolog: XmlNode[];
  root: XmlElement;
  epilog: XmlNode[];
}

/** The text directly inside an element: character data and CDATA joined, comments left out. */
export function textOf(element: XmlElement): string {
  const { children } = element;
  if (children.length === 0) return '';
  const only = children[0];
  if (children.length === 1 && only !== undefined && only.type === 'text') return only.value;
  let text = '';
  for (const child of children) if (child.type === 'text' || child.type === 'cdata') text += child.value;
  return text;
}

/** The value of an attribute, or undefined. */
export function attributeOf(element: XmlElement, name: string): string | undefined {
  for (const attribute of element.attributes) if (attribute.name === name) return attribute.value;
  return undefined;
}

/** The child elements, without text and comments. */
export function elementsOf(element: XmlElement, name?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const child of element.children) {
    if (child.type === 'element' && (name === undefined || child.name === name)) found.push(child);
  }
  return found;
}
