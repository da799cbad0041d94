/**
 * What a field is: one value of an element, declared once. attribute-field.ts, leaf-field.ts and nested.ts have the kinds;
 * compile.ts puts fields together.
 */
import type { VirErrorNumber } from '../../error.ts';
import { attributeOf, type XmlAttribute, type XmlElement } from '../xml/tree.ts';
import { quoteForMessage } from '../xml/position.ts';
import type { XmlWriter } from '../xml/writer.ts';
import type { FormatContext, ParseContext } from './context.ts';
import type { WithExtra } from './extra.ts';
import type { AttributeModel, ChildModel } from './model.ts';
import { type BaseUnit, parseScaled, prettySize, unitNames } from './scale.ts';
import { invalid, type ValueModel, type ValueType } from './value.ts';

/** An object of a definition as the engine sees it. */
export type Owner = WithExtra & Record<string, unknown>;

/** A field bound to its key: what element.ts compiles into the element's reader and writer. */
export interface Slot {
  key: string;
  /** XML names of the attributes that `readAttribute` wants. */
  attributeNames?: readonly string[];
  readAttribute?: (owner: Owner, attribute: XmlAttribute, element: XmlElement, context: ParseContext) => void;
  /** XML names of the children that `readChild` wants. False: not taken, to be kept as unknown. */
  childNames?: readonly string[];
  readChild?: (owner: Owner, child: XmlElement, context: ParseContext) => boolean;
  readText?: (owner: Owner, element: XmlElement, context: ParseContext) => void;
  /** A fresh start value (lists). */
  initial?: () => unknown;
  fill?: unknown;
  /** Says what is missing, for the refusal. */
  required?: { what: string; code: keyof typeof VirErrorNumber };
  writeAttributes?: (out: XmlWriter, value: unknown, context: FormatContext, owner: Owner) => void;
  writeContent?: (out: XmlWriter, value: unknown, context: FormatContext, owner: Owner) => void;
  /** The text to close the element with. */
  textOf?: (value: unknown) => string;
  derive?: (owner: Owner, context: FormatContext) => unknown;
  isShown?: (value: unknown, owner: Owner, context: FormatContext) => boolean;
  models: { attributes?: AttributeModel[]; children?: ChildModel[]; text?: ValueModel; open?: boolean };
}

/** `T`: the value's type; `R`: true where the value is always there after parsing. */
export interface Field<T, R extends boolean> {
  readonly bind: (key: string) => Slot;
  /** Types only. */
  readonly types?: { value: T; required: R };
}

export interface FieldOptions<T> {
  /** XML name; the key's own by default. */
  name?: string;
  /** Refused when absent. */
  required?: boolean;
  /** Error code of the refusal when a required one is absent. */
  missing?: keyof typeof VirErrorNumber;
  /** Taken when absent, and written like a given one. */
  fill?: T;
  /** Left out of the output when equal to this. */
  hide?: T;
  /** Only a running object has it: neither read nor written with `inactive`. */
  live?: boolean;
  /** Written only with `secure`. */
  secret?: boolean;
  /** What is written, where it follows from other values rather than being kept itself; undefined: nothing. */
  derive?: (owner: Owner, context: FormatContext) => T | undefined;
  /** Further condition for writing it. */
  show?: (value: T, owner: Owner, context: FormatContext) => boolean;
}

/** Options of a size with a unit. */
export interface ScaledOptions extends FieldOptions<bigint> {
  /** Name of the attribute with the unit; `unit` by default. */
  unit?: string;
  /** How the unit is spelt in the output, where it is not the base's own name. */
  unitName?: string;
  /** Unit of a number that names none; the base by default. */
  assumed?: BaseUnit;
  /** Written in whole `M` where it is a multiple; the base must be `bytes`. */
  megabytes?: boolean;
  /** Written in the largest unit that fits; the base must be `bytes`. */
  pretty?: boolean;
}

/** The number and the unit to write. */
export function scaledOutput(value: bigint, base: BaseUnit, options: ScaledOptions): { value: bigint; unit: string } {
  if (options.megabytes === true && value % 1048576n === 0n) return { value: value / 1048576n, unit: 'M' };
  return options.pretty === true ? prettySize(value) : { value, unit: options.unitName ?? base };
}

export type RequiredBy<O> = O extends { required: true } | { fill: unknown } ? true : false;

export const unitModel: ValueModel = { kind: 'enum', allowed: unitNames.join(', '), values: unitNames };

export function sizeModel(base: BaseUnit): ValueModel {
  return {
    kind: 'size',
    allowed: `a whole number of ${base} or of the unit given; allowed units: ${unitNames.join(', ')}`,
  };
}

type CommonSlot = Pick<Slot, 'key' | 'fill' | 'required' | 'derive' | 'isShown' | 'models'>;

/** What all kinds of field do with their options. */
export function common<T>(key: string, options: FieldOptions<T>, missing: string): CommonSlot {
  const { fill, hide, live, secret, show } = options;
  const slot: CommonSlot = { key, models: {} };
  if (options.derive !== undefined) slot.derive = options.derive;
  if (fill !== undefined) slot.fill = fill;
  if (options.required === true) slot.required = { what: missing, code: options.missing ?? 'VIR_ERR_XML_ERROR' };
  if (hide !== undefined || live === true || secret === true || show !== undefined) {
    slot.isShown = (value, owner, context) =>
      !(hide !== undefined && value === hide) &&
      !(live === true && context.inactive) &&
      !(secret === true && !context.secure) &&
      (show === undefined || show(value as T, owner, context));
  }
  return slot;
}

/** The refusal of one attribute's value, in libvirt's words and with what was allowed. */
export function refusal(attribute: string, element: string, value: string, model: ValueModel): string {
  return `Invalid value for attribute '${attribute}' in element '${element}': '${quoteForMessage(value)}'; allowed: ${model.allowed}`;
}

export function readValue<T>(
  type: ValueType<T>,
  attribute: XmlAttribute,
  element: XmlElement,
  context: ParseContext,
): T {
  const value = type.parse(attribute.value);
  return value === invalid
    ? context.fail(refusal(attribute.name, element.name, attribute.value, type.model), attribute.valueStart)
    : value;
}

export function readText<T>(type: ValueType<T>, raw: string, element: XmlElement, context: ParseContext): T {
  const value = type.parse(raw);
  if (value !== invalid) return value;
  return context.fail(
    `Invalid value for element '${element.name}': '${quoteForMessage(raw)}'; allowed: ${type.model.allowed}`,
    element,
  );
}

export function readScaledText(
  raw: string,
  element: XmlElement,
  base: BaseUnit,
  context: ParseContext,
  assumed: BaseUnit = base,
): bigint {
  const unit = attributeOf(element, 'unit');
  const value = parseScaled(raw, unit, base, assumed);
  if (value !== invalid) return value;
  const given = unit === undefined ? '' : ` with unit '${quoteForMessage(unit)}'`;
  return context.fail(
    `Invalid value for element '${element.name}': '${quoteForMessage(raw)}'${given}; allowed: ${sizeModel(base).allowed}`,
    element,
  );
}
