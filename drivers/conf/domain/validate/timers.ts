/** What is refused of timers and of the IOMMU. */
import type { ParseContext } from '../../schema/index.ts';
import type { DomainDef } from '../schema.ts';
import { type Check, illegal, runChecks, unsupported } from './check.ts';

type Timer = NonNullable<DomainDef['clock']>['timers'][number];

const timerChecks: readonly Check<Timer>[] = [
  unsupported(
    ({ name, tickpolicy }) =>
      (name === 'kvmclock' || name === 'hypervclock') &&
      tickpolicy !== undefined &&
      `timer ${name} doesn't support setting of timer tickpolicy`,
  ),
  illegal(
    ({ tickpolicy, catchup }) =>
      tickpolicy !== 'catchup' &&
      catchup !== undefined &&
      "setting of timer catchup policies is only supported with tickpolicy='catchup'",
  ),
  unsupported(
    ({ name, frequency }) =>
      name !== 'tsc' && frequency !== undefined && `timer ${name} doesn't support setting of timer frequency`,
  ),
  unsupported(
    ({ name, mode }) => name !== 'tsc' && mode !== undefined && `timer ${name} doesn't support setting of timer mode`,
  ),
  unsupported(
    ({ name, track }) =>
      name !== 'platform' &&
      name !== 'rtc' &&
      track !== undefined &&
      `timer ${name} doesn't support setting of timer track`,
  ),
];

type Iommu = NonNullable<DomainDef['devices']>['iommus'][number];

const iommuChecks: readonly Check<Iommu>[] = [
  unsupported(
    ({ driver }, def) =>
      driver?.intremap === true &&
      def.features?.ioapic?.driver !== 'qemu' &&
      "IOMMU interrupt remapping requires split I/O APIC (ioapic driver='qemu')",
  ),
  unsupported(
    ({ driver }) =>
      driver?.eim === true && driver.intremap !== true && 'IOMMU eim requires interrupt remapping to be enabled',
  ),
];

export function validateTimers(def: DomainDef, context: ParseContext): void {
  for (const timer of def.clock?.timers ?? []) runChecks(timerChecks, timer, def, context);
  for (const one of def.devices?.iommus ?? []) runChecks(iommuChecks, one, def, context);
}
