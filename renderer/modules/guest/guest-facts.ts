/** What a guest's row says about it, as names and values. */
import type { GuestRow } from '../../../main/contract/index.ts';
import { t } from '../../i18n/index.ts';
import { formatKiB, formatNumber } from '../../shared/format/quantities.ts';
import type { Fact } from '../../ui/UiFacts.vue';
import { reasonText } from './reason.ts';

const yesNo = (value: boolean): string => t(value ? 'value.yes' : 'value.no');

const isReasonKnown = (reason: string): boolean => reason !== '' && reason !== 'unknown';

export function guestFacts(guest: GuestRow, hostName: string): Fact[] {
  return [
    ...(guest.title === '' ? [] : [{ label: t('fact.title'), value: guest.title, term: '<title>' }]),
    { label: t('fact.host'), value: hostName },
    { label: t('fact.vcpus'), value: guest.vcpus === 0 ? '–' : formatNumber(guest.vcpus), term: '<vcpu>' },
    {
      label: t('fact.memory'),
      value: guest.maxMemoryKiB === 0 ? '–' : formatKiB(guest.maxMemoryKiB),
      term: '<memory>',
    },
    { label: t('fact.reason'), value: isReasonKnown(guest.stateReason) ? reasonText(guest.stateReason) : '–' },
    { label: t('fact.autostart'), value: yesNo(guest.isAutostart), term: 'autostart' },
    ...(guest.isPersistent ? [] : [{ label: t('fact.transient'), value: t('fact.transientText'), term: 'transient' }]),
    ...(guest.hasManagedSave ? [{ label: t('fact.saved'), value: t('fact.savedText'), term: 'managed save' }] : []),
    { label: t('fact.uuid'), value: guest.uuid, term: '<uuid>', isCode: true },
  ];
}
