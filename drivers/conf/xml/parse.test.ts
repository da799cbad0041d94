import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { VirError, VirErrorNumber } from '../../error.ts';
import { parseXml } from './parse.ts';
import { positionOfError } from './position.ts';
import { serializeNode } from './serialize.ts';
import { attributeOf, elementsOf, textOf, type XmlDocument, type XmlNode } from './tree.ts';
import { cpuMs } from '../testing/cpu-time.ts';

function refusal(source: string): VirError {
  try {
    parseXml(source);
  } catch (error) {
    if (error instanceof VirError) return error;
    throw error;
  }
  throw new Error(`accepted: ${source.slice(0, 80)}`);
}

/** Every character of the source belongs to exactly one piece of the tree. */
function expectTiled(document: XmlDocument): void {
  const walk = (nodes: XmlNode[], from: number): number => {
    for (const node of nodes) {
      expect(node.start).toBe(from);
      if (node.type === 'element' && node.openEnd < node.end)
        expect(walk(node.children, node.openEnd)).toBe(node.closeStart);
      from = node.end;
    }
    return from;
  };
  const bom = document.source.startsWith('\ufeff') ? 1 : 0;
  expect(walk([...document.prolog, document.root, ...document.epilog], bom)).toBe(document.source.length);
}

describe('parseXml', () => {
  it('keeps elements, attributes in order, text, comments, CDATA and instructions', () => {
    const source = `<?xml version='1.0'?>\n<!-- c --><a b="1"  c='&lt;&#x41;&amp;'>x<?p q?><![CDATA[<&]]><d/></a>\n`;
    const document = parseXml(source);
    expectTiled(document);
    expect(document.root.attributes.map(({ name, value }) => [name, value])).toEqual([
      ['b', '1'],
      ['c', '<A&'],
    ]);
    expect(document.root.children.map(({ type }) => type)).toEqual(['text', 'instruction', 'cdata', 'element']);
    expect(textOf(document.root)).toBe('x<&');
    expect(document.prolog.map(({ type }) => type)).toEqual(['instruction', 'text', 'comment']);
  });

  it('gives offsets that cut values out of the source', () => {
    const source = `<disk type='file'>\n  <source file="/a b"/>\n</disk>`;
    const [child] = elementsOf(parseXml(source).root, 'source');
    const attribute = child?.attributes[0];
    expect(source.slice(attribute?.valueStart, attribute?.valueEnd)).toBe('/a b');
    expect(source.slice(child?.start, child?.end)).toBe('<source file="/a b"/>');
  });

  it('normalises line ends and white space in attributes as XML asks', () => {
    const { root } = parseXml("<a b='x\r\ny\tz&#10;'>1\r\n2\r3</a>");
    expect(attributeOf(root, 'b')).toBe('x y z\n');
    expect(textOf(root)).toBe('1\n2\n3');
  });

  it.each([
    ['', 1, 1, 'no root element'],
    ['plain', 1, 1, "Start tag expected, '<' not found"],
    ['<a>\n <b></a>', 2, 5, 'Opening and ending tag mismatch: <b> is closed by </a>'],
    ['<a', 1, 3, 'not closed'],
    ['<a><b>', 1, 7, '<b> is not closed'],
    ["<a b='1' b='2'/>", 1, 10, "attribute 'b' of <a> is given twice"],
    ["<a b='1'c='2'/>", 1, 9, 'white space expected'],
    ['<a b=1/>', 1, 6, 'must be quoted'],
    ["<a b='<'/>", 1, 7, "contains '<'"],
    ['<a>&nbsp;</a>', 1, 4, 'reference &nbsp; is not allowed'],
    ['<a>a & b</a>', 1, 6, "'&' starts no reference"],
    ['<a>&#0;</a>', 1, 4, 'not allowed'],
    ['<a>&#xd800;</a>', 1, 4, 'not allowed'],
    ['<a>\u0001</a>', 1, 4, 'U+0001'],
    ['<a>]]></a>', 1, 4, ']]>'],
    ['<a><!-- -- --></a>', 1, 9, "'--'"],
    ['<a/><b/>', 1, 5, 'only one root element'],
    ['<a/>text', 1, 5, 'outside the root element'],
    [' <?xml version="1.0"?><a/>', 1, 2, 'very start'],
    ['<?xml verzion="1.0"?><a/>', 1, 1, 'malformed'],
    ['<1a/>', 1, 2, 'an element name expected'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 1, 1, 'DOCTYPE'],
  ])('refuses %j at line %i, column %i', (source, line, column, message) => {
    const error = refusal(source);
    expect(error.code).toBe(VirErrorNumber.VIR_ERR_XML_ERROR);
    expect(error.message).toContain(message);
    expect(positionOfError(error)).toEqual({ line, column });
  });

  it('refuses an entity bomb, deep nesting and floods at once', () => {
    const bomb = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">${'<!ENTITY l "&lol;&lol;">'.repeat(1000)}]><lolz>&l;</lolz>`;
    expect(refusal(bomb).message).toContain('DOCTYPE');
    expect(refusal('<a>'.repeat(1_000_000)).message).toContain('deeper than 256');
    expect(refusal(`<a>${'<b/>'.repeat(600_000)}</a>`).message).toContain('more than 500000 nodes');
    expect(refusal(`<a ${Array.from({ length: 300 }, (_, index) => `a${index}=''`).join(' ')}/>`).message).toContain(
      '256 attributes',
    );
  });

  it('refuses 100 MB without reading it', () => {
    const huge = `<a>${'x'.repeat(100_000_000)}</a>`;
    const start = cpuMs();
    expect(refusal(huge).message).toContain('allowed: 16777216');
    expect(cpuMs() - start).toBeLessThan(100);
  });

  it.each([
    ['unclosed attributes', "<a b='".repeat(200_000)],
    ['ampersands', `<a>${'&'.repeat(1_000_000)}</a>`],
    ['references', `<a>${'&amp;'.repeat(1_000_000)}</a>`],
    ['open comments', `<a>${'<!-- '.repeat(200_000)}`],
    ['brackets', `<a>${']]'.repeat(1_000_000)}</a>`],
    ['open CDATA', `<a>${'<![CDATA['.repeat(100_000)}`],
    ['long names', `<${'n'.repeat(5_000_000)}/>`],
    ['line breaks before the fault', `${'\n'.repeat(5_000_000)}<a`],
  ])('stays linear on %s', (_name, source) => {
    const start = cpuMs();
    try {
      parseXml(source);
    } catch (error) {
      expect(error).toBeInstanceOf(VirError);
    }
    expect(cpuMs() - start).toBeLessThan(2000);
  });

  it('never fails but with a VirError, whatever the text', () => {
    const soup = fc.array(
      fc.oneof(
        fc.constantFrom(
          '<',
          '>',
          '/',
          '</a>',
          '<a',
          '<a>',
          " b='",
          "'",
          '"',
          '&',
          ';',
          '&#',
          '<!--',
          '-->',
          '<![CDATA[',
          ']]>',
          '<?',
          '?>',
          '=',
          '\n',
        ),
        fc.string({ unit: 'binary' }),
      ),
      { maxLength: 40 },
    );
    fc.assert(
      fc.property(soup, (pieces) => {
        try {
          expectTiled(parseXml(pieces.join('')));
        } catch (error) {
          if (!(error instanceof VirError)) throw error;
          expect(positionOfError(error)).toBeDefined();
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('reads back the tree it wrote', () => {
    const name = fc.constantFrom('a', 'b-c', 'd.e', 'x:y', 'ä');
    const value = fc.string({
      unit: fc.constantFrom('a', '<', '>', '&', '"', "'", '\n', '\t', '\r', ' ', 'é', '😀', ']'),
    });
    const { element } = fc.letrec<{ element: string; node: string }>((tie) => ({
      element: fc.tuple(name, fc.dictionary(name, value, { maxKeys: 3 }), fc.array(tie('node'), { maxLength: 4 })).map(
        ([tag, attributes, children]) =>
          `<${tag}${Object.entries(attributes)
            .map(([key, text]) => ` ${key}="${escaped(text)}"`)
            .join('')}>${children.join('')}</${tag}>`,
      ),
      node: fc.oneof(
        { depthSize: 'small', maxDepth: 4 },
        value.map(escaped),
        fc.constant('<!-- c -->'),
        tie('element'),
      ),
    }));
    fc.assert(
      fc.property(element, (source) => {
        const document = parseXml(source);
        expectTiled(document);
        const again = serializeNode(document.root);
        expect(plain(parseXml(again).root)).toEqual(plain(document.root));
        expect(serializeNode(parseXml(again).root)).toBe(again);
      }),
    );
  });
});

function escaped(text: string): string {
  return text.replace(/[<>&"'\r\n\t\]]/g, (character) => `&#${character.codePointAt(0)};`);
}

/** A tree without its offsets. */
function plain(node: XmlNode): unknown {
  if (node.type === 'element')
    return [node.name, node.attributes.map(({ name, value }) => [name, value]), node.children.map(plain)];
  return [node.type, node.value];
}
