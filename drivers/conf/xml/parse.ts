/**
 * A strict, bounded XML 1.0 parser to a lossless tree. It knows no DTD: a DOCTYPE is refused, so there are no entity
 * bombs and no external entities. One pass, linear in the input; every refusal has line and column.
 */
import { decodeReferences, forbiddenCharacter, isNamePart, isNameStart } from './characters.ts';
import { quoteForMessage, xmlError } from './position.ts';
import type { XmlAttribute, XmlDocument, XmlElement, XmlNode } from './tree.ts';

/** Bounds on what is accepted; lengths in UTF-16 units. A text at all the bounds needs some 150 MB of memory. */
export interface XmlLimits {
  maxLength: number;
  maxDepth: number;
  /** Elements, text pieces, comments and attributes together. */
  maxNodes: number;
  /** Of one element. */
  maxAttributes: number;
}

export const defaultXmlLimits: XmlLimits = {
  maxLength: 16 * 1024 * 1024,
  maxDepth: 256,
  maxNodes: 500_000,
  maxAttributes: 256,
};

/** Parses `source`; throws VIR_ERR_XML_ERROR for what is not well-formed or beyond the limits. */
export function parseXml(source: string, limits: Partial<XmlLimits> = {}): XmlDocument {
  return new Parser(source, { ...defaultXmlLimits, ...limits }).document();
}

const names = new Map<string, string>();

/** One string per distinct name: a slice would keep its whole source text alive. Bounded against hostile names. */
function intern(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const copy = ownString(name);
  if (names.size < 4096 && copy.length <= 64) names.set(copy, copy);
  return copy;
}

/** V8 makes a long slice a view of its parent; definitions outlive their text by far, so values are copied out. */
function ownString(slice: string): string {
  return slice.length < 13 ? slice : Buffer.from(slice, 'utf16le').toString('utf16le');
}

function described(attribute: string, element: XmlElement): string {
  return `attribute '${quoteForMessage(attribute)}' of <${quoteForMessage(element.name)}>`;
}

const tab = 9;
const newline = 10;
const carriageReturn = 13;
const space = 32;

class Parser {
  private pos = 0;
  private nodes = 0;
  private readonly source: string;
  private readonly limits: XmlLimits;
  /** Elements that are open, outermost first. */
  private readonly open: XmlElement[] = [];

  constructor(source: string, limits: XmlLimits) {
    this.source = source;
    this.limits = limits;
  }

