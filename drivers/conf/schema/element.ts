/**
 * Elements: fields put together into one reader, one writer, one TypeScript type and one editor model. This file has the
 * types and the two words of the language, `element` and `variant`; compile.ts makes them run.
 */
import type { XmlElement } from '../xml/tree.ts';
import type { XmlWriter } from '../xml/writer.ts';
import { bindPart } from './bind.ts';
import { compile } from './compile.ts';
import type { FormatContext, ParseContext } from './context.ts';
import type { Extra } from './extra.ts';
import type { Field } from './field.ts';
import type { ElementModel } from './model.ts';

/** A declared element: everything that can be done with it. */
export interface ElementDecl<T> {
  readonly name: string;
  readonly doc: string;
  readonly parse: (element: XmlElement, context: ParseContext) => T;
  readonly format: (value: T, out: XmlWriter, context: FormatContext) => void;
  /** A value from what is given: lists start empty, what has a default gets it. */
  readonly create: (given: Partial<T>) => T;
  readonly model: () => ElementModel;
  readonly isKeptEmpty: boolean;
}

/** The TypeScript type of a declared element. */
export type Infer<D> = D extends ElementDecl<infer T> ? T : never;

/** Fields by key. Their order is the order in the output. */
// The value types differ from field to field; only Infer looks at them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Fields = Readonly<Record<string, Field<any, boolean>>>;

/** Fields that exist only for one value of the attribute `on`. */
export interface VariantPart<K extends string, C extends Readonly<Record<string, Fields>>> {
  readonly on: K;
  readonly cases: C;
}

// eslint-disable-next-line @typescript-eslint/no-explicit-any
export type Part = Fields | VariantPart<string, any>;

type ValueIn<F> = F extends Field<infer T, boolean> ? T : never;
type RequiredKeys<F> = { [K in keyof F]: F[K] extends Field<infer _T, true> ? K : never }[keyof F];
type FieldsValue<F> = { [K in RequiredKeys<F>]: ValueIn<F[K]> } & {
  [K in Exclude<keyof F, RequiredKeys<F>>]?: ValueIn<F[K]> | undefined;
};
type CasesValue<K extends string, C> = { [N in keyof C]: { [D in K]: N } & FieldsValue<C[N]> }[keyof C];
type PartValue<P> =
  P extends VariantPart<infer K, infer C> ? CasesValue<K, C> : P extends Fields ? FieldsValue<P> : never;
type PartsValue<P> = P extends readonly [infer H, ...infer R] ? PartValue<H> & PartsValue<R> : unknown;
type Simplify<T> = T extends unknown ? { [K in keyof T]: T[K] } : never;
/** The value of an element declared with these parts. */
export type ElementValue<P> = Simplify<
  (P extends readonly unknown[] ? PartsValue<P> : PartValue<P>) & { extra?: Extra | undefined }
>;

/** Declares the cases of an element that differ by the value of the attribute `on`, itself declared in an earlier part. */
export function variant<const K extends string, const C extends Readonly<Record<string, Fields>>>(
  on: K,
  cases: C,
): VariantPart<K, C> {
  return { on, cases };
}

export interface ElementOptions<T = unknown> {
  /** Condition for writing it at all. */
  when?: (value: T, context: FormatContext) => boolean;
  /** Written even when it holds nothing: its presence says something. */
  keepEmpty?: boolean;
  /** Written as start and end tag even when it holds nothing, where (or for the values for which) libvirt does so. */
  block?: boolean | ((value: Readonly<Record<string, unknown>>) => boolean);
}

/** Declares an element. */
export function element<const P extends Fields | readonly Part[]>(
  name: string,
  doc: string,
  parts: P,
  options: ElementOptions<NoInfer<ElementValue<P>>> = {},
): ElementDecl<ElementValue<P>> {
  const list = (Array.isArray(parts) ? parts : [parts]) as readonly Part[];
  return compile(name, doc, list.map(bindPart), options as ElementOptions) as unknown as ElementDecl<ElementValue<P>>;
}
