/**
 * Declarations made to run: look-up tables are built once, when a declaration's module loads; parsing then looks each
 * name up in a map, so the time is linear in the input.
 */
import type { XmlElement } from '../xml/tree.ts';
import type { XmlWriter } from '../xml/writer.ts';
import type { FormatContext, ParseContext } from './context.ts';
import type { ElementDecl, ElementOptions, Fields, Part, VariantPart } from './element.ts';
import { ExtraChildren, isText, keepAttribute, writeAmongExtras, writeExtraAttributes } from './extra.ts';
import type { Owner, Slot } from './field.ts';
import type { ElementModel } from './model.ts';

interface BoundVariant {
  on: string;
  cases: ReadonlyMap<string, Bound>;
}

/** Slots with their look-up tables. */
interface Bound {
  slots: Slot[];
  attributes: Map<string, Slot>;
  children: Map<string, Slot>;
}

export type BoundPart = { fields: Bound; variant?: undefined } | { fields?: undefined; variant: BoundVariant };

export function bindPart(part: Part): BoundPart {
  if (typeof part.on !== 'string') return { fields: bindFields(part as Fields) };
  const variantPart = part as VariantPart<string, Readonly<Record<string, Fields>>>;
  const cases = new Map(Object.entries(variantPart.cases).map(([value, fields]) => [value, bindFields(fields)]));
  return { variant: { on: variantPart.on, cases } };
}

function bindFields(fields: Fields): Bound {
  const bound: Bound = { slots: [], attributes: new Map(), children: new Map() };
  for (const [key, field] of Object.entries(fields)) {
    const slot = field.bind(key);
    bound.slots.push(slot);
    for (const name of slot.attributeNames ?? []) bound.attributes.set(name, slot);
    for (const name of slot.childNames ?? []) bound.children.set(name, slot);
  }
  return bound;
}

export function compile(
  name: string,
  doc: string,
  parts: readonly BoundPart[],
  options: ElementOptions,
): ElementDecl<Owner> {
  const shared = mergeBound(parts);
  const variants = parts.flatMap((part) => (part.variant === undefined ? [] : [part.variant]));
  let model: ElementModel | undefined;
  return {
    name,
    doc,
    isKeptEmpty: options.keepEmpty === true,
    parse: (element, context) => parseElement(element, context, shared, variants),
    format: (value, out, context) => formatInto(value, out, context, name, parts, options),
    create: (given) => {
      const owner: Owner = { ...given };
      for (const slot of chosenSlots(owner, parts)) startSlot(owner, slot);
      return owner;
    },
    model: () => (model ??= elementModel(name, doc, parts)),
  };
}

function mergeBound(parts: readonly BoundPart[]): Bound {
  const merged: Bound = { slots: [], attributes: new Map(), children: new Map() };
  for (const { fields } of parts) {
    if (fields === undefined) continue;
    merged.slots.push(...fields.slots);
    for (const [name, slot] of fields.attributes) merged.attributes.set(name, slot);
    for (const [name, slot] of fields.children) merged.children.set(name, slot);
  }
  return merged;
}

/** The slots in force for `owner`, in order. */
function chosenSlots(owner: Owner, parts: readonly BoundPart[]): Slot[] {
  return parts.flatMap(
    (part) => part.fields?.slots ?? part.variant?.cases.get(String(owner[part.variant.on]))?.slots ?? [],
  );
}

function startSlot(owner: Owner, slot: Slot): void {
  if (owner[slot.key] !== undefined) return;
  if (slot.fill !== undefined) owner[slot.key] = slot.fill;
  else if (slot.initial !== undefined) owner[slot.key] = slot.initial();
}

