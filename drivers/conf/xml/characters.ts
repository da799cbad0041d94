/** Which characters XML 1.0 allows where, and the five entities with the numeric references. */
import { quoteForMessage } from './position.ts';

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', apos: "'", quot: '"' };

/** Anything XML 1.0 forbids in a document: control characters, U+FFFE, U+FFFF, lone surrogates. */
export const forbiddenCharacter =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const nameStartBeyondAscii =
  /[\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\udfff\uf900-\ufdcf\ufdf0-\ufffd]/;
const namePartBeyondAscii = /[\u00b7\u0300-\u036f\u203f\u2040]/;

/** 1: starts a name, 2: may follow in a name, 0: neither. Index is an ASCII code. */
const asciiName = new Uint8Array(128);
for (let code = 0; code < 128; code++) {
  const character = String.fromCharCode(code);
  if (/[A-Za-z_:]/.test(character)) asciiName[code] = 1;
  else if (/[-.0-9]/.test(character)) asciiName[code] = 2;
}

export function isNameStart(code: number): boolean {
  return code < 128 ? asciiName[code] === 1 : nameStartBeyondAscii.test(String.fromCharCode(code));
}

export function isNamePart(code: number): boolean {
  if (code < 128) return asciiName[code] !== 0;
  const character = String.fromCharCode(code);
  return nameStartBeyondAscii.test(character) || namePartBeyondAscii.test(character);
}

/** Replaces references in `raw`; `fail` gets the reason and the offset of the `&` within `raw`, and must throw. */
export function decodeReferences(raw: string, fail: (reason: string, offset: number) => never): string {
  let decoded = '';
  let from = 0;
  for (let at = raw.indexOf('&'); at !== -1; at = raw.indexOf('&', from)) {
    // The longest legal reference is `&#x10ffff;` with leading zeroes to spare; a far semicolon is none.
    const window = raw.slice(at + 1, at + 32);
    const semicolon = window.indexOf(';');
    if (semicolon === -1) fail("'&' starts no reference; write &amp; for an ampersand", at);
    const name = window.slice(0, semicolon);
    const replacement = name.startsWith('#') ? numeric(name) : Object.hasOwn(named, name) ? named[name] : undefined;
    if (replacement === undefined) {
      fail(
        `reference &${quoteForMessage(name)}; is not allowed; allowed: &lt; &gt; &amp; &apos; &quot; and numeric character references`,
        at,
      );
    }
    decoded += raw.slice(from, at) + replacement;
    from = at + semicolon + 2;
  }
  return decoded + raw.slice(from);
}

function numeric(name: string): string | undefined {
  const digits = /^#(?:x([0-9a-fA-F]{1,24})|([0-9]{1,24}))$/.exec(name);
  if (digits === null) return undefined;
  const code = digits[1] === undefined ? Number.parseInt(digits[2] ?? '', 10) : Number.parseInt(digits[1], 16);
  if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return undefined;
  const character = String.fromCodePoint(code);
  return forbiddenCharacter.test(character) ? undefined : character;
}
