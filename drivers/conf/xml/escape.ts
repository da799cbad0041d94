/** Text made safe for XML, as libvirt writes it: all five named entities, in text and attributes alike. */

const special = /[<>&'"\r]/;
const specials = /[<>&'"\r]/g;
const attributeSpecial = /[<>&'"\r\n\t]/;
const attributeSpecials = /[<>&'"\r\n\t]/g;
/** What XML 1.0 cannot carry at all, not even as a reference. */
const unwritable =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const references: Readonly<Record<string, string>> = {
  '<': '&lt;',
  '>': '&gt;',
  '&': '&amp;',
  "'": '&apos;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
};

/** Escapes element text. Characters that XML cannot carry are dropped, as libvirt drops them. */
export function escapeText(text: string): string {
  const clean = text.replace(unwritable, '');
  return special.test(clean) ? clean.replace(specials, (character) => references[character] ?? '') : clean;
}

/** Escapes an attribute value; line breaks and tabs become references, since a parser would turn them into spaces. */
export function escapeAttribute(text: string): string {
  const clean = text.replace(unwritable, '');
  return attributeSpecial.test(clean)
    ? clean.replace(attributeSpecials, (character) => references[character] ?? '')
    : clean;
}
