/**
 * Changes one value of an XML text and nothing else: comments, quotes, white space and what no schema knows stay as they
 * are, character for character. An element or attribute that is missing is made where the schema's order puts it.
 */
import { virError } from '../../error.ts';
import type { ElementModel } from '../schema/index.ts';
import { escapeAttribute, escapeText } from '../xml/escape.ts';
import { parseXml } from '../xml/parse.ts';
import { elementsOf, type XmlElement } from '../xml/tree.ts';
import { childAt, elementAt, type ElementStep, parsePath, type XmlPath } from './path.ts';

/** A piece of the text and what takes its place. */
interface Replacement {
  start: number;
  end: number;
  by: string;
}

function replaced(source: string, { start, end, by }: Replacement): string {
  return source.slice(0, start) + by + source.slice(end);
}

/**
 * `source` with the value at `path` set. Missing elements and attributes are made; `model` (of the root element, from
 * `Kind.describe()`) says where among their siblings. Throws VIR_ERR_XML_ERROR for a text that is not well-formed and
 * VIR_ERR_INVALID_ARG for a path that cannot be followed, such as the third disk of two.
 */
export function setValue(source: string, path: string, value: string, model?: ElementModel): string {
  const { root } = parseXml(source);
  const target = parsePath(path);
  let element = root;
  let description = model;
  for (const [index, step] of target.steps.entries()) {
    const next = childAt(element, step);
    if (next === undefined) return replaced(source, insertion(source, element, target, index, value, description));
    description = modelOf(description, step.name);
    element = next;
  }
  return replaced(
    source,
    target.attribute === undefined
      ? textReplacement(source, element, value)
      : attributeReplacement(source, element, target.attribute, value),
  );
}

/** `source` without the element or attribute at `path`; unchanged where it is not there. */
export function removeValue(source: string, path: string): string {
  const { root } = parseXml(source);
  const { steps, attribute } = parsePath(path);
  const element = elementAt(root, steps);
  if (element === undefined || (attribute === undefined && element === root)) return source;
  if (attribute === undefined) return replaced(source, { ...lineOf(source, element), by: '' });
  const found = element.attributes.find(({ name }) => name === attribute);
  if (found === undefined) return source;
  const before = /\s*$/.exec(source.slice(element.start, found.start))?.[0].length ?? 0;
  return replaced(source, { start: found.start - before, end: found.end, by: '' });
}

function modelOf(model: ElementModel | undefined, name: string): ElementModel | undefined {
  return model?.children.find((child) => child.name === name)?.element();
}

/** An element with its line, where it stands alone on one. */
function lineOf(source: string, { start, end }: XmlElement): { start: number; end: number } {
  const lineStart = source.lastIndexOf('\n', start - 1) + 1;
  const isAlone =
    /^[ \t]*$/.test(source.slice(lineStart, start)) && /^[ \t]*(?:\r?\n|$)/.test(source.slice(end, end + 200));
  if (!isAlone) return { start, end };
  const lineEnd = source.indexOf('\n', end);
  return { start: lineStart, end: lineEnd === -1 ? end : lineEnd + 1 };
}

function attributeReplacement(source: string, element: XmlElement, name: string, value: string): Replacement {
  const found = element.attributes.find((attribute) => attribute.name === name);
  if (found !== undefined) return { start: found.valueStart, end: found.valueEnd, by: escapeAttribute(value) };
  // Behind the last attribute, else behind the name; quotes as in the element's other attributes.
  const last = element.attributes.at(-1);
  const at = last?.end ?? element.start + 1 + element.name.length;
  const quote = last === undefined ? "'" : (source[last.valueEnd] ?? "'");
  return { start: at, end: at, by: ` ${name}=${quote}${escapeAttribute(value)}${quote}` };
}

function textReplacement(source: string, element: XmlElement, value: string): Replacement {
  if (element.openEnd === element.end) {
    const slash = source.lastIndexOf('/', element.end - 1);
    return { start: slash, end: element.end, by: `>${escapeText(value)}</${element.name}>` };
  }
  const pieces = element.children.filter(({ type }) => type === 'text' || type === 'cdata');
  if (elementsOf(element).length > 0) {
    throw virError(
      'VIR_ERR_INVALID_ARG',
      'VIR_FROM_XML',
      `<${element.name}> holds elements; a text would take their place: name one of them or an attribute`,
    );
  }
  // Comments beside the text stay.
  const [first] = pieces;
  const last = pieces.at(-1);
  if (first === undefined || last === undefined)
    return { start: element.openEnd, end: element.openEnd, by: escapeText(value) };
  return pieces.length === 1
    ? { start: first.start, end: first.end, by: escapeText(value) }
    : { start: element.openEnd, end: element.closeStart, by: escapeText(value) };
}

