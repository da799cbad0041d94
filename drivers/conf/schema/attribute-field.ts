/** Fields that live in an element's own tag or text: attributes, text, sizes with a unit. */
import { attributeOf, textOf } from '../xml/tree.ts';
import {
  common,
  type Field,
  type FieldOptions,
  readScaledText,
  readText,
  readValue,
  refusal,
  type RequiredBy,
  type ScaledOptions,
  scaledOutput,
  sizeModel,
  unitModel,
} from './field.ts';
import type { AttributeModel } from './model.ts';
import { type BaseUnit, parseScaled } from './scale.ts';
import { invalid, type ValueType } from './value.ts';

/** An attribute. */
export function attr<T, const O extends FieldOptions<T> = Record<never, never>>(
  type: ValueType<T>,
  doc: string,
  options?: O & FieldOptions<NoInfer<T>>,
): Field<T, RequiredBy<O>> {
  const given: FieldOptions<T> = options ?? {};
  return {
    bind: (key) => {
      const name = given.name ?? key;
      const model: AttributeModel = { name, doc, value: type.model, required: given.required === true };
      if (given.fill !== undefined) model.default = type.format(given.fill);
      return {
        ...common(key, given, `attribute '${name}'`),
        attributeNames: [name],
        readAttribute: (owner, attribute, element, context) => {
          if (given.live === true && context.inactive) return;
          owner[key] = readValue(type, attribute, element, context);
        },
        writeAttributes: (out, value) => out.attribute(name, type.format(value as T)),
        models: { attributes: [model] },
      };
    },
  };
}

/** A number in one attribute and its unit in another: `size='4' unit='KiB'`. The value counts `base` units. */
export function scaledAttr<const O extends ScaledOptions = Record<never, never>>(
  base: BaseUnit,
  doc: string,
  options?: O,
): Field<bigint, RequiredBy<O>> {
  const given: ScaledOptions = options ?? {};
  return {
    bind: (key) => {
      const name = given.name ?? key;
      const unitName = given.unit ?? 'unit';
      return {
        ...common(key, given, `attribute '${name}'`),
        attributeNames: [name, unitName],
        readAttribute: (owner, attribute, element, context) => {
          if (attribute.name !== name) return;
          const value = parseScaled(attribute.value, attributeOf(element, unitName), base, given.assumed);
          owner[key] =
            value === invalid
              ? context.fail(refusal(name, element.name, attribute.value, sizeModel(base)), attribute.valueStart)
              : value;
        },
        writeAttributes: (out, value) => {
          const written = scaledOutput(value as bigint, base, given);
          out.attribute(name, String(written.value));
          out.attribute(unitName, written.unit);
        },
        models: {
          attributes: [
            { name, doc, value: sizeModel(base), required: given.required === true },
            { name: unitName, doc: `Unit of ${name}; ${base} if absent`, value: unitModel, required: false },
          ],
        },
      };
    },
  };
}

/** The element's own text. */
export function text<T, const O extends FieldOptions<T> = Record<never, never>>(
  type: ValueType<T>,
  _doc: string,
  options?: O & FieldOptions<NoInfer<T>>,
): Field<T, RequiredBy<O>> {
  const given: FieldOptions<T> = options ?? {};
  return {
    bind: (key) => ({
      ...common(key, given, 'text'),
      readText: (owner, element, context) => {
        const raw = textOf(element);
        if (raw === '' || (given.live === true && context.inactive)) return;
        owner[key] = readText(type, raw, element, context);
      },
      textOf: (value) => type.format(value as T),
      models: { text: type.model },
    }),
  };
}

/** The element's own text as a size with a `unit` attribute: `<memory unit='KiB'>1024</memory>`. */
export function scaledText<const O extends ScaledOptions = Record<never, never>>(
  base: BaseUnit,
  _doc: string,
  options?: O,
): Field<bigint, RequiredBy<O>> {
  const given: ScaledOptions = options ?? {};
  return {
    bind: (key) => ({
      ...common(key, given, 'text'),
      attributeNames: ['unit'],
      readAttribute: () => undefined,
      readText: (owner, element, context) => {
        const raw = textOf(element);
        if (raw !== '') owner[key] = readScaledText(raw, element, base, context, given.assumed);
      },
      writeAttributes: (out, value) => out.attribute('unit', scaledOutput(value as bigint, base, given).unit),
      textOf: (value) => String(scaledOutput(value as bigint, base, given).value),
      models: {
        attributes: [{ name: 'unit', doc: `Unit; ${base} if absent`, value: unitModel, required: false }],
        text: sizeModel(base),
      },
    }),
  };
}
