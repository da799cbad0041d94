/** Typed parameters as calls bring them: checked against what the call takes, then looked up by name. */
import type { TypedParam } from '../driver.ts';
import { testError } from './errors.ts';

type ParamType = TypedParam['type'];

/** The parameters of one call by name; each is of the type it was asked to be. */
export class TypedValues {
  readonly #params: ReadonlyMap<string, TypedParam>;

  /** Throws ARGUMENT_UNSUPPORTED for a name that is not in `allowed`, INVALID_ARG for another type or a second value. */
  constructor(params: readonly TypedParam[], allowed: Readonly<Record<string, ParamType>>) {
    const found = new Map<string, TypedParam>();
    for (const param of params) {
      const type = Object.hasOwn(allowed, param.field) ? allowed[param.field] : undefined;
      if (type === undefined)
        throw testError('VIR_ERR_ARGUMENT_UNSUPPORTED', `parameter '${param.field}' not supported`);
      if (type !== param.type) {
        throw testError(
          'VIR_ERR_INVALID_ARG',
          `invalid type '${param.type}' for parameter '${param.field}', expected '${type}'`,
        );
      }
      if (found.has(param.field))
        throw testError('VIR_ERR_INVALID_ARG', `parameter '${param.field}' occurs multiple times`);
      found.set(param.field, param);
    }
    this.#params = found;
  }

  get names(): string[] {
    return [...this.#params.keys()];
  }

  bigint(field: string): bigint | undefined {
    const value = this.#params.get(field)?.value;
    return typeof value === 'bigint' ? value : undefined;
  }

  number(field: string): number | undefined {
    const value = this.#params.get(field)?.value;
    return typeof value === 'number' ? value : undefined;
  }

  text(field: string): string | undefined {
    const value = this.#params.get(field)?.value;
    return typeof value === 'string' ? value : undefined;
  }

  boolean(field: string): boolean | undefined {
    const value = this.#params.get(field)?.value;
    return typeof value === 'boolean' ? value : undefined;
  }
}
