/** Fields that are a child element with one value: text, a size, mere presence, or anything at all. */
import { textOf } from '../xml/tree.ts';
import { dumpFormatted } from '../xml/dump.ts';
import { parseXml } from '../xml/parse.ts';
import type { XmlWriter } from '../xml/writer.ts';
import type { FormatContext } from './context.ts';
import { keepWithin, writeExtraAttributes } from './extra.ts';
import {
  common,
  type Field,
  type FieldOptions,
  type Owner,
  readScaledText,
  readText,
  type RequiredBy,
  type ScaledOptions,
  scaledOutput,
  sizeModel,
  unitModel,
} from './field.ts';
import { leafModel } from './model.ts';
import type { BaseUnit } from './scale.ts';
import type { ValueType } from './value.ts';

/** A child element with nothing but text: `<name>x</name>`. */
export function leaf<T, const O extends FieldOptions<T> = Record<never, never>>(
  type: ValueType<T>,
  doc: string,
  options?: O & FieldOptions<NoInfer<T>>,
): Field<T, RequiredBy<O>> {
  const given: FieldOptions<T> = options ?? {};
  return {
    bind: (key) => {
      const name = given.name ?? key;
      return {
        ...common(key, given, `element '${name}'`),
        childNames: [name],
        readChild: (owner, child, context) => {
          if (owner[key] !== undefined) return false;
          if (given.live === true && context.inactive) return true;
          const raw = textOf(child);
          if (raw !== '') owner[key] = readText(type, raw, child, context);
          keepWithin(owner, child, true);
          return true;
        },
        writeContent: (out, value, context, owner) => writeLeaf(out, name, type.format(value as T), context, owner),
        models: {
          children: [
            {
              name,
              doc,
              many: false,
              required: given.required === true,
              element: () => leafModel(name, doc, type.model),
            },
          ],
        },
      };
    },
  };
}

/** Child elements of one name with nothing but text, as a list. */
export function leaves<T>(
  type: ValueType<T>,
  doc: string,
  options: { name: string; show?: (value: T[], owner: Owner, context: FormatContext) => boolean },
): Field<T[], true> {
  const { name } = options;
  return {
    bind: (key) => ({
      ...common<T[]>(key, options.show === undefined ? {} : { show: options.show }, ''),
      childNames: [name],
      readChild: (owner, child, context) => {
        (owner[key] as T[]).push(readText(type, textOf(child), child, context));
        keepWithin(owner, child, true);
        return true;
      },
      initial: () => [],
      writeContent: (out, value, context, owner) => {
        for (const item of value as T[]) writeLeaf(out, name, type.format(item), context, owner);
      },
      models: {
        children: [{ name, doc, many: true, required: false, element: () => leafModel(name, doc, type.model) }],
      },
    }),
  };
}

/** A child element that is a size with a unit: `<hard_limit unit='KiB'>1024</hard_limit>`. */
export function scaledLeaf<const O extends ScaledOptions = Record<never, never>>(
  base: BaseUnit,
  doc: string,
  options?: O,
): Field<bigint, RequiredBy<O>> {
  const given: ScaledOptions = options ?? {};
  return {
    bind: (key) => {
      const name = given.name ?? key;
      const unit = { name: 'unit', doc: `Unit; ${base} if absent`, value: unitModel, required: false };
      return {
        ...common(key, given, `element '${name}'`),
        childNames: [name],
        readChild: (owner, child, context) => {
          if (owner[key] !== undefined) return false;
          owner[key] = readScaledText(textOf(child), child, base, context, given.assumed);
          keepWithin(owner, child, true, ['unit']);
          return true;
        },
        writeContent: (out, value, context, owner) => {
          const written = scaledOutput(value as bigint, base, given);
          writeLeaf(out, name, String(written.value), context, owner, written.unit);
        },
        models: {
          children: [
            {
              name,
              doc,
              many: false,
              required: given.required === true,
              element: () => leafModel(name, doc, sizeModel(base), [unit]),
            },
          ],
        },
      };
    },
  };
}

/** An element whose presence is the value: `<readonly/>`. */
export function flag(
  doc: string,
  options: Omit<FieldOptions<boolean>, 'fill' | 'required'> = {},
): Field<boolean, false> {
  return {
    bind: (key) => {
      const name = options.name ?? key;
      return {
        ...common(key, options, ''),
        childNames: [name],
        readChild: (owner, child, context) => {
          if (owner[key] !== undefined) return false;
          if (options.live === true && context.inactive) return true;
          owner[key] = true;
          keepWithin(owner, child, false);
          return true;
        },
        writeContent: (out, value, context, owner) => {
          if (value === true) writeLeaf(out, name, '', context, owner);
        },
        models: {
          children: [
            { name, doc, many: false, required: false, element: () => ({ name, doc, attributes: [], children: [] }) },
          ],
        },
      };
    },
  };
}

/** A child that may hold anything (metadata). The value is its XML, laid out as libvirt does. */
export function raw(
  doc: string,
  options: Pick<FieldOptions<string>, 'name' | 'live' | 'show'> = {},
): Field<string, false> {
  return {
    bind: (key) => {
      const name = options.name ?? key;
      const element = () => ({ name, doc, attributes: [], children: [], open: true });
      return {
        ...common(key, options, ''),
        childNames: [name],
        readChild: (owner, child, context) => {
          if (owner[key] !== undefined) return false;
          if (!(options.live === true && context.inactive)) owner[key] = dumpFormatted(child, 1);
          return true;
        },
        // Laid out for the depth it stands at, which for a definition within another is not the same.
        writeContent: (out, value) =>
          out.verbatimElement(name, dumpFormatted(parseXml(value as string).root, out.level)),
        models: { children: [{ name, doc, many: false, required: false, element }] },
      };
    },
  };
}

function writeLeaf(
  out: XmlWriter,
  name: string,
  value: string,
  context: FormatContext,
  owner: Owner,
  unit?: string,
): void {
  const extra = context.keepUnknown ? owner.extra?.within?.[name] : undefined;
  out.open(name);
  if (unit !== undefined) out.attribute('unit', unit);
  if (extra !== undefined) writeExtraAttributes(out, extra);
  if (extra?.children === undefined) return out.closeWithText(name, value);
  // In line, so that the text stays what it was.
  out.closeWithMixed(name, value, extra.children.map(({ xml }) => xml).join(''));
}
