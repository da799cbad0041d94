/** What is refused of graphics cards and screens. */
import type { Graphics } from '../devices/graphics.ts';
import type { Video } from '../devices/video.ts';
import { type Check, illegal, internal, unsupported } from './check.ts';
import { virtioOptionGiven } from './virtio.ts';

export const videoChecks: readonly Check<Video>[] = [
  internal(
    ({ model }) =>
      (model === undefined || model.type === 'default') && 'missing video model and cannot determine default',
  ),
  unsupported(
    ({ model }, def) =>
      model?.type === 'none' &&
      (def.devices?.videos.length ?? 0) > 1 &&
      "a 'none' video type must be the only video device defined for the domain",
  ),
  unsupported(
    ({ model, driver }) =>
      driver?.name === 'vhostuser' &&
      model?.type !== 'virtio' &&
      "'vhostuser' driver is only supported with 'virtio' device",
  ),
  unsupported(
    ({ model, driver }) =>
      driver?.name !== 'vhostuser' &&
      model?.acceleration?.rendernode !== undefined &&
      "unsupported rendernode accel attribute without 'vhostuser'",
  ),
  unsupported(
    ({ model }) =>
      model?.resolution !== undefined &&
      (model.resolution.x === 0 || model.resolution.y === 0) &&
      'video resolution values must be greater than 0',
  ),
  unsupported(
    ({ model }) => model?.type !== 'qxl' && (model?.ram ?? 0) > 0 && 'ram attribute only supported for video type qxl',
  ),
  unsupported(
    ({ model }) =>
      model?.type !== 'qxl' && (model?.vram64 ?? 0) > 0 && 'vram64 attribute only supported for video type qxl',
  ),
  unsupported(
    ({ model }) =>
      model?.type !== 'qxl' && (model?.vgamem ?? 0) > 0 && 'vgamem attribute only supported for video type qxl',
  ),
  unsupported(
    ({ model, address }) =>
      model?.type === 'ramfb' && address !== undefined && 'address not supported for video type ramfb',
  ),
  unsupported(({ model, driver }) => model?.type !== 'virtio' && virtioOptionGiven(driver)),
  unsupported(
    ({ model }) =>
      model?.type !== 'virtio' &&
      model?.blob !== undefined &&
      `video type '${model.type}' does not support blob resources`,
  ),
];

export const graphicsChecks: readonly Check<Graphics>[] = [
  illegal(
    ({ audio }, def) =>
      audio !== undefined &&
      !(def.devices?.audios ?? []).some(({ id }) => id === audio.id) &&
      `no audio device with ID ${audio.id}`,
  ),
  illegal(
    ({ type, p2p, address }) =>
      type === 'dbus' && p2p === true && address !== undefined && 'D-Bus p2p with an address is not supported',
  ),
];
