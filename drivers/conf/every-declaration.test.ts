/** Every declared element and attribute is written once and read back: a declaration nobody ever exercised fails here. */
import { describe, expect, it } from 'vitest';
import * as conf from './index.ts';
import type { Kind } from './kind.ts';
import type { AttributeModel, ChildModel, ElementModel, ValueModel } from './schema/index.ts';
import { escapeAttribute } from './xml/escape.ts';
import { parseXml } from './xml/parse.ts';
import type { XmlElement } from './xml/tree.ts';

function sampleOf(model: ValueModel): string {
  return model.values?.[0] ?? model.example ?? (model.kind === 'size' ? '1' : 'x');
}

/** The texts that together hold everything an element may hold: one per case of each discriminator. */
function samples(model: ElementModel, above: readonly ElementModel[]): string[] {
  const cases = new Set([...model.attributes, ...model.children].map(({ when }) => when));
  const named = [...cases].filter((when) => when !== undefined);
  return (named.length === 0 ? [undefined] : named).flatMap((when) => samplesOf(model, when, [...above, model]));
}

function samplesOf(model: ElementModel, when: string | undefined, above: readonly ElementModel[]): string[] {
  const isThere = (part: AttributeModel | ChildModel): boolean => part.when === undefined || part.when === when;
  const [on = '', value = ''] = when?.split('=') ?? [];
  const attributes = new Map(
    model.attributes.filter(isThere).map(({ name, value: of }) => [name, name === on ? value : sampleOf(of)]),
  );
  const children = model.children.filter(isThere).flatMap((child) => {
    const element = child.element();
    return above.includes(element) ? [] : [{ many: child.many, texts: samples(element, above) }];
  });
  const tag = [model.name, ...[...attributes].map(([name, text]) => `${name}='${escapeAttribute(text)}'`)].join(' ');
  const count = Math.max(1, ...children.map(({ many, texts }) => (many ? 1 : texts.length)));
  return Array.from({ length: count }, (_, index) => {
    const inner = children.flatMap(({ many, texts }) => (many ? texts : [texts[index] ?? texts[0] ?? '']));
    const text = model.text === undefined || inner.length > 0 ? '' : sampleOf(model.text);
    return `<${tag}>${text}${inner.join('')}</${model.name}>`;
  });
}

function inventory(element: XmlElement, above: string, into: Set<string>): Set<string> {
  const path = `${above}/${element.name}`;
  into.add(path);
  for (const { name } of element.attributes) into.add(`${path}/@${name}`);
  for (const child of element.children) if (child.type === 'element') inventory(child, path, into);
  return into;
}

function extrasIn(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'extra' && inner !== undefined ? [`${path}: ${JSON.stringify(inner)}`] : extrasIn(inner, `${path}/${key}`),
  );
}

const kinds = Object.entries(conf).filter(([, one]) => typeof one === 'object') as [string, Kind<unknown>][];

describe.each(kinds)('%s', (_name, kind) => {
  const texts = samples(kind.describe(), []);

  it('takes in every declared element and attribute, and writes it', () => {
    const given = new Set<string>();
    const written = new Set<string>();
    for (const text of texts) {
      inventory(parseXml(text).root, '', given);
      const definition = kind.parse(text, { skipPostParse: true });
      expect(extrasIn(definition, '')).toEqual([]);
      inventory(parseXml(kind.format(definition, { complete: true, secure: true })).root, '', written);
    }
    expect([...given].filter((path) => !written.has(path))).toEqual([]);
  });
});
