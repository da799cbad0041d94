/**
 * Declarations made to run: look-up tables are built once, when a declaration's module loads; parsing then looks each
 * name up in a map, so the time is linear in the input.
 */
import type { XmlAttribute, XmlElement } from '../xml/tree.ts';
import { type Bound, type BoundPart, type BoundVariant, chosenBound, sharedBound, startOwner } from './bind.ts';
import type { ParseContext } from './context.ts';
import type { ElementDecl, ElementOptions } from './element.ts';
import { ExtraChildren, isText, keepAttribute } from './extra.ts';
import type { Owner, Slot } from './field.ts';
import type { ElementModel } from './model.ts';
import { writeElement } from './write-element.ts';

export function compile(
  name: string,
  doc: string,
  parts: readonly BoundPart[],
  options: ElementOptions,
): ElementDecl<Owner> {
  const shared = sharedBound(parts);
  const variants = parts.flatMap((part) => (part.variant === undefined ? [] : [part.variant]));
  let model: ElementModel | undefined;
  return {
    name,
    doc,
    isKeptEmpty: options.keepEmpty === true,
    parse: (element, context) => parseElement(element, context, shared, variants),
    format: (value, out, context) => writeElement(value, out, context, name, parts, options),
    create: (given) => {
      const owner: Owner = { ...given };
      startOwner(owner, shared);
      for (const part of parts) startOwner(owner, chosenBound(part, owner) ?? shared);
      return owner;
    },
    model: () => (model ??= elementModel(name, doc, parts)),
  };
}

function parseElement(
  element: XmlElement,
  context: ParseContext,
  shared: Bound,
  variants: readonly BoundVariant[],
): Owner {
  const owner: Owner = {};
  context.origins.set(owner, element);
  // What the shared fields do not know may belong to a variant, which is known once the discriminator has been read.
  let unknown = readAttributes(owner, element, element.attributes, context, shared);
  startOwner(owner, shared);
  const chosen = variants.length === 0 ? none : variants.flatMap(({ on, cases }) => cases.get(String(owner[on])) ?? []);
  for (const bound of chosen) {
    unknown = readAttributes(owner, element, unknown, context, bound);
    startOwner(owner, bound);
  }
  for (const { name, value } of unknown) keepAttribute(owner, name, value);
  readChildren(owner, element, context, shared, chosen);
  finish(owner, element, context, shared);
  for (const bound of chosen) finish(owner, element, context, bound);
  return owner;
}

const none: readonly Bound[] = [];
const noAttributes: XmlElement['attributes'] = [];

function readAttributes(
  owner: Owner,
  element: XmlElement,
  attributes: XmlElement['attributes'],
  context: ParseContext,
  bound: Bound,
): XmlElement['attributes'] {
  let left = noAttributes;
  for (const attribute of attributes) {
    const slot = bound.attributes.get(attribute.name);
    if (slot !== undefined && takeAttribute(slot, owner, attribute, element, context)) continue;
    if (left === noAttributes) left = [];
    left.push(attribute);
  }
  return left;
}

function takeAttribute(
  slot: Slot,
  owner: Owner,
  attribute: XmlAttribute,
  element: XmlElement,
  context: ParseContext,
): boolean {
  if (context.lenient && isDispensable(slot)) return triesAttribute(slot, owner, attribute, element, context);
  slot.readAttribute?.(owner, attribute, element, context);
  return true;
}

/** Apart from `takeAttribute`, which every attribute passes and which so makes no closure. */
function triesAttribute(...[slot, owner, attribute, element, context]: Parameters<typeof takeAttribute>): boolean {
  return context.attempt(() => {
    slot.readAttribute?.(owner, attribute, element, context);
    return true;
  });
}

function takeChild(slot: Slot, owner: Owner, child: XmlElement, context: ParseContext): boolean {
  if (context.lenient && isDispensable(slot)) return triesChild(slot, owner, child, context);
  return slot.readChild?.(owner, child, context) === true;
}

function triesChild(slot: Slot, owner: Owner, child: XmlElement, context: ParseContext): boolean {
  return context.attempt(() => slot.readChild?.(owner, child, context) === true);
}

