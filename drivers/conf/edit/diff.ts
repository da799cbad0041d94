/**
 * What changed between two texts of one kind: elements and attributes compared by their meaning, not their place in the
 * text. Elements that come in numbers are matched by what identifies them (a disk by its target, a port by its number)
 * before they are matched by order.
 */
import { parseXml } from '../xml/parse.ts';
import { attributeOf, elementsOf, textOf, type XmlElement } from '../xml/tree.ts';
import { serializeNode } from '../xml/serialize.ts';

/** One difference. Paths are those of path.ts, in the new text for what is there and in the old one for what is gone. */
export type XmlChange =
  | { kind: 'changed'; path: string; from: string; to: string }
  | { kind: 'added'; path: string; to: string; xml: string }
  | { kind: 'removed'; path: string; from: string; xml: string };

/** The differences from one text to another, in the order of the new text. */
export function diffXml(before: string, after: string): XmlChange[] {
  const changes: XmlChange[] = [];
  compare(parseXml(before).root, parseXml(after).root, '', changes);
  return changes;
}

function join(path: string, step: string): string {
  return path === '' ? step : `${path}/${step}`;
}

function compare(before: XmlElement, after: XmlElement, path: string, changes: XmlChange[]): void {
  compareAttributes(before, after, path, changes);
  const [from, to] = [ownText(before), ownText(after)];
  if (from !== to) changes.push({ kind: 'changed', path, from, to });
  const oldChildren = Map.groupBy(elementsOf(before), ({ name }) => name);
  const newChildren = Map.groupBy(elementsOf(after), ({ name }) => name);
  for (const name of new Set([...newChildren.keys(), ...oldChildren.keys()])) {
    compareChildren(oldChildren.get(name) ?? [], newChildren.get(name) ?? [], join(path, name), changes);
  }
}

/** Text that is a value: not the white space between elements. */
function ownText(element: XmlElement): string {
  const text = textOf(element);
  return /\S/.test(text) ? text.trim() : '';
}

function compareAttributes(before: XmlElement, after: XmlElement, path: string, changes: XmlChange[]): void {
  for (const { name, value } of after.attributes) {
    const from = attributeOf(before, name);
    if (from === undefined)
      changes.push({ kind: 'added', path: join(path, `@${name}`), to: value, xml: `${name}='${value}'` });
    else if (from !== value) changes.push({ kind: 'changed', path: join(path, `@${name}`), from, to: value });
  }
  for (const { name, value } of before.attributes) {
    if (attributeOf(after, name) === undefined)
      changes.push({ kind: 'removed', path: join(path, `@${name}`), from: value, xml: `${name}='${value}'` });
  }
}

function compareChildren(
  before: readonly XmlElement[],
  after: readonly XmlElement[],
  path: string,
  changes: XmlChange[],
): void {
  const step = (list: readonly XmlElement[], index: number): string =>
    list.length === 1 && index === 0 ? path : `${path}[${index + 1}]`;
  const matches = matchElements(before, after);
  after.forEach((element, index) => {
    const match = matches.get(index);
    if (match === undefined)
      changes.push({ kind: 'added', path: step(after, index), to: ownText(element), xml: serializeNode(element) });
    else compare(before[match] ?? element, element, step(after, index), changes);
  });
  const kept = new Set(matches.values());
  before.forEach((element, index) => {
    if (!kept.has(index))
      changes.push({ kind: 'removed', path: step(before, index), from: ownText(element), xml: serializeNode(element) });
  });
}

/** Where each element of `after` comes from: first by identity, then by order among those left. */
function matchElements(before: readonly XmlElement[], after: readonly XmlElement[]): Map<number, number> {
  if (before.length === 1 && after.length === 1) return new Map([[0, 0]]);
  const matches = new Map<number, number>();
  const free = new Map<string, number[]>();
  before.forEach((element, index) => {
    const id = identity(element);
    if (id !== undefined) free.set(id, [...(free.get(id) ?? []), index]);
  });
  after.forEach((element, index) => {
    const found = free.get(identity(element) ?? '')?.shift();
    if (found !== undefined) matches.set(index, found);
  });
  matchRest(before, after, matches);
  return matches;
}

/** Elements without identity are matched one after the other; those with one only match their like. */
function matchRest(before: readonly XmlElement[], after: readonly XmlElement[], matches: Map<number, number>): void {
  const taken = new Set(matches.values());
  const left = before.flatMap((element, index) => (taken.has(index) || identity(element) !== undefined ? [] : [index]));
  after.forEach((element, index) => {
    if (matches.has(index) || identity(element) !== undefined) return;
    const found = left.shift();
    if (found !== undefined) matches.set(index, found);
  });
}

/** Values by which people tell elements of one name apart; the first that is there counts. */
const identifiers: readonly (readonly [child: string, attribute: string])[] = [
  ['target', 'dev'],
  ['mac', 'address'],
  ['target', 'name'],
  ['target', 'dir'],
  ['', 'name'],
  ['', 'dev'],
  ['', 'id'],
  ['', 'vcpu'],
];

function identity(element: XmlElement): string | undefined {
  const type = attributeOf(element, 'type');
  const index = attributeOf(element, 'index');
  if (element.name === 'controller') return `${type}#${index}#${attributeOf(element, 'model') ?? ''}`;
  if (element.name === 'graphics' || element.name === 'input') return `${type}#${attributeOf(element, 'bus') ?? ''}`;
  for (const [child, name] of identifiers) {
    const holder = child === '' ? element : elementsOf(element, child)[0];
    const value = holder === undefined ? undefined : attributeOf(holder, name);
    if (value !== undefined) return `${child}@${name}=${value}`;
  }
  return undefined;
}
