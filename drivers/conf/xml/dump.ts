/** A tree as libxml2 dumps one with formatting: blank text between elements gives way to line breaks and indentation. */
import { serializeNode } from './serialize.ts';
import type { XmlElement, XmlNode } from './tree.ts';

const isBlank = (node: XmlNode): boolean => node.type === 'text' && !/\S/.test(node.value);

/**
 * The element as text, its own first line not indented, the lines below indented by `level` and more. An element with
 * text beside its elements is left alone with everything in it.
 */
export function dumpFormatted(element: XmlElement, level: number): string {
  const children = element.children.filter((child) => !isBlank(child));
  const hasText = children.some(({ type }) => type === 'text' || type === 'cdata');
  const isOnlyBlank = children.length === 0 && element.children.length > 0;
  if (hasText || isOnlyBlank || children.length === 0) return serializeNode(element);
  const tag = serializeNode({ ...element, children: [] }).slice(0, -2);
  const indent = '  '.repeat(level + 1);
  const lines = children.map(
    (child) => indent + (child.type === 'element' ? dumpFormatted(child, level + 1) : serializeNode(child)),
  );
  return `${tag}>\n${lines.join('\n')}\n${'  '.repeat(level)}</${element.name}>`;
}
