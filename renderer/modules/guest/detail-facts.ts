/** What a guest's definition says about it, as names and values. Empty values are left out. */
import type { DomainDetails } from '../../../main/contract/index.ts';
import { t } from '../../i18n/index.ts';
import { formatKiB } from '../../shared/format/quantities.ts';
import type { Fact } from '../../ui/UiFacts.vue';

export function detailFacts(details: DomainDetails): Fact[] {
  const { vcpus, maxVcpus, memoryKiB, maxMemoryKiB } = details;
  const facts: Fact[] = [
    {
      label: t('fact.type'),
      value: [details.virtType, details.osType].filter(Boolean).join(' · '),
      term: "<domain type=''>",
    },
    {
      label: t('fact.machine'),
      value: [details.architecture, details.machine].filter(Boolean).join(' · '),
      term: "<type arch='' machine=''>",
    },
    { label: t('fact.firmware'), value: details.firmware, term: '<os>' },
    { label: t('fact.boot'), value: details.bootDevices.join(', '), term: '<boot>' },
    { label: t('fact.emulator'), value: details.emulator, term: '<emulator>', isCode: true },
  ];
  if (maxVcpus !== vcpus) facts.push({ label: t('fact.maxVcpus'), value: String(maxVcpus), term: '<vcpu>' });
  if (maxMemoryKiB !== memoryKiB)
    facts.push({ label: t('fact.currentMemory'), value: formatKiB(memoryKiB), term: '<currentMemory>' });
  return facts.filter(({ value }) => value !== '');
}
