/** Builds XML text in libvirt's style: two spaces a level, single quotes, `<a/>` where there is no content. */
import { escapeAttribute, escapeText } from './escape.ts';

export class XmlWriter {
  private out = '';
  private indent: string;
  /** The start tag just written still lacks its `>`. */
  private tagOpen = false;
  /** Told of every child closed at one depth. */
  private watcher: { indent: string; told: (name: string) => void } | undefined;

  constructor(indentLevel = 0) {
    this.indent = '  '.repeat(indentLevel);
  }

  /** Starts an element. Attributes may follow until the first content. */
  open(name: string): void {
    this.endStartTag();
    this.out += `${this.indent}<${name}`;
    this.tagOpen = true;
    this.indent += '  ';
  }

  attribute(name: string, value: string): void {
    this.out += ` ${name}='${escapeAttribute(value)}'`;
  }

  close(name: string): void {
    this.indent = this.indent.slice(2);
    if (this.tagOpen) {
      this.out += '/>\n';
      this.tagOpen = false;
    } else {
      this.out += `${this.indent}</${name}>\n`;
    }
    this.tell(name);
  }

  /** As `close`, but an empty element too gets an end tag, on a line of its own. */
  closeBlock(name: string): void {
    this.endStartTag();
    this.close(name);
  }

  /** Ends the element just opened with text alone inside: `<name>text</name>`. */
  closeWithText(name: string, text: string): void {
    this.indent = this.indent.slice(2);
    this.out += text === '' ? '/>\n' : `>${escapeText(text)}</${name}>\n`;
    this.tagOpen = false;
    this.tell(name);
  }

  /** Ends the element just opened with text and ready-made XML in line. */
  closeWithMixed(name: string, text: string, xml: string): void {
    this.indent = this.indent.slice(2);
    this.out += `${this.tagOpen ? '>' : ''}${escapeText(text)}${xml}</${name}>\n`;
    this.tagOpen = false;
    this.tell(name);
  }

  /** Writes a whole element, unless `write` adds neither attribute nor content: then nothing at all. */
  elementUnlessEmpty(name: string, write: () => void): void {
    const { out, tagOpen } = this;
    this.open(name);
    const empty = this.out;
    write();
    if (this.out !== empty) {
      this.close(name);
      return;
    }
    this.out = out;
    this.tagOpen = tagOpen;
    this.indent = this.indent.slice(2);
  }

  /** Ready-made XML on lines of its own: the first line is indented, the others stand as they are. */
  verbatim(xml: string): void {
    this.endStartTag();
    this.out += `${this.indent}${xml}\n`;
  }

  /** As `verbatim`, for one known element: it counts as a child for `watchChildren`. */
  verbatimElement(name: string, xml: string): void {
    this.verbatim(xml);
    this.tell(name);
  }

  /** Runs `write` and tells `told` the name of every element closed at the present depth. */
  watchChildren(told: (name: string) => void, write: () => void): void {
    const outer = this.watcher;
    this.watcher = { indent: this.indent, told };
    write();
    this.watcher = outer;
  }

  /** Whether the element just opened has no content yet. */
  get isTagOpen(): boolean {
    return this.tagOpen;
  }

  get level(): number {
    return this.indent.length / 2;
  }

  toString(): string {
    return this.out;
  }

  private tell(name: string): void {
    if (this.watcher !== undefined && this.watcher.indent.length === this.indent.length) this.watcher.told(name);
  }

  private endStartTag(): void {
    if (!this.tagOpen) return;
    this.out += '>\n';
    this.tagOpen = false;
  }
}
