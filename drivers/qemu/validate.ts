/** What QEMU cannot do whatever its version: refused with libvirt's words, at the element at fault. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { Devices } from '../conf/domain/devices/index.ts';
import { type Check, runChecks, unsupported } from '../conf/domain/validate/check.ts';
import type { DomainDef } from '../conf/index.ts';
import { archOf, isPSeries, isX86, machineOf } from './machine.ts';
import { validateDevices } from './validate-devices.ts';

/** Features that only pSeries machines have. */
const pSeriesFeatures = {
  hpt: 'hpt',
  htm: 'htm',
  nestedHv: 'nested-hv',
  ccfAssist: 'ccf-assist',
  cfpc: 'cfpc',
} as const;
const morePSeriesFeatures = { sbbc: 'sbbc', ibs: 'ibs' } as const;
const pSeriesNames = Object.entries({ ...pSeriesFeatures, ...morePSeriesFeatures }) as [
  keyof NonNullable<DomainDef['features']>,
  string,
][];

const machineChecks: readonly Check<DomainDef>[] = [
  unsupported((def) => {
    const name = pSeriesNames.find(([key]) => def.features?.[key] !== undefined)?.[1];
    if (name === undefined || isPSeries(def)) return false;
    return `The '${name}' feature is not supported for architecture '${archOf(def)}' or machine type '${machineOf(def)}'`;
  }),
  unsupported(
    (def) =>
      def.os?.loader?.type === 'pflash' &&
      def.features?.acpi !== true &&
      isX86(def) &&
      'UEFI requires ACPI on this architecture',
  ),
  unsupported(
    ({ cpu }) =>
      cpu?.cache?.mode === 'passthrough' &&
      cpu.mode !== 'host-passthrough' &&
      cpu.mode !== 'maximum' &&
      "CPU cache mode 'passthrough' can only be used with 'host-passthrough' / 'maximum' CPUs",
  ),
  unsupported(
    ({ cpu }) =>
      cpu?.cache?.mode === 'passthrough' &&
      cpu.cache.level !== undefined &&
      `unsupported CPU cache level for mode 'passthrough'`,
  ),
  unsupported(
    ({ cpu }) =>
      cpu?.maxphysaddr?.mode === 'passthrough' &&
      cpu.mode !== 'host-passthrough' &&
      cpu.mode !== 'maximum' &&
      `CPU maximum physical address bits mode 'passthrough' can only be used with 'host-passthrough' / 'maximum' CPUs`,
  ),
  unsupported(
    ({ cpu }) =>
      cpu?.maxphysaddr?.mode === 'passthrough' &&
      cpu.maxphysaddr.bits !== undefined &&
      "CPU maximum physical address bits number specification cannot be used with mode='passthrough'",
  ),
];

const deviceListChecks: readonly Check<Devices>[] = [
  unsupported(
    ({ tpms }) =>
      tpms.filter(({ model }) => model === 'spapr-tpm-proxy').length > 1 &&
      'only a single TPM Proxy device is supported',
  ),
  unsupported(
    ({ tpms }) =>
      tpms.filter(({ model }) => model !== 'spapr-tpm-proxy').length > 1 &&
      'only a single TPM non-proxy device is supported',
  ),
  unsupported(
    ({ graphics }) =>
      graphics.some(({ type }) => type === 'egl-headless') &&
      graphics.some(({ type }) => type === 'sdl') &&
      "graphics type 'egl-headless' is only supported with one of: 'vnc', 'spice' graphics types",
  ),
  unsupported(
    ({ graphics }) =>
      ['sdl', 'vnc', 'spice', 'egl-headless', 'dbus'].some(
        (type) => graphics.filter((one) => one.type === type).length > 1,
      ) && 'only 1 graphics device of each type (sdl, vnc, spice, headless, dbus) is supported',
  ),
];

export function validate(def: DomainDef, context: ParseContext): void {
  runChecks(machineChecks, def, def, context);
  if (def.devices === undefined) return;
  runChecks(deviceListChecks, def.devices, def, context);
  validateDevices(def, context);
}
