/** The page's one funnel for faults of the program itself: on the console, and shown so that they can be reported. */
import { shallowRef } from 'vue';

/** The newest fault, until it was dismissed. */
export const lastFault = shallowRef<Error | null>(null);

/** Reports a fault. What the user did wrong, or the host refused, does not belong here. */
export function reportFault(thrown: unknown): void {
  const fault = thrown instanceof Error ? thrown : new Error(String(thrown));
  lastFault.value = fault;
  // oxlint-disable-next-line no-console
  console.error(fault);
}
