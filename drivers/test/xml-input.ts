/** XML as the test driver gets it: a text of its own, or an element within a node file. */
import type { Kind, ParseOptions } from '../conf/index.ts';
import type { XmlElement } from '../conf/xml/tree.ts';

/** An element and the text it stands in, for the places that refusals name. */
export interface PlacedElement {
  element: XmlElement;
  source: string;
}

export type XmlInput = string | PlacedElement;

/** Reads a definition of `kind` as this driver's. */
export function parseInput<T>(kind: Kind<T>, input: XmlInput, options: ParseOptions = {}): T {
  const all = { driver: 'test', ...options };
  return typeof input === 'string' ? kind.parse(input, all) : kind.parseElement(input.element, input.source, all);
}
