/** The words a declaration is made of. */
export { attr, scaledAttr, scaledText, text } from './attribute-field.ts';
export { cpuSet } from './bitmap.ts';
export { FormatContext, type FormatOptions, ParseContext, type ParseOptions } from './context.ts';
export { element, type ElementDecl, type Infer, variant } from './element.ts';
export type { Extra, WithExtra } from './extra.ts';
export type { Field } from './field.ts';
export { flag, leaf, leaves, raw, scaledLeaf } from './leaf-field.ts';
export type { AttributeModel, ChildModel, ElementModel } from './model.ts';
export { child, many, mixed } from './nested.ts';
export {
  hex,
  hex64,
  int,
  mac,
  oneOf,
  onOff,
  oneZero,
  pattern,
  s64,
  sint,
  string,
  u64,
  uuid,
  type ValueModel,
  yesNo,
} from './value.ts';
