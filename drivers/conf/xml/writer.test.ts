import { describe, expect, it } from 'vitest';
import { attributeOf, textOf } from './tree.ts';
import { parseXml } from './parse.ts';
import { XmlWriter } from './writer.ts';

describe('XmlWriter', () => {
  it("writes libvirt's style", () => {
    const out = new XmlWriter();
    out.open('domain');
    out.attribute('type', 'test');
    out.open('name');
    out.closeWithText('name', `a<b>&'"`);
    out.open('os');
    out.open('acpi');
    out.close('acpi');
    out.close('os');
    out.verbatim('<x:y/>');
    out.close('domain');
    expect(out.toString()).toBe(
      "<domain type='test'>\n  <name>a&lt;b&gt;&amp;&apos;&quot;</name>\n  <os>\n    <acpi/>\n  </os>\n  <x:y/>\n</domain>\n",
    );
  });

  it('keeps line breaks and tabs of attributes and text through a reading', () => {
    const out = new XmlWriter();
    out.open('a');
    out.attribute('b', 'x\n\ty\r');
    out.closeWithText('a', 'x\n\ty\r');
    const { root } = parseXml(out.toString());
    expect(attributeOf(root, 'b')).toBe('x\n\ty\r');
    expect(textOf(root)).toBe('x\n\ty\r');
  });

  it('drops what XML cannot carry', () => {
    const out = new XmlWriter();
    out.open('a');
    out.closeWithText('a', 'x\u0000\u0008\ud800y');
    expect(textOf(parseXml(out.toString()).root)).toBe('xy');
  });

  it('leaves an element out that got nothing', () => {
    const out = new XmlWriter();
    out.open('a');
    out.elementUnlessEmpty('b', () => out.elementUnlessEmpty('c', () => undefined));
    out.elementUnlessEmpty('d', () => out.attribute('e', ''));
    out.close('a');
    expect(out.toString()).toBe("<a>\n  <d e=''/>\n</a>\n");
  });
});
