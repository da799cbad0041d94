/** What a PCI controller is called in QEMU and the numbers the guest sees of it. */
import type { ParseContext } from '../conf/schema/index.ts';
import type { Controller } from '../conf/domain/devices/controller.ts';
import type { DomainDef } from '../conf/index.ts';
import type { QemuCapabilities } from './capabilities.ts';
import { pciAddressOf } from './device-info.ts';
import { isPSeries } from './machine.ts';

/** Fills in model name, chassis, port, bus number or host bridge index. */
export function completePciController(
  one: Controller,
  def: DomainDef,
  context: ParseContext,
  capabilities: QemuCapabilities,
): void {
  const name = defaultModelName(one, def, capabilities);
  if (name !== undefined && one.modelName === undefined) one.modelName = { name };
  const address = pciAddressOf(one);
  const { slot = 0, function: fn = 0, bus = 0 } = address ?? {};
  const target = (): NonNullable<Controller['target']> => (one.target ??= {});
  switch (one.model ?? '') {
    case 'pci-bridge':
      target().chassisNr ??= one.index;
      if ((one.index ?? 0) <= bus) refuseOrder(one, bus, context);
      break;
    case 'pcie-root-port':
      target().chassis ??= one.index;
      target().port ??= (slot << 3) + fn;
      break;
    case 'pcie-switch-downstream-port':
      target().chassis ??= one.index;
      target().port ??= slot;
      break;
    case 'pci-expander-bus':
    case 'pcie-expander-bus':
      target().busNr ??= freeBusNumber(one, def, context);
      break;
    case 'pci-root':
      if (isPSeries(def)) target().index ??= one.index === 0 ? 0 : freeHostBridge(one, def, context);
      break;
  }
}

function refuseOrder(one: Controller, bus: number, context: ParseContext): never {
  const hex = (value: number): string => `0x${value.toString(16).padStart(2, '0')}`;
  const { index = 0 } = one;
  context.refuse(
    `PCI controller at index ${index} (${hex(index)}) has bus='${hex(bus)}', but index must be larger than bus`,
    one,
    'VIR_ERR_CONFIG_UNSUPPORTED',
  );
}

const modelNames: Readonly<Record<string, string>> = {
  'pci-bridge': 'pci-bridge',
  'dmi-to-pci-bridge': 'i82801b11-bridge',
  'pcie-to-pci-bridge': 'pcie-pci-bridge',
  'pcie-switch-upstream-port': 'x3130-upstream',
  'pcie-switch-downstream-port': 'xio3130-downstream',
  'pci-expander-bus': 'pxb',
  'pcie-expander-bus': 'pxb-pcie',
};

function defaultModelName({ model }: Controller, def: DomainDef, capabilities: QemuCapabilities): string | undefined {
  if (model === 'pcie-root-port') return capabilities.genericPciePorts ? 'pcie-root-port' : 'ioh3420';
  if (model === 'pci-root') return isPSeries(def) ? 'spapr-pci-host-bridge' : undefined;
  return modelNames[model ?? ''];
}

/** Two below the lowest expander's: one for it, one for the bridge inside. */
function freeBusNumber(one: Controller, def: DomainDef, context: ParseContext): number {
  const lowest = (def.devices?.controllers ?? []).reduce(
    (low, { type, target }) => (type === 'pci' ? Math.min(low, target?.busNr ?? 256) : low),
    256,
  );
  if (lowest > 2) return lowest - 2;
  return context.refuse(
    'No free busNr lower than current lowest busNr is available to auto-assign. Must be manually assigned',
    one,
    'VIR_ERR_CONFIG_UNSUPPORTED',
  );
}

/** QEMU has 32 host bridges; 0 is the one that is always there. */
function freeHostBridge(one: Controller, def: DomainDef, context: ParseContext): number {
  const used = new Set(
    (def.devices?.controllers ?? [])
      .filter(({ type, model }) => type === 'pci' && model === 'pci-root')
      .map(({ target }) => target?.index),
  );
  for (let index = 1; index <= 31; index++) if (!used.has(index)) return index;
  return context.refuse(`No usable target index found for ${one.index}`, one, 'VIR_ERR_CONFIG_UNSUPPORTED');
}
