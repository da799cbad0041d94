/** Addresses of all devices, bus by bus in libvirt's order. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDef } from '../conf/index.ts';
import { capabilitiesFor } from './capabilities.ts';
import { assignMemorySlots } from './memory-slots.ts';
import { assignPciAddresses } from './pci-address.ts';
import { assignSpaprVioAddresses } from './spapr-vio-address.ts';
import { assignUsbAddresses } from './usb-address.ts';
import { assignCcwAddresses, assignVirtioMmioAddresses } from './virtio-address.ts';
import { assignVirtioSerialAddresses } from './virtio-serial-address.ts';
import { assignZpciAddresses } from './zpci-address.ts';

export function assignAddresses(def: DomainDef, context: ParseContext): void {
  assignVirtioSerialAddresses(def, context);
  assignSpaprVioAddresses(def, context);
  assignCcwAddresses(def, context);
  assignVirtioMmioAddresses(def);
  const added = assignPciAddresses(def, context, capabilitiesFor(def, context));
  assignZpciAddresses(def, context, added);
  assignUsbAddresses(def, context, context.options.abiUpdate === true);
  assignMemorySlots(def, context);
}