  document(): XmlDocument {
    const { source, limits } = this;
    if (source.length > limits.maxLength) {
      throw xmlError(`The XML text has ${source.length} characters; allowed: ${limits.maxLength}`, {
        source: '',
        offset: 0,
      });
    }
    const forbidden = source.search(forbiddenCharacter);
    if (forbidden !== -1) {
      const code = (source.codePointAt(forbidden) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      this.fail(`character U+${code} is not allowed in XML`, forbidden);
    }
    if (source.charCodeAt(0) === 0xfeff) this.pos = 1;
    const prolog = this.outside("Start tag expected, '<' not found");
    if (this.pos >= source.length) this.fail("the text has no root element: Start tag expected, '<' not found");
    const root = this.element();
    const epilog = this.outside('text is not allowed outside the root element');
    if (this.pos < source.length)
      this.fail('Extra content at the end of the document: only one root element is allowed');
    return { source, prolog, root, epilog };
  }

  private fail(reason: string, offset = this.pos): never {
    const element = this.open.at(-1)?.name;
    const where = element === undefined ? '' : ` in <${quoteForMessage(element)}>`;
    throw xmlError(`XML is not well-formed${where}: ${reason}`, {
      source: this.source,
      offset,
      ...(element === undefined ? {} : { element }),
    });
  }

  private count(): void {
    if (++this.nodes > this.limits.maxNodes) this.fail(`more than ${this.limits.maxNodes} nodes`);
  }

  /** White space, comments and instructions before or behind the root element. */
  private outside(textReason: string): XmlNode[] {
    const found: XmlNode[] = [];
    const { source } = this;
    for (;;) {
      const start = this.pos;
      this.skipSpace();
      if (this.pos > start) found.push({ type: 'text', value: source.slice(start, this.pos), start, end: this.pos });
      if (this.pos >= source.length) return found;
      if (source.startsWith('<!--', this.pos)) found.push(this.comment());
      else if (source.startsWith('<?', this.pos)) found.push(this.instruction());
      else if (source.startsWith('<!', this.pos))
        this.fail('a document type declaration (DOCTYPE) is not accepted; remove it');
      else if (source.charCodeAt(this.pos) !== 60) this.fail(textReason);
      else return found;
    }
  }

  /** The root element with all it holds, without recursion. */
  private element(): XmlElement {
    const root = this.startTag();
    if (this.open.length === 0) return root;
    const { source } = this;
    for (;;) {
      const parent = this.open.at(-1);
      if (parent === undefined) return root;
      const lt = source.indexOf('<', this.pos);
      if (lt === -1) this.fail(`Premature end of data: <${quoteForMessage(parent.name)}> is not closed`, source.length);
      if (lt > this.pos) parent.children.push(this.text(lt));
      const next = source.charCodeAt(lt + 1);
      if (next === 47) this.endTag(parent);
      else if (next === 33) parent.children.push(source.startsWith('<!--', lt) ? this.comment() : this.cdata());
      else if (next === 63) parent.children.push(this.instruction());
      else parent.children.push(this.startTag());
    }
  }

  private text(end: number): XmlNode {
    this.count();
    const start = this.pos;
    const raw = this.source.slice(start, end);
    const stray = raw.indexOf(']]>');
    if (stray !== -1) this.fail("']]>' is not allowed in text", start + stray);
    this.pos = end;
    return { type: 'text', value: ownString(this.decode(raw, start)), start, end };
  }

  private decode(raw: string, start: number): string {
    const lines = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
    if (!lines.includes('&')) return lines;
    // Offsets within the normalised text are those of the raw one unless it has CR, where the start must do.
    return decodeReferences(lines, (reason, offset) => this.fail(reason, lines === raw ? start + offset : start));
  }

  private startTag(): XmlElement {
    this.count();
    const { source, open } = this;
    const start = this.pos++;
    const element: XmlElement = {
      type: 'element',
      name: this.name('an element name'),
      attributes: [],
      children: [],
      start,
      openEnd: 0,
      closeStart: 0,
      end: 0,
    };
    if (open.length >= this.limits.maxDepth)
      this.fail(`elements are nested deeper than ${this.limits.maxDepth}`, start);
    for (;;) {
      const spaced = this.skipSpace();
      const code = source.charCodeAt(this.pos);
      if (code === 62) {
        element.openEnd = ++this.pos;
        open.push(element);
        return element;
      }
      if (code === 47) {
        if (source.charCodeAt(this.pos + 1) !== 62) this.fail("'>' expected behind '/'");
        this.pos += 2;
        element.openEnd = element.closeStart = element.end = this.pos;
        return element;
      }
      if (Number.isNaN(code))
        this.fail(`Premature end of data: the start tag of <${quoteForMessage(element.name)}> is not closed`);
      if (!spaced) this.fail(`white space expected before an attribute of <${quoteForMessage(element.name)}>`);
      this.attribute(element);
    }
  }

  private attribute(element: XmlElement): void {
    this.count();
    const { source } = this;
    const start = this.pos;
    const name = this.name('an attribute name');
    this.skipSpace();
    if (source.charCodeAt(this.pos) !== 61) this.fail(`${described(name, element)} has no value: '=' expected`);
    this.pos++;
    this.skipSpace();
    const quote = source[this.pos];
    if (quote !== '"' && quote !== "'") this.fail(`${described(name, element)} must be quoted`);
    const valueStart = this.pos + 1;
    const valueEnd = source.indexOf(quote, valueStart);
    if (valueEnd === -1) this.fail(`${described(name, element)} has no closing quote`, start);
    const raw = source.slice(valueStart, valueEnd);
    const lt = raw.indexOf('<');
    if (lt !== -1) this.fail(`${described(name, element)} contains '<'; write &lt;`, valueStart + lt);
    this.pos = valueEnd + 1;
    this.addAttribute(element, {
      name,
      value: ownString(this.attributeValue(raw, valueStart)),
      start,
      end: this.pos,
      valueStart,
      valueEnd,
    });
  }

  private addAttribute(element: XmlElement, attribute: XmlAttribute): void {
    const { attributes } = element;
    // Bounded by maxAttributes, so comparing pairwise stays linear in the input.
    for (const earlier of attributes)
      if (earlier.name === attribute.name)
        this.fail(`${described(attribute.name, element)} is given twice`, attribute.start);
    if (attributes.length >= this.limits.maxAttributes)
      this.fail(
        `<${quoteForMessage(element.name)}> has more than ${this.limits.maxAttributes} attributes`,
        attribute.start,
      );
    attributes.push(attribute);
  }

  /** White space becomes a space before references are replaced, so `&#10;` keeps a line break (XML 1.0, 3.3.3). */
  private attributeValue(raw: string, start: number): string {
    const flat = /[\t\n\r]/.test(raw) ? raw.replace(/\r\n|[\t\n\r]/g, ' ') : raw;
    if (!flat.includes('&')) return flat;
    return decodeReferences(flat, (reason, offset) =>
      this.fail(reason, flat.length === raw.length ? start + offset : start),
    );
  }

  private endTag(element: XmlElement): void {
    const { source } = this;
    element.closeStart = this.pos;
    this.pos += 2;
    const name = this.name('an element name');
    if (name !== element.name)
      this.fail(
        `Opening and ending tag mismatch: <${quoteForMessage(element.name)}> is closed by </${quoteForMessage(name)}>`,
        element.closeStart,
      );
    this.skipSpace();
    if (source.charCodeAt(this.pos) !== 62) this.fail(`'>' expected in the end tag of <${quoteForMessage(name)}>`);
    element.end = ++this.pos;
    this.open.pop();
  }

  private comment(): XmlNode {
    const { source } = this;
    const start = this.pos;
    const dashes = source.indexOf('--', start + 4);
    if (dashes === -1) this.fail('a comment is not closed', start);
    if (source.charCodeAt(dashes + 2) !== 62) this.fail("'--' is not allowed in a comment", dashes);
    return this.piece('comment', start, 4, dashes, 3);
  }

  private cdata(): XmlNode {
    const start = this.pos;
    if (!this.source.startsWith('<![CDATA[', start)) this.fail("'<!' starts no comment and no CDATA section", start);
    const end = this.source.indexOf(']]>', start + 9);
    if (end === -1) this.fail('a CDATA section is not closed', start);
    return this.piece('cdata', start, 9, end, 3);
  }

  private piece(type: 'comment' | 'cdata', start: number, opening: number, end: number, closing: number): XmlNode {
    this.count();
    this.pos = end + closing;
    return { type, value: this.source.slice(start + opening, end).replace(/\r\n?/g, '\n'), start, end: this.pos };
  }

  private instruction(): XmlNode {
    this.count();
    const { source } = this;
    const start = this.pos;
    this.pos += 2;
    const target = this.name('the name of a processing instruction');
    const valueStart = this.pos;
    const end = source.indexOf('?>', valueStart);
    if (end === -1) this.fail('a processing instruction is not closed', start);
    if (end > valueStart && !this.skipSpace())
      this.fail('white space expected in a processing instruction', valueStart);
    if (target.toLowerCase() === 'xml') this.declaration(target, start, source.slice(valueStart, end));
    const value = source.slice(Math.min(this.pos, end), end);
    this.pos = end + 2;
    return { type: 'instruction', target, value, start, end: this.pos };
  }

  private declaration(target: string, start: number, content: string): void {
    if (target !== 'xml' || start > 1 || this.source.slice(0, start).replace('\ufeff', '') !== '')
      this.fail("an XML declaration is only allowed at the very start, as '<?xml'", start);
    if (
      !/^\s+version\s*=\s*(["'])1\.[0-9]+\1(?:\s+encoding\s*=\s*(["'])[A-Za-z][\w.-]*\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*$/.test(
        content,
      )
    ) {
      this.fail("the XML declaration is malformed; expected like <?xml version='1.0' encoding='UTF-8'?>", start);
    }
  }

  private name(what: string): string {
    const { source } = this;
    const start = this.pos;
    if (start >= source.length || !isNameStart(source.charCodeAt(start))) this.fail(`${what} expected`);
    let end = start + 1;
    while (end < source.length && isNamePart(source.charCodeAt(end))) end++;
    this.pos = end;
    return intern(source.slice(start, end));
  }

  private skipSpace(): boolean {
    const { source } = this;
    const start = this.pos;
    let code = source.charCodeAt(this.pos);
    while (code === space || code === newline || code === tab || code === carriageReturn)
      code = source.charCodeAt(++this.pos);
    return this.pos > start;
  }
}
