/** Security labels of a host without a security driver. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDef } from '../conf/index.ts';

/** Of old a single label need not name its model: it was the host's first, and that is none here. */
export function seclabelDefaults({ seclabels }: DomainDef, context: ParseContext): void {
  const [only] = seclabels;
  if (only === undefined || seclabels.length > 1 || only.model !== undefined) return;
  const isChosenByHost = (only.type ?? 'dynamic') === 'dynamic' && only.baselabel === undefined && context.inactive;
  if (only.type !== 'none' && !isChosenByHost) return;
  only.model = 'none';
  if (!context.inactive) return;
  only.type = 'none';
  delete only.relabel;
}
