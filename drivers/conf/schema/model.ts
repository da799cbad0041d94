/** What the declarations tell an editor: which attributes and children an element may have, their values and their meaning. */
import type { ValueModel } from './value.ts';

export interface AttributeModel {
  name: string;
  doc: string;
  value: ValueModel;
  required: boolean;
  /** Filled in when absent. */
  default?: string;
  /** Only for these discriminator values, e.g. `type=pci`. */
  when?: string;
}

export interface ChildModel {
  name: string;
  doc: string;
  /** May stand more than once. */
  many: boolean;
  required: boolean;
  when?: string;
  /** The child's own model; a function because elements may contain themselves. */
  element: () => ElementModel;
}

export interface ElementModel {
  name: string;
  doc: string;
  attributes: AttributeModel[];
  children: ChildModel[];
  /** The element's text, where it has one. */
  text?: ValueModel;
  /** Anything may stand inside (metadata). */
  open?: boolean;
}

/** A child that holds nothing but text. */
export function leafModel(
  name: string,
  doc: string,
  text: ValueModel,
  attributes: AttributeModel[] = [],
): ElementModel {
  return { name, doc, attributes, children: [], text };
}
