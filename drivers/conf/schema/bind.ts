/** Fields bound to their keys, with the look-up tables that reading and writing use. */
import type { Fields, Part, VariantPart } from './element.ts';
import type { Owner, Slot } from './field.ts';

/** Slots sorted by what has to be done for them. */
export interface Bound {
  /** All, in the order of the output. */
  slots: readonly Slot[];
  attributes: ReadonlyMap<string, Slot>;
  children: ReadonlyMap<string, Slot>;
  /** Those that start as an empty list. */
  lists: readonly Slot[];
  fills: readonly Slot[];
  texts: readonly Slot[];
  required: readonly Slot[];
}

export interface BoundVariant {
  on: string;
  cases: ReadonlyMap<string, Bound>;
}

export type BoundPart = { fields: Bound; variant?: undefined } | { fields?: undefined; variant: BoundVariant };

export function bindPart(part: Part): BoundPart {
  if (typeof part.on !== 'string') return { fields: bindFields(part as Fields) };
  const variantPart = part as VariantPart<string, Readonly<Record<string, Fields>>>;
  const cases = new Map(Object.entries(variantPart.cases).map(([value, fields]) => [value, bindFields(fields)]));
  return { variant: { on: variantPart.on, cases } };
}

function bindFields(fields: Fields): Bound {
  return boundOf(Object.entries(fields).map(([key, field]) => field.bind(key)));
}

function boundOf(slots: readonly Slot[]): Bound {
  return {
    slots,
    attributes: new Map(slots.flatMap((slot) => (slot.attributeNames ?? []).map((name) => [name, slot] as const))),
    children: new Map(slots.flatMap((slot) => (slot.childNames ?? []).map((name) => [name, slot] as const))),
    lists: slots.filter(({ initial }) => initial !== undefined),
    fills: slots.filter(({ fill }) => fill !== undefined),
    texts: slots.filter(({ readText }) => readText !== undefined),
    required: slots.filter(({ required }) => required !== undefined),
  };
}

/** The fields that do not depend on a discriminator. */
export function sharedBound(parts: readonly BoundPart[]): Bound {
  return boundOf(parts.flatMap(({ fields }) => fields?.slots ?? []));
}

/** The part's fields in force for `owner`; undefined where its discriminator names no case. */
export function chosenBound(part: BoundPart, owner: Owner): Bound | undefined {
  return part.fields ?? part.variant.cases.get(String(owner[part.variant.on]));
}

/** Lists start empty, absent values with a default get it. */
export function startOwner(owner: Owner, { lists, fills }: Bound): void {
  for (const slot of lists) owner[slot.key] ??= slot.initial?.();
  for (const slot of fills) owner[slot.key] ??= slot.fill;
}
