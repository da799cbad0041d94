/** Features that a machine needs: interrupt controllers, TSEG. */
import type { ParseContext } from '../conf/schema/index.ts';
import { features as featuresElement } from '../conf/domain/features.ts';
import type { DomainDef } from '../conf/index.ts';
import { capabilitiesFor } from './capabilities.ts';
import { isArmVirt, isQ35 } from './machine.ts';

export function featureDefaults(def: DomainDef, context: ParseContext): void {
  const gic = def.features?.gic;
  // The virt machine always has a GIC. Today's hosts have version 3; emulated, it lacks what PCI Express needs.
  if ((gic === undefined && isArmVirt(def)) || (gic !== undefined && gic.version === undefined)) {
    const version = capabilitiesFor(def, context).gicV3 && def.type === 'kvm' ? '3' : '2';
    (def.features ??= featuresElement.create({})).gic = { version };
  }
  // Interrupt remapping needs an I/O APIC that is split between KVM and QEMU.
  if (def.devices?.iommus.some(({ driver }) => driver?.intremap === true) === true)
    (def.features ??= featuresElement.create({})).ioapic ??= { driver: 'qemu' };
  checkTseg(def, context);
}

const mebibyte = 1024n * 1024n;

function checkTseg(def: DomainDef, context: ParseContext): void {
  const smm = def.features?.smm;
  if (smm?.state !== true || smm.tsegBytes === undefined) return;
  if (!isQ35(def))
    context.refuse('SMM TSEG is only supported with q35 machine type', smm, 'VIR_ERR_CONFIG_UNSUPPORTED');
  if (smm.tsegBytes % mebibyte !== 0n)
    context.refuse('SMM TSEG size must be divisible by 1 MiB', smm, 'VIR_ERR_CONFIG_UNSUPPORTED');
}
