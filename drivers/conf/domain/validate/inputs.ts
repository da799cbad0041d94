/** What is refused of keyboards, pointers and hubs. */
import type { Hub, Input } from '../devices/input.ts';
import { type Check, illegal, internal, unsupported } from './check.ts';
import { usbIsOff } from './usb.ts';

const isPointerOrKeyboard = (type: string): boolean => type === 'mouse' || type === 'keyboard';

export const inputChecks: readonly Check<Input>[] = [
  unsupported(({ bus }, def) => bus === 'usb' && usbIsOff(def) && "Can't add USB input device. USB bus is disabled"),
  internal(({ type, bus }, def) => {
    const guest = def.os?.type?.value;
    if (guest === 'hvm') {
      if (bus === 'ps2' && !isPointerOrKeyboard(type)) return `ps2 bus does not support ${type} input device`;
      return bus === 'xen' && 'unsupported input bus xen';
    }
    if (guest === 'xen' || guest === 'linux' || guest === 'xenpvh') {
      if (bus !== 'xen') return `unsupported input bus ${bus}; allowed: xen`;
      return !isPointerOrKeyboard(type) && `xen bus does not support ${type} input device`;
    }
    if (def.type !== 'vz' && def.type !== 'parallels')
      return 'Input devices are not supported by this virtualization driver.';
    if (bus !== 'parallels') return `parallels containers don't support input bus ${bus}`;
    return !isPointerOrKeyboard(type) && `parallels bus does not support ${type} input device`;
  }),
  unsupported(
    ({ type, source }) =>
      (isPointerOrKeyboard(type) || type === 'tablet') &&
      source?.evdev !== undefined &&
      'setting source evdev path only supported for passthrough input devices',
  ),
  illegal(
    ({ type, source }) =>
      type === 'passthrough' && source?.evdev === undefined && 'Missing evdev path for input device passthrough',
  ),
  illegal(
    ({ type, source }) =>
      type === 'evdev' && source?.dev === undefined && "Missing required attribute 'dev' in element 'source'",
  ),
  unsupported(
    ({ type, bus }) =>
      type === 'passthrough' && bus !== 'virtio' && "only bus 'virtio' is supported for 'passthrough' input devices",
  ),
  unsupported(({ type, bus }) => type === 'evdev' && bus !== 'none' && "input evdev doesn't support bus element"),
  unsupported(
    ({ model, bus }) =>
      model !== undefined && bus !== 'virtio' && `only bus 'virtio' is supported for input model '${model}'`,
  ),
];

export const hubChecks: readonly Check<Hub>[] = [
  unsupported((_hub, def) => usbIsOff(def) && "Can't add USB hub: USB is disabled for this domain"),
];
