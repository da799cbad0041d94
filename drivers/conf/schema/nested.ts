/** Children that are objects of their own: one, many of a name, or several names in one ordered list. */
import type { ElementDecl, Infer } from './element.ts';
import type { FormatContext } from './context.ts';
import { common, type Field, type FieldOptions, type Owner } from './field.ts';

/** A child element that is an object of its own. */
export function child<T, const O extends FieldOptions<T> = Record<never, never>>(
  decl: ElementDecl<T> | (() => ElementDecl<T>),
  options?: O & FieldOptions<NoInfer<T>>,
): Field<T, O extends { required: true } | { fill: unknown } ? true : false> {
  const given: FieldOptions<T> = options ?? {};
  const get = typeof decl === 'function' ? decl : () => decl;
  return {
    bind: (key) => {
      const name = given.name ?? (typeof decl === 'function' ? key : decl.name);
      return {
        ...common(key, given, `element '${name}'`),
        childNames: [name],
        readChild: (owner, found, context) => {
          if (owner[key] !== undefined) return false;
          if (!(given.live === true && context.inactive)) owner[key] = get().parse(found, context);
          return true;
        },
        writeContent: (out, value, context) => get().format(value as T, out, context),
        models: {
          children: [
            {
              name,
              doc: typeof decl === 'function' ? '' : decl.doc,
              many: false,
              required: given.required === true,
              element: () => get().model(),
            },
          ],
        },
      };
    },
  };
}

export interface ListOptions<T> {
  name?: string;
  live?: boolean;
  show?: (value: T[], owner: Owner, context: FormatContext) => boolean;
  /** Most elements that are read; hostile texts hold any number. */
  max?: number;
}

/** Child elements of one name, as a list that is always there. */
export function many<T>(decl: ElementDecl<T> | (() => ElementDecl<T>), options: ListOptions<T> = {}): Field<T[], true> {
  const get = typeof decl === 'function' ? decl : () => decl;
  const { show, live, max = Number.POSITIVE_INFINITY } = options;
  return {
    bind: (key) => {
      const name = options.name ?? (typeof decl === 'function' ? key : decl.name);
      return {
        ...common<T[]>(key, { ...(show === undefined ? {} : { show }), ...(live === undefined ? {} : { live }) }, ''),
        childNames: [name],
        readChild: (owner, found, context) => {
          if (live === true && context.inactive) return true;
          const list = owner[key] as T[];
          if (list.length >= max) context.fail(`More than ${max} elements '${name}'; allowed: ${max}`, found);
          list.push(get().parse(found, context));
          return true;
        },
        initial: () => [],
        writeContent: (out, value, context) => {
          const { format } = get();
          for (const item of value as T[]) format(item, out, context);
        },
        models: {
          children: [
            {
              name,
              doc: typeof decl === 'function' ? '' : decl.doc,
              many: true,
              required: false,
              element: () => get().model(),
            },
          ],
        },
      };
    },
  };
}

/** Children of several names in one list whose order means something; `kind` is the element's name. */
// The element types differ from name to name; only Infer looks at them.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
export function mixed<const D extends Readonly<Record<string, ElementDecl<any>>>>(
  decls: D,
  { max = Number.POSITIVE_INFINITY }: { max?: number } = {},
): Field<{ [K in keyof D]: { kind: K; value: Infer<D[K]> } }[keyof D][], true> {
  const names = Object.keys(decls);
  return {
    bind: (key) => ({
      key,
      childNames: names,
      readChild: (owner, found, context) => {
        const decl = decls[found.name];
        if (decl === undefined) return false;
        const list = owner[key] as unknown[];
        if (list.length >= max) context.fail(`More than ${max} elements in '${key}'; allowed: ${max}`, found);
        list.push({ kind: found.name, value: decl.parse(found, context) });
        return true;
      },
      initial: () => [],
      writeContent: (out, value, context) => {
        for (const { kind, value: item } of value as { kind: string; value: unknown }[])
          decls[kind]?.format(item, out, context);
      },
      models: {
        children: Object.values(decls).map((decl) => ({
          name: decl.name,
          doc: decl.doc,
          many: true,
          required: false,
          element: () => decl.model(),
        })),
      },
    }),
  };
}
