/** `<input>`, `<hub>`: keyboards, pointers, and USB hubs. */
import { attr, child, element, type Infer, oneOf, onOff, string } from '../../schema/index.ts';
import { infoPart, virtioOptions } from '../address.ts';

const source = element('source', 'Device of the host', {
  dev: attr(string(), 'Path (evdev)'),
  evdev: attr(string(), 'Path (passthrough)'),
  grab: attr(oneOf('all'), 'Which devices are taken together'),
  grabToggle: attr(
    oneOf('ctrl-ctrl', 'alt-alt', 'shift-shift', 'meta-meta', 'scrolllock', 'ctrl-scrolllock'),
    'Keys that take it or give it back',
  ),
  repeat: attr(onOff(), 'Whether held keys repeat'),
});

export const input = element('input', 'A keyboard or pointer', {
  type: attr(oneOf('mouse', 'tablet', 'keyboard', 'passthrough', 'evdev'), 'Kind', { required: true }),
  bus: attr(oneOf('ps2', 'usb', 'xen', 'parallels', 'virtio', 'none'), 'Bus', { hide: 'none' }),
  model: attr(oneOf('virtio', 'virtio-transitional', 'virtio-non-transitional'), 'Model of a virtio device'),
  driver: child(element('driver', 'Options', virtioOptions)),
  source: child(source),
  ...infoPart,
});
export type Input = Infer<typeof input>;

export const hub = element('hub', 'A hub', { type: attr(oneOf('usb'), 'Kind', { required: true }), ...infoPart });
export type Hub = Infer<typeof hub>;
