/** For tests: arbitrary values of the protocol's types, made from the table. Not part of what is shipped. */
import * as fc from 'fast-check';
import type { Fields, XdrType } from '../protocol/dsl.ts';

const shortList = 3;

const text = fc.string({ unit: 'binary', maxLength: 12 });
/** C strings hold no NUL. */
const cText = fc.string({ unit: 'grapheme-ascii', maxLength: 7 });
const word = fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff });
const unsignedWord = fc.integer({ min: 0, max: 0xffff_ffff });
const hyper = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const unsignedHyper = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const double = fc.double({ noNaN: true });

const typedParam = fc.oneof(
  ...(
    [
      ['int', word],
      ['uint', unsignedWord],
      ['llong', hyper],
      ['ullong', unsignedHyper],
      ['double', double],
      ['boolean', fc.boolean()],
      ['string', text],
    ] as const
  ).map(([type, value]) => fc.record({ field: text, type: fc.constant(type), value: value as fc.Arbitrary<unknown> })),
);

function valueOf(type: XdrType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case 'int':
    case 'char':
      return word;
    case 'uint':
    case 'uchar':
    case 'ushort':
      return unsignedWord;
    case 'hyper':
      return hyper;
    case 'uhyper':
      return unsignedHyper;
    case 'double':
      return double;
    case 'uuid':
      return fc.uuid();
    case 'typedParam':
      return typedParam;
    case 'string':
      return text;
    case 'text':
      return cText;
    case 'opaque':
    case 'chars':
      return fc.uint8Array({ maxLength: 9 });
    case 'array':
      return fc.array(valueOf(type.of), { maxLength: shortList });
    case 'optional':
      return fc.option(valueOf(type.of), { nil: null });
    case 'struct':
      return record(type.fields);
  }
}

/** Arbitrary values of a struct. */
export function record(fields: Fields): fc.Arbitrary<unknown> {
  const entries = Object.entries(fields).map(([name, type]) => [camel(name), valueOf(type)]);
  return fc.record(Object.fromEntries(entries) as Record<string, fc.Arbitrary<unknown>>, { noNullPrototype: true });
}

const camel = (name: string): string => name.replace(/_+([A-Za-z0-9])/g, (_, letter: string) => letter.toUpperCase());
