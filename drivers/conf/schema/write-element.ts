/** Writing one element: attributes, then text or children, with what is unknown at its place. */
import type { XmlWriter } from '../xml/writer.ts';
import { type BoundPart, chosenBound } from './bind.ts';
import type { FormatContext } from './context.ts';
import type { ElementOptions } from './element.ts';
import { type Extra, writeAmongExtras, writeExtraAttributes } from './extra.ts';
import type { Owner, Slot } from './field.ts';

/** Writes `value` as the element `name`. */
export function writeElement(
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
  if (text !== undefined && out.isTagOpen) out.closeWithText(name, text);
  else if (text !== undefined) out.closeWithMixed(name, text, '');
  else if (isBlock) out.closeBlock(name);
  else out.close(name);
}

/** The text to close with; undefined where the element has none or holds elements besides. */
function textSlot(value: Owner, parts: readonly BoundPart[], context: FormatContext): string | undefined {
  for (const part of parts) {
    const bound = chosenBound(part, value);
    for (const slot of bound?.slots ?? []) {
      if (slot.textOf === undefined || value[slot.key] === undefined) continue;
      if (slot.isShown === undefined || slot.isShown(value[slot.key], value, context))
        return slot.textOf(value[slot.key]);
    }
  }
  return undefined;
}

function writeInside(value: Owner, out: XmlWriter, context: FormatContext, parts: readonly BoundPart[]): void {
  const extra = context.keepUnknown && value.extra !== undefined ? stillUnknown(value.extra, value, parts) : undefined;
  eachShown(value, context, parts, 'writeAttributes', out);
  if (extra !== undefined) writeExtraAttributes(out, extra);
  if (extra?.children === undefined) eachShown(value, context, parts, 'writeContent', out);
  else writeAmongExtras(out, extra.children, () => eachShown(value, context, parts, 'writeContent', out));
}

/** Without what could not be read, but has been given a value since. */
function stillUnknown(extra: Extra, value: Owner, parts: readonly BoundPart[]): Extra {
  const isGiven = (slot: Slot | undefined): boolean =>
    slot !== undefined && slot.initial === undefined && value[slot.key] !== undefined;
  const bounds = parts.flatMap((part) => chosenBound(part, value) ?? []);
  const result: Extra = { ...extra };
  if (extra.attributes !== undefined)
    result.attributes = extra.attributes.filter(
      ([name]) => !bounds.some(({ attributes }) => isGiven(attributes.get(name))),
    );
  if (extra.children !== undefined) {
    result.children = extra.children.filter(({ xml, repeats }) => {
      const name = /^<([^\s/>]+)/.exec(xml)?.[1] ?? '';
      return repeats === true || !bounds.some(({ children }) => isGiven(children.get(name)));
    });
  }
  return result;
}

function eachShown(
  value: Owner,
  context: FormatContext,
  parts: readonly BoundPart[],
  method: 'writeAttributes' | 'writeContent',
  out: XmlWriter,
): void {
  for (const part of parts) {
    const bound = chosenBound(part, value);
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