/** The text that makes the missing rest of a path, and its place in `parent`. */
function insertion(
  source: string,
  parent: XmlElement,
  path: XmlPath,
  from: number,
  value: string,
  model: ElementModel | undefined,
): Replacement {
  const rest = path.steps.slice(from);
  checkMakeable(parent, rest);
  const place = placeOf(source, parent, rest[0]?.name ?? '', model);
  const made = newElement(rest, path.attribute, value, place.indent, unitOf(source));
  return { start: place.start, end: place.end, by: place.before + made + place.after };
}

/** A gap in the numbers is a mistake in the path, not a wish for empty elements. */
function checkMakeable(parent: XmlElement, rest: readonly ElementStep[]): void {
  for (const [index, { name, nth = 1, where }] of rest.entries()) {
    const present = index === 0 ? elementsOf(parent, name).length : 0;
    if (where === undefined && nth !== present + 1) {
      throw virError(
        'VIR_ERR_INVALID_ARG',
        'VIR_FROM_XML',
        `${name}[${nth}] does not exist: <${parent.name}> has ${present} of <${name}>, so only ${name}[${present + 1}] can be made`,
      );
    }
  }
}

function newElement(
  steps: readonly ElementStep[],
  attribute: string | undefined,
  value: string,
  indent: string,
  unit: string,
): string {
  const [step, ...rest] = steps;
  if (step === undefined) return '';
  const given = step.where === undefined ? '' : ` ${step.where.attribute}='${escapeAttribute(step.where.value)}'`;
  const isLast = rest.length === 0;
  if (isLast && attribute !== undefined)
    return `${indent}<${step.name}${given} ${attribute}='${escapeAttribute(value)}'/>`;
  if (isLast)
    return value === ''
      ? `${indent}<${step.name}${given}/>`
      : `${indent}<${step.name}${given}>${escapeText(value)}</${step.name}>`;
  return `${indent}<${step.name}${given}>\n${newElement(rest, attribute, value, indent + unit, unit)}\n${indent}</${step.name}>`;
}

/** The indentation of one level, as the text has it. */
function unitOf(source: string): string {
  return /\n([ \t]+)</.exec(source)?.[1] ?? '  ';
}

interface Place {
  start: number;
  end: number;
  before: string;
  after: string;
  indent: string;
}

/** Where a new child goes: behind the last sibling that comes before it in the schema's order, else at the end. */
function placeOf(source: string, parent: XmlElement, name: string, model: ElementModel | undefined): Place {
  const siblings = elementsOf(parent);
  const parentIndent =
    /[ \t]*$/.exec(source.slice(source.lastIndexOf('\n', parent.start - 1) + 1, parent.start))?.[0] ?? '';
  if (parent.openEnd === parent.end) {
    const slash = source.lastIndexOf('/', parent.end - 1);
    return {
      start: slash,
      end: parent.end,
      before: '>\n',
      after: `\n${parentIndent}</${parent.name}>`,
      indent: parentIndent + unitOf(source),
    };
  }
  const previous = previousSibling(siblings, name, model);
  const [first] = siblings;
  const indent = first === undefined ? parentIndent + unitOf(source) : indentOf(source, first);
  const at = previous?.end ?? parent.openEnd;
  if (previous === undefined && first === undefined)
    return { start: at, end: parent.closeStart, before: '\n', after: `\n${parentIndent}`, indent };
  return { start: at, end: at, before: '\n', after: '', indent };
}

function indentOf(source: string, element: XmlElement): string {
  return /[ \t]*$/.exec(source.slice(source.lastIndexOf('\n', element.start - 1) + 1, element.start))?.[0] ?? '';
}

function previousSibling(
  siblings: readonly XmlElement[],
  name: string,
  model: ElementModel | undefined,
): XmlElement | undefined {
  const same = siblings.findLast((sibling) => sibling.name === name);
  if (same !== undefined || model === undefined) return same ?? siblings.at(-1);
  const order = new Map(model.children.map((child, index) => [child.name, index]));
  const own = order.get(name);
  if (own === undefined) return siblings.at(-1);
  return siblings.findLast((sibling) => (order.get(sibling.name) ?? Number.POSITIVE_INFINITY) < own);
}
