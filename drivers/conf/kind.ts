/** A kind of object made usable: its declaration, its passes, and text in and out. */
import { quoteForMessage } from './xml/position.ts';
import { parseXml } from './xml/parse.ts';
import type { XmlElement } from './xml/tree.ts';
import { XmlWriter } from './xml/writer.ts';
import {
  type ElementDecl,
  type ElementModel,
  FormatContext,
  type FormatOptions,
  ParseContext,
  type ParseOptions,
} from './schema/index.ts';

/** Changes a definition in place, or refuses it through the context. */
export type Pass<T> = (definition: T, context: ParseContext) => void;

/** One kind of object (`domain`, `network`, ...) as other folders use it. */
export interface Kind<T> {
  /** Name of the root element. */
  readonly rootName: string;
  /**
   * Reads a definition: values, then defaults (post-parse), then checks. Throws VIR_ERR_XML_ERROR and libvirt's other
   * codes for what is refused, naming element, attribute, value and what was allowed, with line and column.
   */
  parse(text: string, options?: ParseOptions): T;
  /** As `parse`, for an element within a larger text (a node file): places in refusals are places of that text. */
  parseElement(root: XmlElement, source: string, options?: ParseOptions): T;
  /** Writes a definition as libvirt does. */
  format(definition: T, options?: FormatOptions): string;
  /** What an editor may offer: children, attributes, values, documentation. */
  describe(): ElementModel;
  /** The declaration, for kinds that hold this one. */
  readonly element: ElementDecl<T>;
}

export interface KindPasses<T> {
  /** Fills in defaults. */
  postParse?: Pass<T>;
  /** A driver's own post-parse; runs behind the generic one. */
  driverPostParse?: (driver: string) => Pass<T> | undefined;
  /** Refuses what does not fit together. */
  validate?: Pass<T>;
  /** Other names of the root element that are read. */
  aliases?: readonly string[];
  /** Prepares a definition for the output; must not change it, but may return another. */
  beforeFormat?: (definition: T, context: FormatContext) => T;
}

/** Makes a kind out of a declaration and its passes. */
export function kindOf<T>(element: ElementDecl<T>, passes: KindPasses<T> = {}): Kind<T> {
  return {
    rootName: element.name,
    element,
    describe: element.model,
    parse: (text, options = {}) => parseKind(element, passes, parseXml(text).root, text, options),
    parseElement: (root, source, options = {}) => parseKind(element, passes, root, source, options),
    format: (definition, options = {}) => {
      const context = new FormatContext(options);
      const out = new XmlWriter(options.indent ?? 0);
      element.format(passes.beforeFormat?.(definition, context) ?? definition, out, context);
      return out.toString();
    },
  };
}

function parseKind<T>(
  element: ElementDecl<T>,
  passes: KindPasses<T>,
  root: XmlElement,
  source: string,
  options: ParseOptions,
): T {
  const context = new ParseContext(source, options);
  checkRoot(root, [element.name, ...(passes.aliases ?? [])], context);
  const definition = element.parse(root, context);
  if (options.skipPostParse === true || options.lenient === true) return definition;
  passes.postParse?.(definition, context);
  if (options.driver !== undefined) passes.driverPostParse?.(options.driver)?.(definition, context);
  if (options.skipValidate !== true) passes.validate?.(definition, context);
  return definition;
}

function checkRoot(root: XmlElement, allowed: readonly string[], context: ParseContext): void {
  if (allowed.includes(root.name)) return;
  context.fail(`unexpected root element <${quoteForMessage(root.name)}>, expecting <${allowed.join('> or <')}>`, root);
}