function parseElement(
  element: XmlElement,
  context: ParseContext,
  shared: Bound,
  variants: readonly BoundVariant[],
): Owner {
  const owner: Owner = {};
  context.origins.set(owner, element);
  for (const slot of shared.slots) if (slot.initial !== undefined) owner[slot.key] = slot.initial();
  // What the shared fields do not know may belong to a variant, which is known once the discriminator has been read.
  const left = readAttributes(owner, element, element.attributes, context, shared);
  for (const slot of shared.slots)
    if (slot.fill !== undefined && owner[slot.key] === undefined) owner[slot.key] = slot.fill;
  const chosen = variants.length === 0 ? none : variants.flatMap(({ on, cases }) => cases.get(String(owner[on])) ?? []);
  let unknown = left;
  for (const bound of chosen) {
    for (const slot of bound.slots) startSlot(owner, slot);
    unknown = readAttributes(owner, element, unknown, context, bound);
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
    if (slot?.readAttribute === undefined) {
      if (left === noAttributes) left = [];
      left.push(attribute);
      continue;
    }
    slot.readAttribute(owner, attribute, element, context);
    context.seen?.add(`${element.name}/@${attribute.name}`);
  }
  return left;
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
  const hasText = hasTextSlot(shared, chosen);
  let extras: ExtraChildren | undefined;
  for (let index = 0; index < children.length; index++) {
    const child = children[index];
    if (child === undefined) continue;
    if (child.type !== 'element') {
      if (!hasText && isText(child)) (extras ??= extrasUpTo(owner, children, index, shared, chosen)).keep(child);
      continue;
    }
    const slot = childSlot(child.name, shared, chosen);
    if (slot?.readChild?.(owner, child, context) === true) {
      extras?.known(child.name);
      context.seen?.add(`${element.name}/${child.name}`);
    } else {
      (extras ??= extrasUpTo(owner, children, index, shared, chosen)).keep(child);
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

function hasTextSlot(shared: Bound, chosen: readonly Bound[]): boolean {
  return shared.slots.some(isTextSlot) || chosen.some(({ slots }) => slots.some(isTextSlot));
}

function isTextSlot(slot: Slot): boolean {
  return slot.readText !== undefined;
}

/** Reads the text, fills defaults and refuses what is missing. */
function finish(owner: Owner, element: XmlElement, context: ParseContext, bound: Bound): void {
  for (const slot of bound.slots) {
    slot.readText?.(owner, element, context);
    if (owner[slot.key] !== undefined) continue;
    if (slot.fill !== undefined) owner[slot.key] = slot.fill;
    else if (slot.required !== undefined) {
      context.fail(`Missing ${slot.required.what} in element '${element.name}'`, element, slot.required.code);
    }
  }
}

/** Writes `value` under the name of `decl`. */
function formatInto(
  value: Owner,
  out: XmlWriter,
  context: FormatContext,
  name: string,
  parts: readonly BoundPart[],
  options: ElementOptions,
): void {
  if (options.when?.(value, context) === false && !context.complete) return;
  const text = textSlot(value, parts, context);
  const isBlock = typeof options.block === 'function' ? options.block(value) : options.block === true;
  if (text === undefined && options.keepEmpty !== true && !isBlock && !context.complete) {
    out.elementUnlessEmpty(name, () => writeInside(value, out, context, parts));
    return;
  }
  out.open(name);
  writeInside(value, out, context, parts);
  if (text !== undefined) out.closeWithText(name, text);
  else if (isBlock) out.closeBlock(name);
  else out.close(name);
}

/** The text to close with; undefined where the element has none or holds elements besides. */
function textSlot(value: Owner, parts: readonly BoundPart[], context: FormatContext): string | undefined {
  for (const part of parts) {
    const bound = part.fields ?? part.variant.cases.get(String(value[part.variant.on]));
    for (const slot of bound?.slots ?? []) {
      if (slot.textOf === undefined || value[slot.key] === undefined) continue;
      if (slot.isShown === undefined || slot.isShown(value[slot.key], value, context))
        return slot.textOf(value[slot.key]);
    }
  }
  return undefined;
}

function writeInside(value: Owner, out: XmlWriter, context: FormatContext, parts: readonly BoundPart[]): void {
  const extra = context.keepUnknown ? value.extra : undefined;
  eachShown(value, context, parts, 'writeAttributes', out);
  if (extra !== undefined) writeExtraAttributes(out, extra);
  if (extra?.children === undefined) eachShown(value, context, parts, 'writeContent', out);
  else writeAmongExtras(out, extra.children, () => eachShown(value, context, parts, 'writeContent', out));
}

function eachShown(
  value: Owner,
  context: FormatContext,
  parts: readonly BoundPart[],
  method: 'writeAttributes' | 'writeContent',
  out: XmlWriter,
): void {
  for (const part of parts) {
    const bound = part.fields ?? part.variant.cases.get(String(value[part.variant.on]));
    if (bound === undefined) continue;
    for (const slot of bound.slots) {
      const write = slot[method];
      if (write === undefined) continue;
      const item = slot.derive === undefined || context.complete ? value[slot.key] : slot.derive(value, context);
      if (item === undefined) continue;
      if (context.complete || slot.isShown === undefined || slot.isShown(item, value, context))
        write(out, item, context, value);
    }
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
    else for (const [value, bound] of part.variant.cases) add(bound, `${part.variant.on}=${value}`);
  }
  return model;
}
