/**
 * Nothing is lost: every XML text of the data survives the tree byte for byte, and every definition survives
 * parse -> format -> parse with each of its elements, attributes and texts.
 */
import { describe, expect, it } from 'vitest';
import { parseXml } from '../../drivers/conf/xml/parse.ts';
import { serializeNode } from '../../drivers/conf/xml/serialize.ts';
import type { XmlElement, XmlNode } from '../../drivers/conf/xml/tree.ts';
import { corpusFiles, corpusText, reportShare, skipReason } from './corpus.ts';
import { kindOfText } from './kinds.ts';

/** How often each element and attribute occurs, by path. Values may be normalised (units, case), presence may not change. */
function inventory(root: XmlElement): Map<string, number> {
  const found = new Map<string, number>();
  const add = (key: string): void => void found.set(key, (found.get(key) ?? 0) + 1);
  const walk = (element: XmlElement, path: string): void => {
    add(path);
    for (const { name } of element.attributes) add(`${path}/@${name}`);
    for (const child of element.children) if (child.type === 'element') walk(child, `${path}/${child.name}`);
  };
  walk(root, root.name);
  return found;
}

function missing(before: XmlElement, after: XmlElement): string[] {
  const kept = inventory(after);
  return [...inventory(before)]
    .filter(([path, count]) => (kept.get(path) ?? 0) < count)
    .map(([path, count]) => `${path} (${kept.get(path) ?? 0} of ${count})`);
}

const plain = (node: XmlNode): unknown =>
  node.type === 'element'
    ? [node.name, node.attributes.map(({ name, value }) => [name, value]), node.children.map(plain)]
    : [node.type, node.value];

/** Every character belongs to exactly one piece of the tree. */
function isTiled(nodes: readonly XmlNode[], from: number, to: number): boolean {
  let at = from;
  for (const node of nodes) {
    if (node.start !== at) return false;
    if (node.type === 'element' && node.openEnd < node.end && !isTiled(node.children, node.openEnd, node.closeStart))
      return false;
    at = node.end;
  }
  return at === to;
}

describe.skipIf(skipReason !== undefined)('lossless', () => {
  const files = corpusFiles();

  it('keeps every text in the tree', () => {
    const lost = files.filter((file) => {
      const source = corpusText(file) ?? '';
      const document = parseXml(source);
      const again = parseXml(serializeNode(document.root));
      return (
        !isTiled([...document.prolog, document.root, ...document.epilog], 0, source.length) ||
        JSON.stringify(plain(again.root)) !== JSON.stringify(plain(document.root))
      );
    });
    reportShare('lossless trees', files.length - lost.length, files.length);
    expect(lost).toEqual([]);
  });

  it('keeps every element and attribute in the definitions', () => {
    const lost: Record<string, string[]> = {};
    let total = 0;
    for (const file of files) {
      const source = corpusText(file) ?? '';
      const found = kindOfText(source);
      if (found === undefined) continue;
      total++;
      try {
        const text = found.kind.format(found.kind.parse(source, { skipPostParse: true }), {
          complete: true,
          secure: true,
        });
        const gone = missing(parseXml(source).root, parseXml(text).root);
        if (gone.length > 0) lost[file] = gone;
        else if (
          found.kind.format(found.kind.parse(text, { skipPostParse: true }), { complete: true, secure: true }) !== text
        )
          lost[file] = ['is not stable'];
      } catch (error) {
        if (!isRefusedByName(file)) lost[file] = [String(error)];
      }
    }
    reportShare('lossless definitions', total - Object.keys(lost).length, total);
    expect(lost).toEqual({});
  });

  it('keeps what a newer host writes when asked to be lenient', () => {
    const lost: Record<string, string[]> = {};
    let total = 0;
    for (const file of files) {
      const found = kindOfText(corpusText(file) ?? '');
      if (found === undefined || isRefusedByName(file)) continue;
      total++;
      const source = asOfNewerHost(corpusText(file) ?? '');
      try {
        const text = found.kind.format(found.kind.parse(source, { lenient: true }), { complete: true, secure: true });
        const gone = missing(parseXml(source).root, parseXml(text).root);
        if (gone.length > 0) lost[file] = gone;
      } catch (error) {
        lost[file] = [String(error)];
      }
    }
    reportShare('definitions of newer hosts', total - Object.keys(lost).length, total);
    expect(lost).toEqual({});
  });
});

/** The text with every fifth attribute below the root set to what no declaration knows. */
function asOfNewerHost(source: string): string {
  let text = source;
  let count = 0;
  const walk = (element: XmlElement): void => {
    // From the end, so that the offsets before stay right.
    for (const child of element.children.toReversed()) if (child.type === 'element') walk(child);
    if (element === root) return;
    for (const { valueStart, valueEnd } of element.attributes.toReversed())
      if (count++ % 5 === 0) text = `${text.slice(0, valueStart)}of-a-newer-host${text.slice(valueEnd)}`;
  };
  const { root } = parseXml(source);
  walk(root);
  return text;
}

/** Cases that libvirt itself refuses for a single value. */
function isRefusedByName(file: string): boolean {
  return file.endsWith('-invalid.xml');
}
