/** Defaults of operating system, clock, events and processor. */
import type { ParseContext } from '../../schema/index.ts';
import { clock } from '../clock.ts';
import { domainDevices, infoOf } from '../devices/iterate.ts';
import type { DomainRules } from '../rules.ts';
import { os } from '../os.ts';
import type { DomainDef } from '../schema.ts';

export function readMachine(def: DomainDef, context: ParseContext): void {
  readOs(def, context);
  readClock(def, context);
  def.onPoweroff ??= 'destroy';
  def.onReboot ??= 'restart';
  def.onCrash ??= 'destroy';
  readCpu(def);
}

function readOs(def: DomainDef, context: ParseContext): void {
  def.os ??= os.create({});
  if (def.os.type === undefined) {
    if (def.bootloader === undefined) context.refuse('an os <type> must be specified in element <os>', def.os);
    def.os.type = { value: 'xen' };
  }
  // Xen's paravirtual guests were once called 'linux', and still are in the output.
  if (def.os.type.value === 'xen' && def.type === 'xen') def.os.type.value = 'linux';
  else if (def.os.type.value === 'linux' && def.type !== 'xen') def.os.type.value = 'xen';
  if (def.bootloader === undefined) delete def.bootloaderArgs;
  readFirmware(def.os.firmwareFeatures?.features);
  const { loader } = def.os;
  if (loader?.path !== undefined) loader.type ??= 'rom';
}

type FirmwareFeatures = NonNullable<NonNullable<DomainDef['os']>['firmwareFeatures']>['features'];

/** Enrolled keys are of no use without secure boot. */
function readFirmware(features: FirmwareFeatures | undefined): void {
  if (features === undefined) return;
  const isEnrolled = features.some(({ name, enabled }) => name === 'enrolled-keys' && enabled);
  if (isEnrolled && !features.some(({ name }) => name === 'secure-boot'))
    features.push({ name: 'secure-boot', enabled: true });
  features.sort((a, b) => a.name.localeCompare(b.name));
}

function readClock(def: DomainDef, context: ParseContext): void {
  const found = (def.clock ??= clock.create({}));
  const { adjustment } = found;
  if (adjustment !== undefined && adjustment !== 'reset' && !/^[+-]?[0-9]{1,18}$/.test(adjustment)) {
    context.refuse(
      `Invalid value for attribute 'adjustment' in element 'clock': '${adjustment}'; allowed: reset or a number of seconds`,
      found,
    );
  }
  if ((found.offset === 'utc' || found.offset === 'localtime') && adjustment !== undefined && adjustment !== 'reset') {
    // A number of seconds off is what `variable` means.
    found.basis = found.offset;
    found.offset = 'variable';
  }
  if (found.offset === 'variable') {
    found.adjustment = String(BigInt((found.adjustment ?? '0').replace(/^\+/, '')));
    found.basis ??= 'utc';
  }
}

/** A model needs a mode, a match and a fallback; a feature needs a policy. */
function readCpu(def: DomainDef): void {
  const { cpu } = def;
  if (cpu === undefined || cpu.arch !== undefined) return;
  if (cpu.model?.name !== undefined) cpu.mode ??= 'custom';
  if (cpu.mode === 'custom' && cpu.model?.name !== undefined) cpu.match ??= 'exact';
  if (cpu.model !== undefined) cpu.model.fallback ??= 'allow';
  if (cpu.mode === 'host-passthrough' || cpu.mode === 'maximum') delete cpu.model;
  for (const feature of cpu.features) feature.policy ??= 'require';
}

/** Guests that say nothing boot from their first disk. */
export function bootOrder(def: DomainDef, context: ParseContext, rules: DomainRules): void {
  if (def.os?.type?.value !== 'hvm' || rules.features?.has('no-boot-order') === true) return;
  const orders = new Set<number>();
  for (const item of domainDevices(def)) {
    const order = infoOf(item).boot?.order;
    if (order === undefined) continue;
    if (orders.has(order))
      context.refuse(`boot order '${order}' used for more than one device`, item.device, 'VIR_ERR_CONFIG_UNSUPPORTED');
    orders.add(order);
  }
  if (def.os.boots.length > 0 && orders.size > 0) {
    context.refuse(
      'per-device boot elements cannot be used together with os/boot elements',
      def.os,
      'VIR_ERR_CONFIG_UNSUPPORTED',
    );
  }
  if (def.os.boots.length === 0 && orders.size === 0 && def.bootloader === undefined) def.os.boots.push({ dev: 'hd' });
}
