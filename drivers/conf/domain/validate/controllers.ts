/** What is refused of controllers. */
import { type Controller, controllerModels } from '../devices/controller.ts';
import { type Check, contradictory, illegal, unsupported } from './check.ts';
import { usbIsOff } from './usb.ts';

const isRoot = ({ model }: Controller): boolean => model === 'pci-root' || model === 'pcie-root';
const isScsiVirtio = ({ model }: Controller): boolean => model?.startsWith('virtio') === true;
const outside = (value: number | undefined, min: number, max: number): boolean =>
  value !== undefined && (value < min || value > max);

export const controllerChecks: readonly Check<Controller>[] = [
  illegal(({ type, model }) => {
    const models = controllerModels[type];
    return (
      model !== undefined &&
      models.length > 0 &&
      !models.includes(model) &&
      `Invalid value for attribute 'model' in element 'controller': '${model}'; allowed: ${models.join(', ')}`
    );
  }),
  illegal(
    (one) =>
      one.driver?.iothread !== undefined &&
      !isScsiVirtio(one) &&
      "'iothread' attribute only supported for virtio scsi controllers",
  ),
  contradictory(
    (one, def) =>
      one.type === 'usb' &&
      one.model !== 'none' &&
      usbIsOff(def) &&
      "Can't add another USB controller: USB is disabled for this domain",
  ),
  unsupported(
    (one) =>
      one.type === 'pci' &&
      isRoot(one) &&
      one.address !== undefined &&
      'pci-root and pcie-root controllers should not have an address',
  ),
  unsupported(
    ({ type, index }) =>
      type === 'pci' && (index ?? 0) > 255 && `PCI controller index ${index} too high, maximum is 255`,
  ),
  unsupported(
    ({ target }) =>
      outside(target?.index, 0, 30) && `PCI controller target index '${target?.index}' out of range - must be 0-30`,
  ),
  unsupported(
    ({ index, target }) =>
      target?.index !== undefined &&
      (index === 0) !== (target.index === 0) &&
      'Only the PCI controller with index 0 can have target index 0, and vice versa',
  ),
  unsupported(
    ({ target }) =>
      outside(target?.chassisNr, 1, 255) &&
      `PCI controller chassisNr '${target?.chassisNr}' out of range - must be 1-255`,
  ),
  unsupported(
    ({ target }) =>
      outside(target?.busNr, 1, 254) && `PCI controller busNr '${target?.busNr}' out of range - must be 1-254`,
  ),
  unsupported(
    ({ type, index, target }) =>
      type === 'pci' &&
      index === 0 &&
      target?.node !== undefined &&
      "The PCI controller with index=0 can't be associated with a NUMA node",
  ),
];
