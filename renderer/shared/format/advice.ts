/** What to do about a failure, in one or two sentences; empty where nothing is known. */
import type { ContractError } from '../../../main/contract/index.ts';
import { t } from '../../i18n/index.ts';

/** Before anything else the user has to know that it may have been done. */
export function adviceOn({ hint, mayHaveActed }: ContractError): string {
  return [mayHaveActed === true ? t('error.mayHaveActed') : '', hint ?? ''].filter((text) => text !== '').join(' ');
}
