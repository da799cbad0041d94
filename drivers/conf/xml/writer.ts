/** Builds XML text in libvirt's style: two spaces a level, single quotes, `<a/>` where there is no content. */
import { escapeAttribute, escapeText } from './escape.ts';

export class XmlWriter {
  private out = '';
  private indent: string;
  /** The start tag just written still lacks its `>`. */
  private tagOpen = false;

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
  }

  /** Ends the element just opened with text alone inside: `<name>text</name>`. */
  closeWithText(name: string, text: string): void {
    this.indent = this.indent.slice(2);
    this.out += text === '' ? '/>\n' : `>${escapeText(text)}</${name}>\n`;
    this.tagOpen = false;
  }

  /** Ready-made XML on lines of its own: the first line is indented, the others stand as they are. */
  verbatim(xml: string): void {
    this.endStartTag();
    this.out += `${this.indent}${xml}\n`;
  }

  get level(): number {
    return this.indent.length / 2;
  }

  /** A point to go back to. Cheap: strings are shared. */
  mark(): { out: string; tagOpen: boolean } {
    return { out: this.out, tagOpen: this.tagOpen };
  }

  /** Undoes all that was written since `mark`; to be called at the same depth. */
  reset(mark: { out: string; tagOpen: boolean }): void {
    this.out = mark.out;
    this.tagOpen = mark.tagOpen;
  }

  toString(): string {
    return this.out;
  }

  private endStartTag(): void {
    if (!this.tagOpen) return;
    this.out += '>\n';
    this.tagOpen = false;
  }
}
