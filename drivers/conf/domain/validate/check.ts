/** Checks as values: each says what it refuses, in libvirt's words, and with which of libvirt's codes. */
import type { VirErrorNumber } from '../../../error.ts';
import type { ParseContext } from '../../schema/index.ts';
import type { DomainDef } from '../schema.ts';

/** The refusal's message; false or undefined where there is nothing to refuse. */
type Verdict = string | false | undefined;

export interface Check<T> {
  code: keyof typeof VirErrorNumber;
  refuses: (subject: T, def: DomainDef) => Verdict;
  /** The part at fault, where it is narrower than the subject. */
  at?: (subject: T) => object | undefined;
}

type Refuses<T> = Check<T>['refuses'];

/** Legal, but not what any hypervisor can do (VIR_ERR_CONFIG_UNSUPPORTED). */
export const unsupported = <T>(refuses: Refuses<T>): Check<T> => ({ code: 'VIR_ERR_CONFIG_UNSUPPORTED', refuses });
/** Not legal XML (VIR_ERR_XML_ERROR). */
export const illegal = <T>(refuses: Refuses<T>): Check<T> => ({ code: 'VIR_ERR_XML_ERROR', refuses });
/** As libvirt reports values that contradict each other in detail (VIR_ERR_XML_DETAIL). */
export const contradictory = <T>(refuses: Refuses<T>): Check<T> => ({ code: 'VIR_ERR_XML_DETAIL', refuses });
/** What libvirt calls an internal error although it is the definition's fault. */
export const internal = <T>(refuses: Refuses<T>): Check<T> => ({ code: 'VIR_ERR_INTERNAL_ERROR', refuses });
export const withCode = <T>(code: keyof typeof VirErrorNumber, refuses: Refuses<T>): Check<T> => ({ code, refuses });

/** A check that points at a part of its subject. */
export const pointingAt = <T>(at: NonNullable<Check<T>['at']>, check: Check<T>): Check<T> => ({ ...check, at });

/** Runs checks in order on one object of the definition. */
export function runChecks<T extends object>(
  checks: readonly Check<T>[],
  subject: T,
  def: DomainDef,
  context: ParseContext,
): void {
  for (const { code, refuses, at } of checks) {
    const message = refuses(subject, def);
    if (typeof message === 'string') context.refuse(message, at?.(subject) ?? subject, code);
  }
}

/** The first value that comes up twice. */
export function duplicate<T>(values: Iterable<T>): T | undefined {
  const seen = new Set<T>();
  for (const value of values) {
    if (seen.has(value)) return value;
    seen.add(value);
  }
  return undefined;
}
