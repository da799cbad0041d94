/** `<video>`: a graphics card of the guest. */
import { attr, child, element, type Infer, int, oneOf, onOff, string, yesNo } from '../../schema/index.ts';
import { infoPart, virtioOptions } from '../address.ts';

export const videoTypes = [
  'default',
  'vga',
  'cirrus',
  'vmvga',
  'xen',
  'vbox',
  'qxl',
  'parallels',
  'virtio',
  'gop',
  'none',
  'bochs',
  'ramfb',
] as const;

const driver = element('driver', 'How it is provided', {
  ...virtioOptions,
  vgaconf: attr(oneOf('io', 'on', 'off'), 'VGA resources (bhyve)'),
  name: attr(oneOf('default', 'qemu', 'vhostuser'), 'Back-end'),
});

const acceleration = element(
  'acceleration',
  'Acceleration',
  {
    accel3d: attr(yesNo(), 'Three dimensions'),
    accel2d: attr(yesNo(), 'Two dimensions'),
    rendernode: attr(string(), 'Device of the host'),
  },
  { keepEmpty: true },
);

const resolution = element('resolution', 'Resolution at the start', {
  x: attr(int(), 'Width', { required: true }),
  y: attr(int(), 'Height', { required: true }),
});

const model = element('model', 'Model', {
  type: attr(oneOf(...videoTypes), 'Model', { required: true }),
  ram: attr(int(), 'First memory bar in KiB (qxl)', { hide: 0 }),
  vram: attr(int(), 'Video memory in KiB', { hide: 0 }),
  vram64: attr(int(), '64-bit memory bar in KiB (qxl)', { hide: 0 }),
  vgamem: attr(int(), 'VGA memory in KiB (qxl)', { hide: 0 }),
  heads: attr(int(), 'Screens', { hide: 0 }),
  primary: attr(yesNo(), 'Whether it is the first card', { hide: false }),
  blob: attr(onOff(), 'Blob resources (virtio)'),
  edid: attr(onOff(), 'Whether the guest learns of screen sizes'),
  acceleration: child(acceleration),
  resolution: child(resolution),
});

export const video = element(
  'video',
  'A graphics card',
  { driver: child(driver), model: child(model), ...infoPart },
  { block: true },
);
export type Video = Infer<typeof video>;
