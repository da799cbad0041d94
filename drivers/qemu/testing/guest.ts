/** A QEMU guest out of a few lines, for the tests beside this file. */
import { conf } from '../../index.ts';
import type { ParseOptions } from '../../conf/schema/index.ts';

export interface Guest extends ParseOptions {
  arch?: string;
  machine?: string;
  type?: string;
  devices?: string;
  /** Elements beside `<os>` and `<devices>`. */
  more?: string;
}

/** The definition with the driver's defaults. */
export function guest({ arch = 'x86_64', machine = 'pc', type = 'kvm', devices = '', more = '', ...options }: Guest) {
  const xml = `<domain type='${type}'><name>g</name><memory>1048576</memory>
    <os><type arch='${arch}' machine='${machine}'>hvm</type></os>${more}<devices>${devices}</devices></domain>`;
  return conf.domain.parse(xml, { driver: 'qemu', inactive: true, ...options });
}

/** `bus:slot.function` of a PCI address. */
export function pci(device: { address?: object | undefined } | undefined): string | undefined {
  const address = device?.address as { type: string; bus?: number; slot?: number; function?: number } | undefined;
  return address?.type === 'pci' ? `${address.bus}:${address.slot}.${address.function}` : undefined;
}
