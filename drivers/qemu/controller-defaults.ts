/** Models of controllers where none is given. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { Controller } from '../conf/domain/devices/controller.ts';
import type { DomainDef } from '../conf/index.ts';
import { capabilitiesFor, type QemuCapabilities } from './capabilities.ts';
import { archOf, hasBuiltinEsp, isArmVirt, isI440fx, isPpc64, isPSeries, isQ35, isS390, isX86 } from './machine.ts';

const maxXhciPorts = 15;

export function controllerDefaults(one: Controller, def: DomainDef, context: ParseContext): void {
  if (one.type === 'scsi') scsiDefaults(one, def, context);
  else if (one.type === 'usb') usbDefaults(one, def, context);
  else if (one.type === 'pci') checkPci(one, def, context);
}

function scsiDefaults(one: Controller, def: DomainDef, context: ParseContext): void {
  if (one.model !== undefined && one.model !== 'auto') return;
  if (isPSeries(def)) one.model = 'ibmvscsi';
  else if (isS390(def) || archOf(def).startsWith('riscv') || archOf(def) === 'aarch64') one.model = 'virtio-scsi';
  else if (hasBuiltinEsp(def)) one.model = 'ncr53c90';
  else one.model = capabilitiesFor(def, context).lsi ? 'lsilogic' : 'virtio-scsi';
}

function usbDefaults(one: Controller, def: DomainDef, context: ParseContext): void {
  one.model ??= defaultUsbModel(one, def, capabilitiesFor(def, context), context.options.abiUpdate === true);
  if (one.model === undefined) delete one.model;
  if (one.model === 'none') delete one.address;
  const refuse = (message: string): never => context.refuse(message, one, 'VIR_ERR_CONFIG_UNSUPPORTED');
  if (one.model === 'qusb1' || one.model === 'qusb2')
    refuse(`USB controller model type 'qusb1' or 'qusb2' is not supported in ${def.type}`);
  if ((one.model === 'nec-xhci' || one.model === 'qemu-xhci') && (one.ports ?? 0) > maxXhciPorts)
    refuse(`'${one.model}' controller only supports up to '${maxXhciPorts}' ports`);
}

/** Undefined leaves the choice to QEMU, which takes the same. */
function defaultUsbModel(
  one: Controller,
  def: DomainDef,
  capabilities: QemuCapabilities,
  isNew: boolean,
): string | undefined {
  if (isS390(def)) return one.address === undefined ? 'none' : undefined;
  if (!capabilities.namesUsbController) return undefined;
  // A guest that is there already keeps what it has always had.
  if (isPpc64(def)) return isNew ? 'qemu-xhci' : 'pci-ohci';
  if (archOf(def) === 'aarch64') return 'qemu-xhci';
  return isX86(def) ? 'piix3-uhci' : 'pci-ohci';
}

function checkPci(one: Controller, def: DomainDef, context: ParseContext): void {
  const { model, index = 0 } = one;
  if ((model === 'pci-root' || model === 'pcie-root') && index !== 0 && !isPSeries(def))
    context.refuse('pci-root and pcie-root controllers should have index 0', one);
  const refuse = (message: string): never => context.refuse(message, one, 'VIR_ERR_CONFIG_UNSUPPORTED');
  if (model === 'pci-expander-bus' && !isI440fx(def))
    refuse('pci-expander-bus controllers are only supported on 440fx-based machinetypes');
  if (model === 'pcie-expander-bus' && !isQ35(def) && !isArmVirt(def))
    refuse('pcie-expander-bus controllers are not supported with this machine type');
  const cells = def.cpu?.numa?.cells.length ?? 0;
  const node = one.target?.node;
  if (node !== undefined && node >= cells) {
    context.refuse(
      `${model} with index ${index} is configured for a NUMA node (${node}) not present in the domain's <cpu><numa> array (${cells})`,
      one,
    );
  }
}
