/**
 * A slot of the driver contract as a procedure: how its arguments and result differ from the wire's, in both
 * directions. The remote driver uses it one way, a daemon the other. Generated; see slot-calls.gen.ts.
 */
import type { Procedure } from './procedure.ts';

/* eslint-disable @typescript-eslint/no-explicit-any */
export interface AnySlotCall {
  procedure: Procedure<any, any>;
  argsToWire(args: any): any;
  argsFromWire(wireArgs: any): any;
  resultFromWire(wireRet: any): any;
  /** `wireArgs`: whether the caller wants the list or only its length, and how much of it. */
  resultToWire(result: any, wireArgs: any): any;
  /**
   * A list whose length the caller names in `nparams`. `asksFirst`: a call with 0 answers the length; otherwise any
   * number up to `max` will do.
   */
  counted: { max: number; asksFirst: boolean } | null;
  /** Strings among the typed parameters must be asked for: VIR_TYPED_PARAM_STRING_OKAY in `flags`. */
  stringParams: boolean;
}

export const same = <T>(value: T): T => value;
export const emptyArgs = (): Record<never, never> => ({});
export const nothing = (): void => {};
