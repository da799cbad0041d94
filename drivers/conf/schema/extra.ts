/** What a definition holds that the schema does not know: kept with its place, so that no edit loses it. */
import type { XmlElement, XmlNode } from '../xml/tree.ts';
import { serializeNode } from '../xml/serialize.ts';
import type { XmlWriter } from '../xml/writer.ts';

/** An unknown child (element or stray text), and the known sibling it stood behind. */
export interface ExtraChild {
  /** Element name of the nearest known sibling before it; null at the very beginning. */
  after: string | null;
  /** Which of the siblings of that name, from 1. */
  nth: number;
  xml: string;
  /** A second element of a name that is taken once: written only behind the first. */
  repeats?: true;
}

/** Unknown content of one element. */
export interface Extra {
  attributes?: [name: string, value: string][];
  children?: ExtraChild[];
  /** Unknown content of children that have no object of their own, by element name. */
  within?: Record<string, Extra>;
}

/** Every object of a definition may carry unknown content. */
export interface WithExtra {
  extra?: Extra | undefined;
}

export function keepAttribute(owner: WithExtra, name: string, value: string): void {
  ((owner.extra ??= {}).attributes ??= []).push([name, value]);
}

/** Takes in unknown children; told of each known one so that it can say where an unknown one stood. */
export class ExtraChildren {
  private after: string | null = null;
  private readonly counts = new Map<string, number>();
  private readonly owner: WithExtra;

  constructor(owner: WithExtra) {
    this.owner = owner;
  }

  known(name: string): void {
    this.after = name;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  keep(node: XmlNode): void {
    const nth = this.after === null ? 0 : (this.counts.get(this.after) ?? 1);
    this.keepAt(node, this.after, nth);
  }

  /** A second element of a name that is taken once: behind the first, wherever it stood. */
  keepRepeated(element: XmlElement): void {
    this.keepAt(element, element.name, 1, true);
  }

  private keepAt(node: XmlNode, after: string | null, nth: number, repeats = false): void {
    // Stray text is laid out anew, so that it does not grow with every reading.
    const xml = node.type === 'text' ? serializeNode(node).trim() : serializeNode(node);
    ((this.owner.extra ??= {}).children ??= []).push({
      after,
      nth,
      xml,
      ...(repeats ? { repeats: true as const } : {}),
    });
  }
}

/** Keeps what an element, read as one scalar, holds beyond that scalar. */
export function keepWithin(
  owner: WithExtra,
  element: XmlElement,
  isTextKnown: boolean,
  knownAttributes: readonly string[] = [],
): void {
  const inner: WithExtra = {};
  for (const { name, value } of element.attributes)
    if (!knownAttributes.includes(name)) keepAttribute(inner, name, value);
  let children: ExtraChildren | undefined;
  for (const child of element.children) {
    if (child.type === 'element' || (!isTextKnown && isText(child)))
      (children ??= new ExtraChildren(inner)).keep(child);
  }
  if (inner.extra !== undefined) ((owner.extra ??= {}).within ??= {})[element.name] ??= inner.extra;
}

export function isText(node: XmlNode): boolean {
  return (node.type === 'text' || node.type === 'cdata') && /\S/.test(node.value);
}

export function writeExtraAttributes(out: XmlWriter, extra: Extra): void {
  for (const [name, value] of extra.attributes ?? []) out.attribute(name, value);
}

/** Writes unknown children behind the siblings they stood behind while `writeKnown` writes the known ones. */
export function writeAmongExtras(out: XmlWriter, children: readonly ExtraChild[], writeKnown: () => void): void {
  const waiting = Map.groupBy(children, ({ after, nth }) => `${nth} ${after ?? ''}`);
  const counts = new Map<string, number>();
  const release = (key: string): void => {
    for (const { xml } of waiting.get(key) ?? []) out.verbatim(xml);
    waiting.delete(key);
  };
  release('0 ');
  out.watchChildren((name) => {
    const nth = (counts.get(name) ?? 0) + 1;
    counts.set(name, nth);
    release(`${nth} ${name}`);
  }, writeKnown);
  // Neighbours that are gone: at the end. A repetition of what is not written would take its place.
  for (const { xml, repeats } of [...waiting.values()].flat()) if (repeats !== true) out.verbatim(xml);
}
