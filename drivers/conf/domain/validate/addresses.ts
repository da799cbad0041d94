/** What is refused of addresses and of numbers that must be unique. */
import type { ParseContext } from '../../schema/index.ts';
import type { Address } from '../address.ts';
import { domainDevices, infoOf } from '../devices/iterate.ts';
import type { DomainDef } from '../schema.ts';
import { duplicate } from './check.ts';

const hex = (value: number): string => `0x${value.toString(16)}`;

/** Why a PCI address cannot be one; undefined where it can. */
export function pciRefusal({
  domain,
  bus,
  slot,
  function: number,
}: Extract<Address, { type: 'pci' }>): string | undefined {
  if (domain > 0xffffffff) return `Invalid PCI address domain='${hex(domain)}', must be <= 0xFFFFFFFF`;
  if (bus > 0xff) return `Invalid PCI address bus='${hex(bus)}', must be <= 0xFF`;
  if (slot > 0x1f) return `Invalid PCI address slot='${hex(slot)}', must be <= 0x1F`;
  return number > 7 ? `Invalid PCI address function=${hex(number)}, must be <= 7` : undefined;
}

export function validateAddresses(def: DomainDef, context: ParseContext): void {
  for (const item of domainDevices(def)) {
    const { address } = infoOf(item);
    if (address === undefined) continue;
    if (address.type === 'pci') {
      const refusal = pciRefusal(address);
      if (refusal !== undefined) context.refuse(refusal, address);
    } else if (address.type === 'usb') {
      if (address.port !== undefined && !/^[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}$/.test(address.port)) {
        context.refuse(
          `Cannot parse <address> 'port' attribute '${address.port}'; allowed: up to four numbers such as 1.2`,
          address,
          'VIR_ERR_INTERNAL_ERROR',
        );
      }
    } else if (address.type === 'unassigned' && item.kind !== 'hostdevs') {
      context.refuse(
        "address of type 'unassigned' is supported only for hostdevs",
        item.device,
        'VIR_ERR_CONFIG_UNSUPPORTED',
      );
    }
  }
  duplicateNumbers(def, context);
}

function duplicateNumbers(def: DomainDef, context: ParseContext): void {
  const { devices } = def;
  if (devices === undefined) return;
  const controllers = devices.controllers.filter(({ type }) => type !== 'usb');
  const twice = duplicate(controllers.map(({ type, index }) => `${type} ${index}`));
  if (twice !== undefined) {
    const [type, index] = twice.split(' ');
    const second = controllers.findLast((one) => one.type === type && String(one.index) === index);
    context.refuse(`Multiple '${type}' controllers with index '${index}'`, second ?? devices);
  }
  const panic = duplicate(devices.panics.map(({ model }) => model ?? 'default'));
  if (panic !== undefined)
    context.refuse(`Multiple panic devices with model '${panic}'`, devices.panics.at(-1) ?? devices);
  const timer = duplicate((def.clock?.timers ?? []).map(({ name }) => name));
  if (timer !== undefined) context.refuse(`Multiple timers with name '${timer}'`, def.clock ?? def);
}
