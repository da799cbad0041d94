/** Writes a tree back as text. White space, comments and CDATA stay as parsed; only quoting and references are made uniform. */
import type { XmlElement, XmlNode } from './tree.ts';

/**
 * A node as libxml2 dumps one: double quotes, `<a/>` for an empty element. That is how libvirt shows metadata, and how
 * unknown content is kept inside a definition.
 */
export function serializeNode(node: XmlNode): string {
  const out: string[] = [];
  // A stack of work, not recursion: trees made by hand have no depth limit.
  const work: (XmlNode | string)[] = [node];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if (typeof item === 'string') out.push(item);
    else if (item.type === 'element') pushElement(item, out, work);
    else out.push(characters(item));
  }
  return out.join('');
}

function pushElement(element: XmlElement, out: string[], work: (XmlNode | string)[]): void {
  out.push('<', element.name);
  for (const { name, value } of element.attributes) out.push(' ', name, '="', dumpAttribute(value), '"');
  if (element.children.length === 0) {
    out.push('/>');
    return;
  }
  out.push('>');
  work.push(`</${element.name}>`);
  for (let index = element.children.length - 1; index >= 0; index--) {
    const child = element.children[index];
    if (child !== undefined) work.push(child);
  }
}

function characters(node: Exclude<XmlNode, XmlElement>): string {
  switch (node.type) {
    case 'text':
      return dumpText(node.value);
    case 'cdata':
      return `<![CDATA[${node.value}]]>`;
    case 'comment':
      return `<!--${node.value}-->`;
    case 'instruction':
      return node.value === '' ? `<?${node.target}?>` : `<?${node.target} ${node.value}?>`;
  }
}

function dumpText(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\r/g, '&#13;');
}

function dumpAttribute(text: string): string {
  return dumpText(text).replace(/"/g, '&quot;').replace(/\n/g, '&#10;').replace(/\t/g, '&#9;');
}
