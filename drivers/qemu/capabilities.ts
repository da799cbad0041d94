/**
 * What the emulator is taken to know. Defaults in a definition depend on it, and a definition must be read where no QEMU
 * is installed; so there are two generations to choose from, and where none is chosen the definition itself tells.
 */
import type { ParseContext } from '../conf/schema/index.ts';
import type { DomainDef } from '../conf/index.ts';
import { needsRecentQemu } from './generation.ts';

export interface QemuCapabilities {
  /** QEMU tells its default processor, which is then written down. */
  tellsDefaultCpu: boolean;
  /** A default USB controller gets the name of its model. */
  namesUsbController: boolean;
  /** qemu-xhci is there. */
  xhci: boolean;
  /** The virt machines have PCI Express; before, virtio devices sit in the memory map. */
  pcieOnVirt: boolean;
  /** The generic pcie-root-port and the pcie-to-pci-bridge are there; before, ioh3420 and dmi-to-pci-bridge. */
  genericPciePorts: boolean;
  /** virtio devices may be plugged into PCI Express slots. */
  virtioOnPcie: boolean;
  /** lsilogic SCSI adapters are there. */
  lsi: boolean;
  /** Host pass-through can leave out what blocks migration. */
  cpuMigratable: boolean;
  /** The processors of a NUMA node need not be neighbours. */
  disjointNuma: boolean;
  /** Mediated devices can be screens. */
  vfioDisplay: boolean;
  /** KVM on ARM has version 3 of the interrupt controller. */
  gicV3: boolean;
  /** PCI devices on s390. */
  zpci: boolean;
}

const minimal: QemuCapabilities = {
  tellsDefaultCpu: false,
  namesUsbController: false,
  xhci: false,
  pcieOnVirt: false,
  genericPciePorts: false,
  virtioOnPcie: false,
  lsi: true,
  cpuMigratable: false,
  disjointNuma: false,
  vfioDisplay: false,
  gicV3: false,
  zpci: false,
};

const latest: QemuCapabilities = {
  tellsDefaultCpu: true,
  namesUsbController: true,
  xhci: true,
  pcieOnVirt: true,
  genericPciePorts: true,
  virtioOnPcie: true,
  lsi: true,
  cpuMigratable: true,
  disjointNuma: true,
  vfioDisplay: true,
  gicV3: true,
  zpci: true,
};

/** The capabilities to fill in defaults by: those asked for, today's for a new guest, else what the definition needs. */
export function capabilitiesFor(def: DomainDef, context: ParseContext): QemuCapabilities {
  const { capabilities, abiUpdate } = context.options;
  const chosen = capabilities ?? (abiUpdate === true || needsRecentQemu(def) ? 'latest' : 'minimal');
  return chosen === 'latest' ? latest : minimal;
}