/** Whether a definition is complete without this value, and writes nothing in its stead. */
function isDispensable({ required, fill, derive, attributeNames }: Slot): boolean {
  return required === undefined && fill === undefined && derive === undefined && (attributeNames?.length ?? 1) === 1;
}

function readChildren(
  owner: Owner,
  element: XmlElement,
  context: ParseContext,
  shared: Bound,
  chosen: readonly Bound[],
): void {
  const { children } = element;
  if (children.length === 0) return;
  const hasText = takesText(element, shared, chosen);
  let extras: ExtraChildren | undefined;
  for (let index = 0; index < children.length; index++) {
    const child = children[index];
    if (child === undefined) continue;
    if (child.type !== 'element') {
      if (!hasText && isText(child)) (extras ??= extrasUpTo(owner, children, index, shared, chosen)).keep(child);
      continue;
    }
    const slot = childSlot(child.name, shared, chosen);
    if (slot !== undefined && takeChild(slot, owner, child, context)) {
      extras?.known(child.name);
    } else {
      extras ??= extrasUpTo(owner, children, index, shared, chosen);
      if (slot === undefined || slot.initial !== undefined || owner[slot.key] === undefined) extras.keep(child);
      else extras.keepRepeated(child);
    }
  }
}

/** Counts the known siblings before the first unknown child; most elements have none, and never count. */
function extrasUpTo(
  owner: Owner,
  children: XmlElement['children'],
  end: number,
  shared: Bound,
  chosen: readonly Bound[],
): ExtraChildren {
  const extras = new ExtraChildren(owner);
  for (let index = 0; index < end; index++) {
    const child = children[index];
    if (child?.type === 'element' && childSlot(child.name, shared, chosen) !== undefined) extras.known(child.name);
  }
  return extras;
}

function childSlot(name: string, shared: Bound, chosen: readonly Bound[]): Slot | undefined {
  for (const bound of chosen) {
    const slot = bound.children.get(name);
    if (slot !== undefined) return slot;
  }
  return shared.children.get(name);
}

/** Text beside child elements is no value, but kept as unknown. */
function takesText({ children }: XmlElement, shared: Bound, chosen: readonly Bound[]): boolean {
  const hasSlot = shared.texts.length > 0 || chosen.some(({ texts }) => texts.length > 0);
  return hasSlot && !children.some(({ type }) => type === 'element');
}

/** Reads the text and refuses what is missing. */
function finish(owner: Owner, element: XmlElement, context: ParseContext, bound: Bound): void {
  const isMixed = bound.texts.length > 0 && element.children.some(({ type }) => type === 'element');
  for (const slot of isMixed ? [] : bound.texts) {
    slot.readText?.(owner, element, context);
    if (slot.fill !== undefined) owner[slot.key] ??= slot.fill;
  }
  for (const { key, required } of bound.required) {
    if (owner[key] !== undefined || required === undefined) continue;
    context.fail(`Missing ${required.what} in element '${element.name}'`, element, required.code);
  }
}

function elementModel(name: string, doc: string, parts: readonly BoundPart[]): ElementModel {
  const model: ElementModel = { name, doc, attributes: [], children: [] };
  const add = (bound: Bound, when?: string): void => {
    const suffix = when === undefined ? {} : { when };
    for (const { models } of bound.slots) {
      model.attributes.push(...(models.attributes ?? []).map((attribute) => ({ ...attribute, ...suffix })));
      model.children.push(...(models.children ?? []).map((child) => ({ ...child, ...suffix })));
      if (models.text !== undefined) model.text = models.text;
      if (models.open === true) model.open = true;
    }
  };
  for (const part of parts) {
    if (part.fields !== undefined) add(part.fields);
    else
      for (const [value, bound] of part.variant.cases)
        add(bound, `${attributeNameOf(parts, part.variant.on)}=${value}`);
  }
  return model;
}

/** The attribute behind a discriminator's key. */
function attributeNameOf(parts: readonly BoundPart[], key: string): string {
  const slot = parts.flatMap(({ fields }) => fields?.slots ?? []).find((one) => one.key === key);
  return slot?.models.attributes?.[0]?.name ?? key;
}
